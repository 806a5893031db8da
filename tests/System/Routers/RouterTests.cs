using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Routers;

/// <summary>Routes follow the checks of gateways.</summary>
public sealed class RouterTests(RouterGround ground) : IClassFixture<RouterGround>
{
    // The interval of checks and the time of one, and the latter once more for a busy machine.
    private static readonly TimeSpan _failureLimit = TimeSpan.FromSeconds(2.6);

    [Theory]
    [InlineData(RouterGround.Beyond, "4")]
    [InlineData(RouterGround.Beyond6, "6")]
    public void Flows_over_a_gateway_stay_when_the_other_one_fails_and_when_it_returns(string to, string family)
    {
        List<(Socket Client, string Gateway)> flows = ground.ConnectOverBoth(to);
        Gateway lost = ground.Gateways[0];
        (Socket Client, string Gateway)[] healthy = [.. flows.Where(flow => flow.Gateway != lost.Shown(family))];

        lost.Fail();
        Stopwatch watch = Stopwatch.StartNew();
        ground.AwaitGateways(1);
        TimeSpan took = watch.Elapsed;
        Assert.All(healthy, RouterGround.AssertLives);
        (Socket Client, string Gateway)[] later = [.. Enumerable.Range(0, 8).Select(_ => ground.Connect(to))];
        ground.Recover(lost);

        Assert.InRange(took, TimeSpan.Zero, _failureLimit);
        Assert.All(healthy.Concat(later), RouterGround.AssertLives);
        Assert.All(later, flow => Assert.Equal(ground.Gateways[1].Shown(family), flow.Gateway));
        Assert.Equal(ground.Foreign, ground.ListForeign());
        flows.Concat(later).ToList().ForEach(static flow => flow.Client.Dispose());
    }

    [Fact]
    public void Without_a_gateway_there_is_no_route_and_what_the_administrator_has_serves()
    {
        ground.Gateways.ToList().ForEach(static gateway => gateway.Fail());
        ground.AwaitGateways(0);
        string own = ground.ListOwn();
        string foreign = ground.ListForeign();
        ground.Gateways.ToList().ForEach(static gateway => gateway.Recover());
        ground.AwaitGateways(2);

        Assert.Equal("", own);
        Assert.Equal(ground.Foreign, foreign);
        ground.Daemon.AwaitLine("router uplinks route 10.7.0.0/24 gateway 10.1.2.2 down");
    }

    [Fact]
    public void Priorities_are_metrics_and_a_routing_table_is_one_of_Linux()
    {
        ground.AwaitGateways(2);

        Assert.Contains("via 10.1.1.2 dev g1 metric 8", ground.RouteTo("10.7.2.0/24"), StringComparison.Ordinal);
        Assert.Contains("via 10.1.2.2 dev g2 metric 20", ground.RouteTo("10.7.2.0/24"), StringComparison.Ordinal);
        Assert.Contains("nhid", ground.RouteTo("10.7.1.0/24", "77"), StringComparison.Ordinal);
        Assert.Equal("", ground.RouteTo("10.7.1.0/24"));
        Assert.Contains("default nhid", ground.RouteTo("default"), StringComparison.Ordinal);
        Assert.Contains("metric 8", ground.RouteTo("default"), StringComparison.Ordinal);
        Assert.Equal("", ground.RouteTo("10.7.3.0/24"));
    }

    // The address is that of both gateways.
    [Fact]
    public void A_gateway_may_have_an_address_of_its_link() =>
        Await.Until(() => ground.RouteTo("fd07:2::/64").Contains("via fe80::2 dev g1", StringComparison.Ordinal), Await.Usual, () => $"it serves: {ground.ListOwn()}");

    [Fact]
    public void They_are_shown()
    {
        ground.AwaitGateways(2);

        string shown = ground.Control("show", "routers").Output;

        Assert.Contains("\tuplinks", shown, StringComparison.Ordinal);
        Assert.Contains("\t        \troute: 10.7.0.0/24\n", shown, StringComparison.Ordinal);
        Assert.Contains("rtable: 77\n", shown, StringComparison.Ordinal);
        Assert.Contains("rtlabel: label\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_takes_a_gateway_out()
    {
        ground.AwaitGateways(2);

        Assert.Equal("command succeeded\n", ground.Control("host", "disable", "10.1.1.2").Output);
        Await.Until(() => !ground.RouteTo("10.7.0.0/24").Contains("10.1.1.2", StringComparison.Ordinal), "the gateway is out");
        Assert.Equal("command succeeded\n", ground.Control("host", "enable", "10.1.1.2").Output);

        ground.AwaitGateways(2);
    }

    // The gateway answers by a way over the other one, which a check may not take.
    [Fact]
    public void A_device_that_goes_takes_its_gateway_along_and_brings_it_back()
    {
        ground.AwaitGateways(2);
        int before = ground.Daemon.Said.Count;

        ground.Balancer.Tool("ip", "link", "set", "g1", "down");
        Await.Until(() => Downs(before) > 0, Await.Usual, () => $"the check fails: {ground.Daemon.Words()}");
        Assert.DoesNotContain("dev g1", ground.RouteTo("10.7.0.0/24"), StringComparison.Ordinal);
        Assert.Contains("dev g2", ground.RouteTo("10.7.0.0/24"), StringComparison.Ordinal);
        ground.Balancer.Tool("ip", "link", "set", "g1", "up");
        ground.AwaitGateways(2);
        ground.Administrate();

        Assert.Equal(ground.Foreign, ground.ListForeign());
    }

    private int Downs(int before) => ground.Daemon.Said.Skip(before)
        .Count(static line => line.Contains("host 10.1.1.2, check icmp", StringComparison.Ordinal) && line.Contains("state up -> down", StringComparison.Ordinal));
}
