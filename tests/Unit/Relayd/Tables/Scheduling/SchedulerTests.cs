using System.Collections.Generic;
using System.Linq;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Relayd.Tables.Scheduling;

using Xunit;

namespace Sluice.Unit.Relayd.Tables.Scheduling;

/// <summary>What holds for every mode, whatever the weights and the health of the hosts.</summary>
public sealed class SchedulerTests
{
    private static readonly Arbitrary<(int[] Weights, bool[][] States)> _lives = (
        from weights in Gen.Choose(1, 255).NonEmptyListOf()
        from states in Gen.Elements(false, false, true).ArrayOf(weights.Count).ListOf(5)
        select (weights.ToArray(), states.ToArray())).ToArbitrary();

    public enum Mode
    {
        RoundRobin,
        Random,
        Hash,
    }

    [Theory]
    [InlineData(Mode.RoundRobin)]
    [InlineData(Mode.Random)]
    [InlineData(Mode.Hash)]
    public void A_host_that_is_down_is_never_picked_and_one_that_is_up_always_found(Mode mode) => Prop.ForAll(_lives, life =>
    {
        Hosts hosts = new(life.Weights);
        Scheduler scheduler = Make(mode, hosts);
        return life.States.All(states =>
        {
            hosts.Take(states);
            HashSet<int> up = [.. hosts.Up];
            return Hosts.Picks(scheduler, 20).All(host => host is { } picked ? up.Contains(picked) : up.Count == 0);
        });
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(Mode.RoundRobin)]
    [InlineData(Mode.Random)]
    [InlineData(Mode.Hash)]
    public void A_host_that_comes_back_is_known_at_once(Mode mode)
    {
        Hosts hosts = Hosts.Equal(12);
        hosts.Down(Enumerable.Range(1, 11));
        Scheduler scheduler = Make(mode, hosts);
        _ = Hosts.Picks(scheduler, 200);

        hosts.Recover(7);

        Assert.Contains(7, Hosts.Picks(scheduler, 200));
    }

    // The smallest of the weights has about 1,000 picks or 100 slots: six deviations.
    [Theory]
    [InlineData(Mode.RoundRobin, 0.01)]
    [InlineData(Mode.Random, 0.2)]
    [InlineData(Mode.Hash, 0.6)]
    public void Each_host_has_the_share_that_its_weight_says(Mode mode, double tolerance)
    {
        Hosts hosts = new(4, 1, 3, 2);

        IEnumerable<double> shares = Hosts.Picks(Make(mode, hosts), 10_000)
            .CountBy(static host => host!.Value).OrderBy(static pair => pair.Key).Select(static pair => pair.Value / 1000.0);

        Assert.All(shares.Zip([4, 1, 3, 2]), pair => Assert.InRange(pair.First / pair.Second, 1 - tolerance, 1 + tolerance));
    }

    // A pick that looked at all hosts would look at thousands.
    [Theory]
    [InlineData(Mode.RoundRobin)]
    [InlineData(Mode.Random)]
    [InlineData(Mode.Hash)]
    public void A_pick_takes_no_longer_with_thousands_of_hosts_most_of_them_down(Mode mode)
    {
        const int Picks = 1_000_000;
        Hosts hosts = Hosts.Equal(5000);
        Scheduler scheduler = Make(mode, hosts);
        hosts.Down(Enumerable.Range(0, 4990));

        Assert.All(Hosts.Picks(scheduler, Picks), static host => Assert.InRange(host!.Value, 4990, 4999));
        Assert.InRange(hosts.Asked / Picks, 0, 16);
    }

    private static Scheduler Make(Mode mode, Hosts hosts) => mode switch
    {
        Mode.RoundRobin => new RoundRobin(hosts.All, hosts.MayServe, hosts.Changes),
        Mode.Random => new RandomChoice(hosts.All, hosts.MayServe, hosts.Changes),
        _ => new HashSlots(hosts.All, hosts.MayServe, hosts.Changes),
    };
}
