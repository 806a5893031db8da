using System;
using System.Text;
using System.Threading.Tasks;

using Sluice.Configuration;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Health.Checks;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Health.Checks;

public sealed class StreamCheckTests : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(200);
    private static readonly ConnectCheck _tcp = new(CheckTransport.Tcp);
    private static readonly ConnectCheck _tls = new(CheckTransport.Tls);
    private static readonly HttpCheck _code = new(CheckTransport.Tcp, "/health", Host: null, new StatusAnswer(200));
    private static readonly ExchangeCheck _ping = new(CheckTransport.Tcp, [.. Bytes.Of("PING")], [.. Bytes.Of("*PONG*")], ExpectKind.Glob);

    private readonly LoopRun _run = new();
    private readonly TestServer _server = new();
    private readonly TlsConnector _connector = TlsConnector.Create(new TlsConnectorSettings(), out _)!;
    private readonly StreamCheck _check;

    public StreamCheckTests()
    {
        _check = new StreamCheck(_run.Loop);
    }

    private TlsContext Context => _server.Context(TestCertificate.Of("P-256", "nobody.example"));

    public void Dispose()
    {
        _connector.Dispose();
        _server.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void A_host_that_accepts_is_up()
    {
        using AnsweringHost host = AnsweringHost.Silent(_run);

        Assert.Equal(CheckOutcome.Of(CheckResult.TcpConnectOk), Run(_tcp, host.Address));
    }

    [Fact]
    public void A_host_that_refuses_is_down() =>
        Assert.Equal(CheckOutcome.Of(CheckResult.TcpConnectFailed), Run(_tcp, ClosedPort()));

    // A queue of connections that nobody accepts has room for one more than is asked for; then the kernel answers no other.
    [Fact]
    public void A_connection_that_does_not_come_is_a_timeout()
    {
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions { Backlog = 1 }, out _)!;
        CheckOutcome outcome = default;
        _run.Run(async () =>
        {
            _ = await Connector.Connect(_run.Loop, socket.Address, _run.Loop.Timeouts(TimeSpan.FromMinutes(1)));
            _ = await Connector.Connect(_run.Loop, socket.Address, _run.Loop.Timeouts(TimeSpan.FromMinutes(1)));
            ValueTask<CheckOutcome> check = _check.Run(ExchangePlan.Of(_tcp)!, socket.Address, Options(), _connector.For(name: null));
            await _run.Pass(_timeout);
            outcome = await check;
        });

        Assert.Equal(CheckOutcome.Of(CheckResult.TcpConnectTimeout), outcome);
    }

    [Fact]
    public void A_host_that_shakes_hands_is_up()
    {
        using AnsweringHost host = AnsweringHost.SayingSecurely(_run, Context, "", static _ => { });

        Assert.Equal(CheckOutcome.Of(CheckResult.TlsConnectOk), Run(_tls, host.Address));
    }

    [Fact]
    public void A_host_that_speaks_no_TLS_fails()
    {
        using AnsweringHost host = AnsweringHost.Saying(_run, "220 this is no TLS\r\n");

        Assert.Equal(CheckOutcome.Of(CheckResult.TlsConnectFailed), Run(_tls, host.Address));
    }

    [Fact]
    public void A_host_that_closes_before_hands_are_shaken_fails()
    {
        using AnsweringHost host = new(_run, static _ => default);

        Assert.Equal(CheckOutcome.Of(CheckResult.TlsConnectFailed), Run(_tls, host.Address));
    }

    [Fact]
    public void A_handshake_that_does_not_come_is_a_timeout()
    {
        using AnsweringHost host = AnsweringHost.Silent(_run);

        Assert.Equal(CheckOutcome.Of(CheckResult.TlsConnectTimeout), RunInTime(_tls, host));
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n", (int)CheckResult.HttpCodeOk, 200)]
    [InlineData("HTTP/1.1 503 No\r\n\r\n", (int)CheckResult.HttpCodeMismatch, 503)]
    [InlineData("HTTP", (int)CheckResult.HttpCodeMalformed, 0)]
    public void A_status_makes_a_host_up_or_down(string answer, int result, int status)
    {
        using AnsweringHost host = AnsweringHost.Saying(_run, answer);

        Assert.Equal(CheckOutcome.Of((CheckResult)result, status), Run(_code, host.Address));
    }

    [Fact]
    public void A_request_names_its_agent_and_its_host()
    {
        string heard = "";
        using AnsweringHost host = AnsweringHost.SayingSecurely(_run, Context, "HTTP/1.1 200 OK\r\n\r\n", text => heard = text);
        HttpCheck check = new(CheckTransport.Tls, "/x", "www.example", new StatusAnswer(200));

        Assert.Equal(CheckOutcome.Of(CheckResult.HttpCodeOk, 200), Run(check, host.Address));
        Assert.Equal("HEAD /x HTTP/1.1\r\nUser-Agent: OpenBSD relayd\r\nHost: www.example\r\nConnection: close\r\n\r\n", heard);
    }

    [Fact]
    public void A_request_without_a_host_is_one_of_HTTP_1_0() => Assert.Equal(
        "GET /x HTTP/1.0\r\nUser-Agent: OpenBSD relayd\r\n\r\n",
        Encoding.ASCII.GetString(ExchangePlan.Of(new HttpCheck(CheckTransport.Tcp, "/x", Host: null, new ContentAnswer(new Digest("00"))))!.Request.Span));

    [Theory]
    [InlineData("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", (int)CheckResult.HttpDigestOk)]
    [InlineData("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434e", (int)CheckResult.HttpDigestMismatch)]
    public void The_digest_of_a_content_makes_a_host_up_or_down(string digest, int result)
    {
        using AnsweringHost host = AnsweringHost.Saying(_run, "HTTP/1.0 200 OK\r\n\r\nhello");

        Assert.Equal(
            CheckOutcome.Of((CheckResult)result),
            Run(new HttpCheck(CheckTransport.Tcp, "/", Host: null, new ContentAnswer(new Digest(digest))), host.Address));
    }

    [Theory]
    [InlineData("+PONG\r\n", (int)CheckResult.SendExpectOk)]
    [InlineData("-ERR\r\n", (int)CheckResult.SendExpectFailed)]
    public void What_is_expected_makes_a_host_up_or_down(string answer, int result)
    {
        using AnsweringHost host = AnsweringHost.Saying(_run, answer);

        Assert.Equal(CheckOutcome.Of((CheckResult)result), Run(_ping, host.Address));
    }

    [Fact]
    public void A_host_that_closes_without_a_word_fails()
    {
        using AnsweringHost host = new(_run, static async connection =>
        {
            _ = await AnsweringHost.Hears(connection);
        });

        Assert.Equal(CheckOutcome.Of(CheckResult.SendExpectFailed), Run(_ping, host.Address));
    }

    [Fact]
    public void A_host_that_says_nothing_in_time_is_a_timeout()
    {
        using AnsweringHost host = AnsweringHost.Silent(_run);

        Assert.Equal(CheckOutcome.Of(CheckResult.TcpReadTimeout), RunInTime(_ping, host));
    }

    [Fact]
    public void What_has_come_by_the_end_of_the_time_is_judged()
    {
        using AnsweringHost host = new(_run, static async connection =>
        {
            _ = await TcpPair.Send(connection, "HTTP/1.1 200 OK\r\n"u8);
            _ = await AnsweringHost.Hears(connection);
            connection.Consume(connection.Input.Length);
            _ = await AnsweringHost.Hears(connection);
        });

        Assert.Equal(CheckOutcome.Of(CheckResult.HttpCodeOk, 200), RunInTime(_code, host));
    }

    [Fact]
    public void A_host_that_resets_the_connection_has_failed_to_answer()
    {
        using AnsweringHost host = new(_run, static async connection =>
        {
            _ = await AnsweringHost.Hears(connection);
            connection.Abort();
        });

        Assert.Equal(CheckOutcome.Of(CheckResult.TcpReadFailed), Run(_ping, host.Address));
    }

    [Fact]
    public void A_flood_is_read_up_to_the_limit()
    {
        using AnsweringHost host = new(_run, Flood);

        Assert.Equal(CheckOutcome.Of(CheckResult.SendExpectFailed), Run(_ping, host.Address));
    }

    [Fact]
    public void Without_descriptors_nothing_is_known_of_a_host() => Assert.Equal(
        Verdict.None, CheckOutcome.Of(CheckResult.TcpSocketLimit).Verdict);

    private async ValueTask Flood(Connection connection)
    {
        byte[] flood = new byte[64 * 1024];
        flood.AsSpan().Fill((byte)'x');
        while (await connection.Flush(flood) == Wake.Ready)
        {
            await _run.Loop.NextTurn();
        }
    }

    private CheckOutcome Run(Check check, SocketAddress address)
    {
        CheckOutcome outcome = default;
        _run.Run(async () => outcome = await _check.Run(ExchangePlan.Of(check)!, address, Options(), _connector.For(name: null)));
        return outcome;
    }

    // The time is over once the host has the connection.
    private CheckOutcome RunInTime(Check check, AnsweringHost host)
    {
        CheckOutcome outcome = default;
        _run.Run(async () =>
        {
            ValueTask<CheckOutcome> running = _check.Run(ExchangePlan.Of(check)!, host.Address, Options(), _connector.For(name: null));
            for (int turns = 0; turns < 50 || host.Accepted == 0; turns++)
            {
                await _run.Loop.NextTurn();
            }

            await _run.Pass(_timeout);
            outcome = await running;
        });
        return outcome;
    }

    private DialOptions Options() => new(_run.Loop.Timeouts(_timeout), 0);

    private static SocketAddress ClosedPort()
    {
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        return socket.Address;
    }
}
