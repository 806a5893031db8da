using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Redirections;
using Sluice.Relayd.Tables.Scheduling;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class HostSlotsTests
{
    [Fact]
    public void A_host_that_fails_gives_away_its_own_slots_alone_and_gets_them_back()
    {
        Host[] hosts = Hosts(1, 1, 1);
        IReadOnlyList<Host> before = ByHash(hosts, hosts);

        IReadOnlyList<Host> without = ByHash(hosts, hosts[0], hosts[2]);

        Assert.All(before.Zip(without).Where(pair => pair.First != hosts[1]), static pair => Assert.Same(pair.First, pair.Second));
        Assert.DoesNotContain(hosts[1], without);
        Assert.Equal(before, ByHash(hosts, hosts));
    }

    [Fact]
    public void Slots_of_a_hash_are_shared_by_weight()
    {
        Host[] hosts = Hosts(1, 3);

        int share = ByHash(hosts, hosts).Count(host => host == hosts[1]);

        Assert.InRange(share, HashSlots.Count * 70 / 100, HashSlots.Count * 80 / 100);
    }

    [Fact]
    public void Nobody_up_has_no_slot() => Assert.Empty(ByHash(Hosts(1, 1)));

    [Fact]
    public void In_turn_each_host_has_as_many_slots_as_weight()
    {
        Host[] hosts = Hosts(2, 4, 6);

        Assert.Equal([3, 2, 1], HostSlots.InTurn(hosts, static _ => true).CountBy(static host => host.Weight).OrderByDescending(static pair => pair.Key).Select(static pair => pair.Value));
    }

    [Fact]
    public void In_turn_one_host_less_moves_one_other() => Assert.Equal(
        ["10.0.0.1", "10.0.0.5", "10.0.0.3", "10.0.0.4"],
        HostSlots.InTurn(Hosts(1, 1, 1, 1, 1), static host => host.Place != 2).Select(static host => host.Name), StringComparer.Ordinal);

    [Fact]
    public void In_turn_all_that_are_up_and_nobody_else_serve() => Prop.ForAll(
        ArbMap.Default.ArbFor<bool[]>().Filter(static up => up.Length is > 0 and < 50),
        static up =>
        {
            Host[] hosts = Hosts([.. up.Select(static (_, index) => 1 + (index % 3))]);
            IReadOnlyList<Host> slots = HostSlots.InTurn(hosts, host => up[host.Place - 1]);
            return slots.Select(static host => host.Place).ToHashSet().SetEquals(hosts.Where(host => up[host.Place - 1]).Select(static host => host.Place))
                && slots.Count == hosts.Where(host => up[host.Place - 1]).Sum(host => slots.Count(slot => slot == host));
        }).QuickCheckThrowOnFailure();

    private static IReadOnlyList<Host> ByHash(Host[] hosts, params Host[] up) => new HashTables(place => Array.Exists(up, host => host.Place == place))
        .Of(new Table { Id = 1, Definition = "t", Port = 80, Hosts = [.. hosts] }, RuleFamily.Version4);

    private static Host[] Hosts(params int[] weights) =>
        [.. weights.Select(static (weight, index) => new Host { Name = $"10.0.0.{index + 1}", Address = IPAddress.Parse($"10.0.0.{index + 1}"), Weight = weight, Place = index + 1 })];
}
