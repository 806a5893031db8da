using System;
using System.Collections.Generic;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Failover;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Failover;

public sealed class DemotionsTests : IDisposable
{
    private readonly SharedPages _pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly HealthBoard _board;
    private readonly Demotions _demotions = new();

    public DemotionsTests()
    {
        _board = new HealthBoard(_pages);
    }

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void A_table_demotes_its_group_while_none_of_its_hosts_is_up()
    {
        RelaydConfiguration configuration = Placed("forward to <hosts> port 80 check tcp demote pair");
        Say(configuration, HostState.Down, HostState.Up);
        Assert.Equal(0, Count(configuration)["pair"]);
        Say(configuration, HostState.Down, HostState.Down);
        Assert.Equal(1, Count(configuration)["pair"]);
        Say(configuration, HostState.Up, HostState.Down);
        Assert.Equal(0, Count(configuration)["pair"]);
    }

    [Fact]
    public void Each_table_of_a_group_counts()
    {
        RelaydConfiguration configuration = Placed("forward to <hosts> port 80 check tcp demote pair\nforward to <hosts> port 81 check tcp demote pair");
        Say(configuration, HostState.Down, HostState.Down, HostState.Down, HostState.Down);
        Assert.Equal(2, Count(configuration)["pair"]);
    }

    [Fact]
    public void Nothing_is_demoted_before_the_first_checks_are_through()
    {
        RelaydConfiguration configuration = Placed("forward to <hosts> port 80 check tcp demote pair");
        Assert.Equal(0, Count(configuration)["pair"]);
        Say(configuration, HostState.Down);
        Assert.Equal(0, Count(configuration)["pair"]);
    }

    [Fact]
    public void A_host_of_which_nothing_can_be_known_does_not_serve()
    {
        RelaydConfiguration configuration = Placed("forward to <hosts> port 80 check script \"/x\" demote pair");
        Say(configuration, HostState.Unknown, HostState.Unknown);
        Assert.Equal(1, Count(configuration)["pair"]);
    }

    [Fact]
    public void What_the_operator_takes_out_does_not_serve()
    {
        RelaydConfiguration configuration = Placed("forward to <hosts> port 80 check tcp demote pair");
        _board.Write(Place(configuration, 0), new HostHealth { Withdrawal = Withdrawal.Disabled });
        _board.Write(Place(configuration, 1), new HostHealth { State = HostState.Up, LastCheck = DateTimeOffset.UnixEpoch, Withdrawal = Withdrawal.Draining });
        Assert.Equal(1, Count(configuration)["pair"]);
    }

    [Fact]
    public void A_table_without_a_check_is_always_up()
        => Assert.Empty(Count(Placed("forward to <hosts> port 80 demote pair")));

    private static RelaydConfiguration Placed(string lines) =>
        new Places(HealthBoard.Places, RelayBoard.Places).Give(Loaded.Good(Loaded.Relay(lines)))!;

    private static int Place(RelaydConfiguration configuration, int host) => configuration.Tables[0].Hosts[host].Place;

    private IReadOnlyDictionary<string, int> Count(RelaydConfiguration configuration) => _demotions.Count(configuration, _board);

    // Of the hosts of one table after the other.
    private void Say(RelaydConfiguration configuration, params ReadOnlySpan<HostState> states)
    {
        for (int i = 0; i < states.Length; i++)
        {
            Table table = configuration.Tables[i / configuration.Tables[0].Hosts.Count];
            _board.Write(table.Hosts[i % table.Hosts.Count].Place, new HostHealth { State = states[i], LastCheck = DateTimeOffset.FromUnixTimeSeconds(1) });
        }
    }
}
