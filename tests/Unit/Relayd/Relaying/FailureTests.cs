using System;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>Which sessions count against a host, and what becomes of connections to one that is out of service.</summary>
public sealed class FailureTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly RelayRun _relay = new();

    public void Dispose() => _relay.Dispose();

    [Fact]
    public void Connections_that_are_refused_one_after_the_other_are_reported_once_for_all_of_them()
    {
        Count(ProtocolType.Tcp, 3);
        _relay.CloseHost();
        _relay.Run(async () =>
        {
            await Refused(2);
            Assert.Empty(_relay.Failed);
            await Refused(5);
        });

        Assert.Equal([RelayRun.HostPlace, RelayRun.HostPlace], _relay.Failed);
    }

    [Fact]
    public void Nothing_is_counted_without_a_check()
    {
        Count(ProtocolType.Tcp, 1);
        _relay.ChangeTable(static table => table with { Check = null });
        _relay.CloseHost();
        _relay.Run(() => Refused(3));

        Assert.Empty(_relay.Failed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 2")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")]
    public void An_answer_that_is_none_is_a_failure(string answer)
    {
        Count(ProtocolType.Http, 2);
        _relay.Run(async () =>
        {
            await Ask(answer);
            Assert.Empty(_relay.Failed);
            await Ask(answer);
        });

        Assert.Equal([RelayRun.HostPlace], _relay.Failed);
    }

    [Theory]
    [InlineData(Ok)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")]
    public void An_answer_in_between_begins_the_count_anew(string answer)
    {
        Count(ProtocolType.Http, 2);
        _relay.Run(async () =>
        {
            await Ask("");
            await Ask(answer);
            await Ask("");
        });

        Assert.Empty(_relay.Failed);
    }

    [Fact]
    public void A_host_that_takes_too_long_fails()
    {
        Count(ProtocolType.Http, 1);
        _relay.ChangeRelay(static relay => relay with { SessionTimeout = TimeSpan.FromSeconds(5) });
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            _ = await TcpPair.Receive(await _relay.AcceptHost(), 10);
            await _relay.Pass(TimeSpan.FromSeconds(6));
            _ = await RelayRun.End(client);
        });

        Assert.Equal([RelayRun.HostPlace], _relay.Failed);
    }

    [Theory]
    [InlineData((int)ProtocolType.Tcp, "220 no TLS here\r\n")]
    [InlineData((int)ProtocolType.Tcp, "")]
    [InlineData((int)ProtocolType.Http, "HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData((int)ProtocolType.Http, "")]
    public void A_handshake_with_a_host_that_fails_is_a_failure(int type, string answer)
    {
        Count((ProtocolType)type, 2);
        _relay.ChangeRelay(static relay => relay with { Forward = relay.Forward with { Tls = true } });
        _relay.Run(async () =>
        {
            await Ask(answer);
            Assert.Empty(_relay.Failed);
            await Ask(answer);
        });

        Assert.Equal([RelayRun.HostPlace], _relay.Failed);
    }

    [Fact]
    public void A_host_that_leaves_within_a_handshake_is_said_to_have_closed()
    {
        Count(ProtocolType.Tcp, 1);
        _relay.ChangeRelay(static relay => relay with { Forward = relay.Forward with { Tls = true } });
        _relay.Run(() => Ask(""));

        Assert.EndsWith(", TLS handshake error: connection closed", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_one_that_takes_too_long()
    {
        Count(ProtocolType.Tcp, 1);
        _relay.ChangeRelay(static relay => relay with { SessionTimeout = TimeSpan.FromSeconds(5), Forward = relay.Forward with { Tls = true } });
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            _ = await TcpPair.Receive(host, 10);
            Assert.Empty(_relay.Failed);
            await _relay.Pass(TimeSpan.FromSeconds(6));
            _ = await RelayRun.End(client);
        });

        Assert.Equal([RelayRun.HostPlace], _relay.Failed);
    }

    [Fact]
    public void A_client_that_leaves_or_sends_nothing_more_is_not_the_hosts_fault()
    {
        Count(ProtocolType.Http, 1);
        _relay.ChangeRelay(static relay => relay with { SessionTimeout = TimeSpan.FromSeconds(5) });
        _relay.Run(async () =>
        {
            Connection slow = await _relay.ConnectClient();
            _ = await TcpPair.Send(slow, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf"u8);
            _ = await TcpPair.Receive(await _relay.AcceptHost(), 10);
            await _relay.Pass(TimeSpan.FromSeconds(6));
            _ = await RelayRun.End(slow);
            slow.Close();
            Connection leaving = await _relay.ConnectClient();
            _ = await TcpPair.Send(leaving, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            _ = await TcpPair.Receive(await _relay.AcceptHost(), 10);
            leaving.Abort();
            await _relay.Pass(TimeSpan.FromSeconds(2));
            await _relay.Emptied();
        });

        Assert.Empty(_relay.Failed);
    }

    [Theory]
    [InlineData((int)HostState.Up, (int)Withdrawal.None, true)]
    [InlineData((int)HostState.Unknown, (int)Withdrawal.None, true)]
    [InlineData((int)HostState.Down, (int)Withdrawal.None, false)]
    [InlineData((int)HostState.Up, (int)Withdrawal.Draining, false)]
    public void A_connection_whose_host_went_out_of_service_during_its_answer_is_not_kept(int state, int withdrawal, bool isKept)
    {
        Count(ProtocolType.Http, 0);
        _relay.ChangeProtocol(static protocol => protocol with { Http = protocol.Http with { Reuse = true } });
        Fill kept = Fill.More;
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            Connection host = await _relay.AcceptHost();
            _ = await TcpPair.Receive(host, 27);
            Assert.True(host.TryRest());
            _relay.Health.Write(RelayRun.HostPlace, new HostHealth { State = (HostState)state, Withdrawal = (Withdrawal)withdrawal });
            _ = await TcpPair.Send(host, Encoding.ASCII.GetBytes(Ok));
            _ = await TcpPair.Receive(client, Ok.Length);
            client.Close();
            await _relay.Emptied();
            await _relay.Loop.NextTurn();
            kept = host.TryFill();
        });

        Assert.Equal(isKept ? Fill.Again : Fill.End, kept);
    }

    private void Count(ProtocolType type, int failures)
    {
        _relay.ChangeProtocol(protocol => protocol with { Type = type });
        _relay.ChangeTable(table => table with { Hosts = [table.Hosts[0] with { Failures = failures }] });
    }

    private async ValueTask Refused(int times)
    {
        for (int left = times; left > 0; left--)
        {
            _ = await RelayRun.End(await _relay.ConnectClient());
        }

        await _relay.Emptied();
    }

    // A request, for which the host says this and its end.
    private async ValueTask Ask(string answer)
    {
        Connection client = await _relay.ConnectClient();
        _ = await TcpPair.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        Connection host = await _relay.AcceptHost();
        _ = await TcpPair.Send(host, Encoding.ASCII.GetBytes(answer));
        host.ShutdownOutput();
        client.ShutdownOutput();
        _ = await RelayRun.End(client);
        await _relay.Emptied();
    }
}
