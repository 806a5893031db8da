using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using System.Threading.Tasks;

using Sluice.Configuration.Grammar;
using Sluice.Engine.Io;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>Whether a session begins, where it goes to, and why it ends.</summary>
public sealed class SessionTests : IDisposable
{
    private const int Times = 100;

    private readonly RelayRun _relay = new();

    public void Dispose() => _relay.Dispose();

    [Fact]
    public void A_session_is_counted_listed_and_logged()
    {
        List<SessionEntry> entries = [];
        int port = 0;
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            await _relay.Pass(TimeSpan.FromSeconds(2));
            _ = await TcpPair.Send(client, "hello"u8);
            _ = await TcpPair.Receive(host, 5);
            await _relay.Pass(TimeSpan.FromSeconds(3));
            entries.AddRange(_relay.Sessions.Entries());
            Assert.Equal((1, 1), (_relay.Total, _relay.Open));
            port = client.Local.Port;
            client.Close();
            host.Close();
            await _relay.Emptied();
        });

        SessionEntry entry = Assert.Single(entries);
        Assert.Equal((1, port, _relay.HostAddress), (entry.Id, entry.Client.Port, entry.Target));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)), (entry.Age, entry.Idle));
        Assert.Equal((SessionState.Running, 1, 0, Environment.ProcessId), (entry.State, entry.RelayId, entry.TagId, entry.ProcessId));
        Assert.Equal((1, 0), (_relay.Total, _relay.Open));
        Assert.Equal([$"info: relay test, session 1 (1 active), 0, 127.0.0.1 -> {_relay.HostAddress}, done"], _relay.Said);
    }

    [Fact]
    public void Whoever_is_idle_too_long_is_closed_and_traffic_in_either_direction_keeps_both()
    {
        _relay.ChangeRelay(static relay => relay with { SessionTimeout = TimeSpan.FromSeconds(10) });
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            await _relay.Pass(TimeSpan.FromSeconds(9));
            _ = await TcpPair.Send(host, "x"u8);
            _ = await TcpPair.Receive(client, 1);
            await _relay.Pass(TimeSpan.FromSeconds(9));
            Assert.Equal(1, _relay.Sessions.Count);
            await _relay.Pass(TimeSpan.FromSeconds(1));

            Assert.Equal((Fill.End, Fill.End), (await RelayRun.End(client), await RelayRun.End(host)));
        });
        Assert.EndsWith(", splice timeout", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_refuses_ends_the_session()
    {
        _relay.CloseHost();
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();

            Assert.Equal(Fill.End, await RelayRun.End(client));
            await _relay.Emptied();
        });
        Assert.EndsWith($" -> {_relay.HostAddress}, socket error: Connection refused", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_host_that_may_serve_the_session_fails()
    {
        _relay.Health.Write(RelayRun.HostPlace, new HostHealth { State = HostState.Down });
        _relay.Run(async () => Assert.Equal(Fill.End, await RelayRun.End(await _relay.ConnectClient())));

        Assert.Equal(["warning: relay test, session 1 (1 active), 0, 127.0.0.1 -> :0, session failed"], _relay.Said);
    }

    [Fact]
    public void An_address_serves_where_no_table_does()
    {
        _relay.Health.Write(RelayRun.HostPlace, new HostHealth { State = HostState.Down });
        _relay.ChangeRelay(relay => relay with
        {
            Forward = relay.Forward with { Address = new IPEndPoint(IPAddress.Loopback, _relay.HostAddress.Port) },
        });
        _relay.Run(async () => Assert.False((await _relay.Connect()).Host.IsClosed));
    }

    [Fact]
    public void A_table_that_a_rule_chose_has_no_substitute()
    {
        _relay.Health.Write(RelayRun.HostPlace, new HostHealth { State = HostState.Down });
        _relay.ChangeRelay(relay => relay with
        {
            Forward = relay.Forward with { Address = new IPEndPoint(IPAddress.Loopback, _relay.HostAddress.Port) },
        });
        _relay.ChangeProtocol(static protocol => protocol with { Rules = [new Rule { Id = 1, Action = RuleAction.Pass, ForwardTo = "hosts" }] });
        _relay.Run(async () => Assert.Equal(Fill.End, await RelayRun.End(await _relay.ConnectClient())));
    }

    [Fact]
    public void Rules_block_by_address_and_tag()
    {
        Prefix loopback = new(IPAddress.Parse("127.0.0.0"), 8);
        _relay.ChangeProtocol(protocol => protocol with
        {
            Rules =
            [
                new Rule { Id = 1, Action = RuleAction.Match, From = loopback, To = loopback, Tag = new Mark(MarkChange.Set, 2) },
                new Rule { Id = 2, Action = RuleAction.Block, Family = Family.Inet, TaggedId = 2 },
                new Rule { Id = 3, Action = RuleAction.Pass, TaggedId = 1 },
                new Rule { Id = 4, Action = RuleAction.Pass, Method = "GET" },
            ],
        });
        _relay.Run(async () => Assert.Equal(Fill.End, await RelayRun.End(await _relay.ConnectClient())));

        Assert.Equal(["warning: relay test, session 1 (1 active), SECOND, 127.0.0.1 -> :0, Forbidden"], _relay.Said);
    }

    [Fact]
    public void A_relay_that_is_disabled_closes_without_a_word()
    {
        _relay.ChangeRelay(static relay => relay with { IsDisabled = true });
        _relay.Run(async () => Assert.Equal(Fill.End, await RelayRun.End(await _relay.ConnectClient())));

        Assert.Empty(_relay.Said);
    }

    [Fact]
    public void A_host_is_told_for_whom_a_connection_is_also_where_the_client_is_silent()
    {
        string greeting = "";
        string expected = "";
        _relay.ChangeRelay(static relay => relay with { Forward = relay.Forward with { ProxyProtocol = 1 } });
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            expected = $"PROXY TCP4 127.0.0.1 127.0.0.1 {client.Local.Port} {_relay.Address.Port}\r\n";
            greeting = Encoding.ASCII.GetString(await TcpPair.Receive(host, expected.Length));
        });

        Assert.Equal(expected, greeting);
    }

    [Fact]
    public void A_trusted_proxy_names_the_client_and_the_host_is_told_of_it()
    {
        const string Incoming = "PROXY TCP6 2001:db8::7 2001:db8::1 4711 25\r\n";
        string received = "";
        string expected = "";
        _relay.ChangeRelay(static relay => relay with { ProxyProtocol = true, Forward = relay.Forward with { ProxyProtocol = 1 } });
        _relay.Configuration = _relay.Configuration with { TrustedProxies = [new Prefix(IPAddress.Loopback, 32)] };
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, Encoding.ASCII.GetBytes(Incoming + "EHLO"));
            Connection host = await _relay.AcceptHost();
            expected = $"PROXY TCP6 2001:db8::7 ::ffff:127.0.0.1 4711 {_relay.Address.Port}\r\nEHLO";
            received = Encoding.ASCII.GetString(await TcpPair.Receive(host, expected.Length));
        });

        Assert.Equal(expected, received);
    }

    [Fact]
    public void A_proxy_that_nobody_trusts_is_closed()
    {
        _relay.ChangeRelay(static relay => relay with { ProxyProtocol = true });
        _relay.Run(async () => Assert.Equal(Fill.End, await RelayRun.End(await _relay.ConnectClient())));

        Assert.Contains("is not among trusted-proxies", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RelayRun.HostPlace, true, 0)]
    [InlineData(RelayRun.HostPlace, false, 2)]
    [InlineData(RelayRun.HostPlace + 1, true, 2)]
    public void Sessions_of_a_host_that_goes_down_are_closed_where_the_relay_says_so(int place, bool closes, int left)
    {
        _relay.ChangeRelay(relay => relay with { ClosesOnHostDown = closes });
        _relay.Run(async () =>
        {
            _ = await _relay.Connect();
            _ = await _relay.Connect();
            _relay.Sessions.HostDown(place);

            Assert.Equal(left, _relay.Sessions.Count);
        });
    }

    [Fact]
    public void Sessions_of_a_configuration_that_is_too_old_are_closed()
    {
        _relay.Run(async () =>
        {
            (Connection client, _) = await _relay.Connect();
            _relay.Sessions.LeaveGenerationsBefore(1);
            Assert.Equal(1, _relay.Sessions.Count);
            _relay.Sessions.LeaveGenerationsBefore(2);

            Assert.Equal(0, _relay.Sessions.Count);
            Assert.Equal(Fill.End, await RelayRun.End(client));
        });
        Assert.EndsWith(", session closed", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_are_translated_into_the_other_family()
    {
        _relay.ChangeTable(static table => table with { Hosts = [table.Hosts[0] with { Address = IPAddress.Parse("64:ff9b::7f00:1") }] });
        _relay.ChangeRelay(static relay => relay with { Forward = relay.Forward with { Translation = new Translation(TargetFamily.Inet) } });
        _relay.Run(async () => Assert.False((await _relay.Connect()).Host.IsClosed));
    }

    [Fact]
    public void A_session_allocates_nothing_once_the_pools_are_filled()
    {
        _relay.Configuration = _relay.Configuration with { Log = LogSettings.None };
        byte[] buffer = new byte[16];
        long allocated = 0;
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            allocated = await Allocations.Least(() => Send(client, host, buffer));
        });

        Assert.InRange(allocated, 0, 1000);
    }

    [Fact]
    public void Sessions_use_what_those_before_them_left()
    {
        _relay.Configuration = _relay.Configuration with { Log = LogSettings.None };
        long allocated = 0;
        _relay.Run(async () => allocated = await Allocations.Least(ConnectOften));

        // What the waits of the test itself take.
        Assert.InRange(allocated / Times, 0, 2500);
    }

    private async ValueTask ConnectOften()
    {
        for (int i = 0; i < Times; i++)
        {
            (Connection client, Connection host) = await _relay.Connect();
            host.ShutdownOutput();
            _ = await RelayRun.End(client);
            Connector.Release(client);
            await _relay.Emptied();
            Connector.Release(host);
        }
    }

    private static async ValueTask Send(Connection client, Connection host, byte[] buffer)
    {
        for (int i = 0; i < 1000; i++)
        {
            _ = await client.Flush(buffer);
            while (host.Input.Length < buffer.Length)
            {
                if (host.TryFill() == Fill.Again)
                {
                    _ = await host.Readable();
                }
            }

            host.Consume(buffer.Length);
        }
    }
}
