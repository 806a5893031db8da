using System;
using System.Net;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Tls;
using Sluice.Unit.Fakes;
using Sluice.Unit.Relayd.Tls;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>Sessions whose way depends on the name that their client asks for.</summary>
public sealed class ServerNameTests : IDisposable
{
    private readonly RelayRun _relay = new();

    public ServerNameTests()
    {
        _relay.ChangeProtocol(static protocol => protocol with
        {
            Rules =
            [
                new Rule { Id = 1, Action = RuleAction.Block },
                new Rule { Id = 2, Action = RuleAction.Pass, ServerName = "*.example.org", ForwardTo = "hosts" },
                new Rule { Id = 3, Action = RuleAction.Block, ServerName = "b*.example.org" },
            ],
        });
    }

    public void Dispose() => _relay.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1_400)]
    public void The_hello_goes_on_bit_for_bit_however_it_comes(int piece)
    {
        byte[] hello = [.. Hello.Records(Hello.OfBrowser("Www.Example.org")[5..], 999), .. "early data"u8];
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _relay.Loop.Spawn(() => Send(client, hello, piece));
            Connection host = await _relay.AcceptHost();
            Assert.Equal(hello, await TcpPair.Receive(host, hello.Length));
            client.Close();
            host.Close();
            await _relay.Emptied();
        });

        Assert.EndsWith(", done, [sni: www.example.org]", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_blocked_comes_to_no_host() => Assert.Equal("Forbidden, [sni: bad.example.org]", SaidOf(Hello.For("bad.example.org")));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0000\u0004\u0001\u0000\u0000")] // and its end
    [InlineData("")]
    public void What_is_no_hello_has_no_name(string sent) => Assert.Equal("Forbidden", SaidOf(Encoding.Latin1.GetBytes(sent)));

    [Fact]
    public void A_hello_that_is_too_long_has_no_name() => Assert.Equal("Forbidden", SaidOf(Hello.Records(Hello.Message(new byte[ClientHello.MostBytes]))));

    [Fact]
    public void Whoever_asks_for_no_name_goes_where_those_go_who_are_not_blocked()
    {
        _relay.ChangeProtocol(static protocol => protocol with { Rules = [new Rule { Id = 1, Action = RuleAction.Block, ServerName = "*" }] });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, "EHLO"u8);
            Assert.Equal("EHLO", Encoding.ASCII.GetString(await TcpPair.Receive(await _relay.AcceptHost(), 4)));
        });
    }

    // However often a byte comes, the whole hello has its time once.
    [Theory]
    [InlineData(600, 60)]
    [InlineData(20, 20)]
    public void A_client_that_says_nothing_more_ends_when_its_time_is_over(int sessionSeconds, int helloSeconds)
    {
        TimeSpan second = TimeSpan.FromSeconds(1);
        _relay.ChangeRelay(relay => relay with { SessionTimeout = TimeSpan.FromSeconds(sessionSeconds) });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await _relay.Until(() => _relay.Sessions.Count == 1);
            await _relay.Pass(TimeSpan.Zero);
            await _relay.Pass((helloSeconds * second) - second);
            await Send(client, Hello.For("www.example.org")[..20], 10);
            await _relay.Pass(TimeSpan.Zero);
            Assert.Equal(1, _relay.Sessions.Count);
            await _relay.Pass(second);
            Assert.NotEqual(Fill.Again, await RelayRun.End(client));
        });

        Assert.EndsWith(" -> :0, TLS handshake timeout", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_breaks_off_is_gone()
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, Hello.For("www.example.org")[..20], 20);
            await _relay.Until(() => _relay.Sessions.Count == 1);
            client.Abort();
            await _relay.Emptied();
        });

        Assert.EndsWith(" -> :0, socket error: Connection reset by peer", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void The_header_of_a_proxy_stands_before_the_hello()
    {
        byte[] hello = Hello.For("www.example.org");
        _relay.Configuration = _relay.Configuration with { TrustedProxies = [new(IPAddress.Loopback, 32)] };
        _relay.ChangeRelay(static relay => relay with { ProxyProtocol = true });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Send(client, [.. "PROXY TCP4 192.0.2.7 198.51.100.1 51234 443\r\n"u8, .. hello], 10);
            Assert.Equal(hello, await TcpPair.Receive(await _relay.AcceptHost(), hello.Length));
        });
    }

    // How a session ends whose client sends this and its end.
    private string SaidOf(byte[] sent)
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await client.Flush(sent);
            client.ShutdownOutput();
            _ = await RelayRun.End(client);
            await _relay.Emptied();
        });
        return Assert.Single(_relay.Said).Split(" -> :0, ")[1];
    }

    private static async ValueTask Send(Connection connection, byte[] bytes, int piece)
    {
        for (int sent = 0; sent < bytes.Length; sent += piece)
        {
            Assert.Equal(Wake.Ready, await connection.Flush(bytes.AsMemory(sent, int.Min(piece, bytes.Length - sent))));
            await connection.Loop.NextTurn();
        }
    }
}
