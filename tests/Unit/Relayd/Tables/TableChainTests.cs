using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Tables;
using Sluice.Relayd.Tables.Scheduling;

using Xunit;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Relayd.Tables;

/// <summary>What a mode goes by: address of the client, address and port of the relay, and nothing else (R-SCHED-04 to R-SCHED-06, R-SCHED-13).</summary>
public sealed class TableChainTests : IDisposable
{
    private readonly SharedPages _pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);

    public void Dispose() => _pages.Dispose();

    [Theory]
    [InlineData("source-hash", true, false)]
    [InlineData("loadbalance", true, true)]
    [InlineData("hash", false, true)]
    public void A_mode_goes_by_these(string mode, bool byClient, bool byRelay)
    {
        TableChain[] relays = [.. Enumerable.Range(1, 32).Select(port => Chain(mode, port))];

        Assert.Equal(byClient, Enumerable.Range(1, 32).Select(last => Choose(relays[0], (byte)last, 1)).Distinct().Count() > 1);
        Assert.Equal(byRelay, relays.Select(relay => Choose(relay, 1, 1)).Distinct().Count() > 1);
        Assert.Single(Enumerable.Range(1, 32).Select(port => Choose(relays[0], 1, port)).Distinct());
    }

    [Fact]
    public void A_table_is_withdrawn_when_all_of_its_hosts_are_whatever_their_checks_say()
    {
        TableChain chain = Chain("hash", 80);
        HealthBoard board = new(_pages);
        Write(board, 1, 1, new HostHealth { State = HostState.Up, Withdrawal = Withdrawal.Disabled });
        Write(board, 2, 49, new HostHealth { State = HostState.Up, Withdrawal = Withdrawal.Draining });
        board.Write(50, new HostHealth { State = HostState.Down });
        Assert.False(chain.IsWithdrawn(definition: null));
        board.Write(50, new HostHealth { State = HostState.Down, Withdrawal = Withdrawal.TableDisabled });
        Assert.Equal((true, true, true), (chain.IsWithdrawn(definition: null), chain.IsWithdrawn("hosts"), chain.IsWithdrawn("others")));
    }

    [Theory]
    [InlineData("Tcp", null, "192.0.2.9")]
    [InlineData("Tcp", "hosts", "10.0.0.")]
    [InlineData("Tcp", "unknown", "192.0.2.9")]
    [InlineData("Dns", null, "10.0.0.")]
    public void Whom_a_client_meant_goes_before_tables_but_for_names_and_where_a_rule_chose_one(string type, string? definition, string chosen)
    {
        TableChain chain = Chain("hash", 80, Enum.Parse<ProtocolType>(type));

        Assert.True(chain.TryChoose(SocketAddress.FromIp([192, 0, 2, 1], 1), SocketAddress.FromIp([192, 0, 2, 9], 7), definition, hashed: null, out Target target));

        Assert.StartsWith(chosen, target.Address.ToString(), StringComparison.Ordinal);
    }

    private static void Write(HealthBoard board, int first, int last, HostHealth health)
    {
        for (int place = first; place <= last; place++)
        {
            board.Write(place, health);
        }
    }

    private static SocketAddress Choose(TableChain chain, byte last, int port)
    {
        Assert.True(chain.TryChoose(SocketAddress.FromIp([192, 0, 2, last], port), meant: default, definition: null, hashed: null, out Target target));
        return target.Address;
    }

    private static ScheduleMode ModeOf(string name) => name switch
    {
        "source-hash" => ScheduleMode.SourceHash,
        "loadbalance" => ScheduleMode.LoadBalance,
        _ => ScheduleMode.Hash,
    };

    private TableChain Chain(string mode, int port, ProtocolType type = ProtocolType.Tcp)
    {
        IEnumerable<Host> hosts = Enumerable.Range(1, 50).Select(id => new Host { Id = id, Name = $"h{id}", Address = new IPAddress([10, 0, 0, (byte)id]), Place = id });
        Relay relay = new()
        {
            Id = 1,
            Name = "test",
            ProtocolId = 1,
            Listen = new IPEndPoint(IPAddress.Loopback, port),
            Forward = new Forwarding { Tables = [new TableUse(1, ModeOf(mode), [.. new byte[SipHash.KeyLength]])] },
        };
        RelaydConfiguration configuration = new()
        {
            Tables = [new Table { Id = 1, Definition = "hosts", Port = 80, Hosts = [.. hosts] }],
            Protocols = [new Protocol { Id = 1, Name = "p", Type = type }],
            Relays = [relay],
        };
        return new TableChain(configuration, relay, new HealthBoard(_pages), connector: null);
    }
}
