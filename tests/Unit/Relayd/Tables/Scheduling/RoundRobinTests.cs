using System.Linq;

using Sluice.Relayd.Tables.Scheduling;

using Xunit;

namespace Sluice.Unit.Relayd.Tables.Scheduling;

public sealed class RoundRobinTests
{
    [Fact]
    public void Equal_hosts_have_their_turns_in_the_order_of_the_table()
    {
        Hosts hosts = Hosts.Equal(3);

        Assert.Equal([0, 1, 2, 0, 1, 2, 0], Hosts.Picks(new RoundRobin(hosts.All, hosts.MayServe, hosts.Changes), 7));
    }

    [Fact]
    public void The_turn_of_a_host_that_is_down_is_the_next_ones_and_it_has_it_again_when_it_is_back()
    {
        Hosts hosts = Hosts.Equal(4);
        RoundRobin scheduler = new(hosts.All, hosts.MayServe, hosts.Changes);

        Assert.Equal([0, 1], Hosts.Picks(scheduler, 2));
        hosts.Down(2);
        Assert.Equal([3, 0, 1, 3, 0], Hosts.Picks(scheduler, 5));
        hosts.Recover(2);
        Assert.Equal([1, 2, 3, 0], Hosts.Picks(scheduler, 4));
    }

    [Fact]
    public void A_heavy_host_has_its_turns_between_those_of_the_others()
    {
        Hosts hosts = new(5, 1, 1);

        Assert.Equal([0, 1, 0, 0, 0, 2, 0], Hosts.Picks(new RoundRobin(hosts.All, hosts.MayServe, hosts.Changes), 7));
    }

    [Fact]
    public void In_as_many_turns_as_there_are_weights_each_host_has_exactly_its_own()
    {
        Hosts hosts = new(7, 3, 1, 3, 255, 2);

        int[] turns = [.. Hosts.Picks(new RoundRobin(hosts.All, hosts.MayServe, hosts.Changes), 271).CountBy(static host => host!.Value).OrderBy(static pair => pair.Key).Select(static pair => pair.Value)];

        Assert.Equal([7, 3, 1, 3, 255, 2], turns);
    }

    [Fact]
    public void A_host_that_comes_up_when_all_are_down_is_found_at_once()
    {
        Hosts hosts = Hosts.Equal(2);
        RoundRobin scheduler = new(hosts.All, hosts.MayServe, hosts.Changes);
        hosts.Down(0, 1);

        Assert.Equal([null], Hosts.Picks(scheduler, 1));
        hosts.Take([false, true]);
        Assert.Equal([1], Hosts.Picks(scheduler, 1));
    }
}
