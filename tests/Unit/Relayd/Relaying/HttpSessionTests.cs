using System;
using System.Net;
using System.Text;
using System.Threading.Tasks;

using Sluice.Configuration.Grammar;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Unit.Fakes;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>What sessions of http relays do in time, and when a configuration follows.</summary>
public sealed class HttpSessionTests : IDisposable
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    // What the system has room for takes its time to fill.
    private const int MostPeriods = 10_000;

    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // In which a client has to take something.
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(30);

    private readonly RelayRun _relay = new();

    public HttpSessionTests()
    {
        _relay.ChangeProtocol(static protocol => protocol with { Type = ProtocolType.Http });
    }

    public void Dispose() => _relay.Dispose();

    [Theory]
    [InlineData(600, 60)]
    [InlineData(20, 20)]
    public void Half_a_head_ends_when_its_time_is_over_whatever_comes_meanwhile(int sessionSeconds, int headSeconds)
    {
        _relay.ChangeRelay(relay => relay with { SessionTimeout = TimeSpan.FromSeconds(sessionSeconds) });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, "GET /x HT");
            await _relay.Until(() => _relay.Sessions.Count == 1);
            await _relay.Pass(TimeSpan.Zero);
            await _relay.Pass((headSeconds * _second) - _second);
            await Send(client, "TP/1.1\r\n");
            await _relay.Pass(TimeSpan.Zero);
            Assert.Equal(1, _relay.Sessions.Count);
            await _relay.Pass(_second);

            Assert.Equal(Fill.End, await RelayRun.End(client));
        });
        Assert.EndsWith(" -> :0, buffer event timeout", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz\r\n", ", invalid chunk size, GET")]
    [InlineData("-1\r\n", ", invalid chunk size, GET")]
    [InlineData("1;", ", chunk size too long, GET")]
    public void Chunks_of_a_host_that_are_none_end_the_session_and_are_said(string line, string said)
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Connection host = await _relay.AcceptHost();
            await Send(host, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + line.PadRight(line.Length > 2 ? 0 : 16_000, 'a'));

            Assert.Equal(Fill.End, await RelayRun.End(client));
        });
        Assert.EndsWith(said, Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    // Whoever merges trailers into the head must not find there what rules took away, or wrote otherwise (RFC 9110 6.5.1).
    [Fact]
    public void What_rules_claim_does_not_come_behind_a_body()
    {
        _relay.ChangeProtocol(static protocol => protocol with { Rules = Loaded.GoodProtocol("match request header remove \"X-User\"\nmatch response header remove \"X-Host\"").Rules });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\nX-User: root\r\nX-Sum: 1\r\n\r\n");
            Connection host = await _relay.AcceptHost();
            Assert.EndsWith("\r\n\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\n\r\n", await ReceiveTo(host, "X-Sum: 1\r\n\r\n"), StringComparison.Ordinal);
            await Send(host, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n!\r\n0\r\nX-Host: h\r\nX-Sum: 1\r\n\r\n");
            Assert.EndsWith("\r\n\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\n\r\n", await ReceiveTo(client, "X-Sum: 1\r\n\r\n"), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Between_requests_a_session_may_be_idle_as_long_as_its_timeout_says()
    {
        _relay.ChangeRelay(static relay => relay with { SessionTimeout = TimeSpan.FromSeconds(200) });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await _relay.Until(() => _relay.Sessions.Count == 1);
            await _relay.Pass(TimeSpan.FromSeconds(199));
            Assert.Equal(1, _relay.Sessions.Count);
            await _relay.Pass(_second);

            Assert.Equal(Fill.End, await RelayRun.End(client));
        });
    }

    [Theory]
    [InlineData("Content-Length: 100000000\r\n\r\n")]
    [InlineData("\r\n")]
    public void A_client_that_takes_nothing_of_its_answer_is_got_rid_of(string framing)
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, Get);
            Connection host = await _relay.AcceptHost();
            _relay.Loop.Spawn(() => Flood(host, "HTTP/1.1 200 OK\r\n" + framing));
            _ = await TcpPair.Receive(client, 1);
            await PassUntilEmpty();

            Assert.Equal(0, _relay.Sessions.Count);
        });
    }

    [Fact]
    public void One_that_takes_it_slowly_is_served()
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, Get);
            Connection host = await _relay.AcceptHost();
            _relay.Loop.Spawn(() => Flood(host, "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"));
            await TakeAndPass(client);
            await TakeAndPass(client);
            await TakeAndPass(client);

            Assert.Equal(1, _relay.Sessions.Count);
        });
    }

    [Fact]
    public void A_host_that_refuses_is_502()
    {
        _relay.ChangeProtocol(static protocol => protocol with { ErrorPage = new ErrorPageStyle(Style: null) });
        _relay.CloseHost();
        _relay.Run(async () => Assert.Equal("HTTP/1.0 502 Bad Gateway", await AskInVain(TimeSpan.Zero)));

        Assert.EndsWith(", socket error (502 Bad Gateway), GET: Connection refused", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_does_not_answer_in_time_is_504()
    {
        _relay.ChangeProtocol(static protocol => protocol with { ErrorPage = new ErrorPageStyle(Style: null) });
        _relay.Run(async () => Assert.Equal("HTTP/1.0 504 Gateway Timeout", await AskInVain(TimeSpan.FromSeconds(600))));

        Assert.EndsWith(", connection timed out (504 Gateway Timeout), GET", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_may_not_serve_is_502()
    {
        _relay.ChangeProtocol(static protocol => protocol with { ErrorPage = new ErrorPageStyle(Style: null) });
        _relay.Health.Write(RelayRun.HostPlace, new HostHealth { State = HostState.Down });
        _relay.Run(async () => Assert.Equal("HTTP/1.0 502 Bad Gateway", await AskInVain(TimeSpan.Zero)));

        Assert.EndsWith(" -> :0, session failed (502 Bad Gateway), GET", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void An_idle_connection_to_a_host_is_kept_for_half_a_minute()
    {
        _relay.ChangeProtocol(static protocol => protocol with { Http = protocol.Http with { Reuse = true } });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, Get);
            Connection host = await Answer();
            _ = await TcpPair.Receive(client, Ok.Length);
            await _relay.Pass(TimeSpan.FromSeconds(29));
            Assert.Equal(Fill.Again, host.TryFill());
            await _relay.Pass(_second);

            Assert.Equal(Fill.End, await RelayRun.End(host));
        });
    }

    [Fact]
    public void Who_was_named_by_a_field_is_forgotten_where_the_next_configuration_believes_none()
    {
        _relay.ChangeProtocol(static protocol => protocol with { Http = protocol.Http with { Forwarded = true } });
        _relay.Configuration = _relay.Configuration with { TrustedProxies = [new Prefix(IPAddress.Loopback, 32)] };
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, "GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n");
            Connection host = await Answer();
            _ = await TcpPair.Receive(client, Ok.Length);
            Assert.All(_relay.Sessions.Entries(), static entry => Assert.Equal("203.0.113.5", Text(entry.Client)));

            _relay.ChangeProtocol(static protocol => protocol with { Http = HttpOptions.Default });
            _relay.Succeed();
            await Send(client, "GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n");
            _ = await TcpPair.Receive(host, Get.Length);
            Assert.Equal("127.0.0.1", Text(Assert.Single(_relay.Sessions.Entries()).Client));
        });
    }

    private static string Text(SocketAddress address)
    {
        Span<byte> text = stackalloc byte[SocketAddress.LongestText];
        return Encoding.ASCII.GetString(text[..address.WriteHost(text)]);
    }

    private static async ValueTask Send(Connection connection, string text) => _ = await TcpPair.Send(connection, Encoding.ASCII.GetBytes(text));

    // Until nobody takes any more.
    private static async ValueTask Flood(Connection host, string head)
    {
        await Send(host, head);
        byte[] block = new byte[8 * 1024];
        while (await TcpPair.Send(host, block) == Wake.Ready)
        {
            // There is more.
        }
    }

    private static async ValueTask<string> ReceiveTo(Connection connection, string end)
    {
        StringBuilder text = new();
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            _ = text.Append(Encoding.ASCII.GetString(await TcpPair.Receive(connection, 1)));
        }

        return text.ToString();
    }

    private async ValueTask PassUntilEmpty()
    {
        for (int period = 0; period < MostPeriods && _relay.Sessions.Count > 0; period++)
        {
            await _relay.Pass(_period);
        }
    }

    // More than the system has room for.
    private async ValueTask TakeAndPass(Connection client)
    {
        _ = await TcpPair.Receive(client, 16_000_000);
        await _relay.Pass(_period);
    }

    // The status line of what is answered, so much later.
    private async ValueTask<string> AskInVain(TimeSpan later)
    {
        Connection client = await _relay.ConnectClient();
        await Send(client, Get);
        await _relay.Until(() => _relay.Sessions.Count == 1);
        await _relay.Pass(TimeSpan.Zero);
        await _relay.Pass(later);
        string heard = Encoding.ASCII.GetString(await TcpPair.Receive(client, 1));
        client.Close();
        await _relay.Emptied();
        return heard.Split('\r')[0];
    }

    private async ValueTask<Connection> Answer()
    {
        Connection host = await _relay.AcceptHost();
        _ = await TcpPair.Receive(host, Get.Length);
        await Send(host, Ok);
        return host;
    }
}
