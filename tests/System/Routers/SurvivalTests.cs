using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Routers;

/// <summary>Routes outlive whatever happens to processes, others who flush them are found out, and none is left behind.</summary>
public sealed class SurvivalTests(RouterGround ground) : IClassFixture<RouterGround>
{
    [Fact]
    public void Whoever_is_killed_the_next_one_finds_the_routes_and_flows_stay()
    {
        ground.AwaitGateways(2);
        (Socket Client, string Gateway) flow = OverTheOther();

        Child killed = ground.Daemon.ChildNamed("pfe");
        Daemon.Signal(killed.Id, Libc.SIGKILL);
        ground.Daemon.AwaitSuccessor(killed, Await.Usual);
        FailAndRecover();
        string own = ground.ListOwn();
        ground.Daemon.Signal(Libc.SIGKILL);
        string between = ground.ListOwn();
        ground.StartAgain();

        Assert.Equal(own, between);
        Assert.Equal(own, ground.ListOwn());
        Assert.Equal(ground.Foreign, ground.ListForeign());
        RouterGround.AssertLives(flow);
    }

    [Fact]
    public void What_changed_while_nobody_ran_is_put_right_by_the_next_one()
    {
        ground.AwaitGateways(2);
        (Socket Client, string Gateway)[] flows = [.. ground.ConnectOverBoth().Where(flow => flow.Gateway == ground.Gateways[1].Shown("4"))];
        Assert.Equal(0, ground.Daemon.Stop());

        ground.Gateways[0].Fail();
        ground.StartAgain(ground.Text.Replace("route fd07::/64", "route fd07:1::/64", StringComparison.Ordinal));
        string started = ground.RouteTo("10.7.0.0/24");
        string gone = ground.RouteTo("fd07::/64");
        ground.Reload(ground.Text);
        ground.Recover(ground.Gateways[0]);

        Assert.DoesNotContain("10.1.1.2", started, StringComparison.Ordinal);
        Assert.Contains("10.1.2.2", started, StringComparison.Ordinal);
        Assert.Equal("", gone);
        Assert.Equal("", ground.RouteTo("fd07:1::/64"));
        Assert.All(flows, RouterGround.AssertLives);
        Assert.Equal(ground.Foreign, ground.ListForeign());
    }

    [Theory]
    [InlineData("route del 10.7.0.0/24 metric 8")]
    [InlineData("-6 route del fd07::/64 metric 8")]
    [InlineData("nexthop flush proto 115")]
    public void What_somebody_removes_is_put_back(string command)
    {
        ground.AwaitGateways(2);

        ground.Balancer.Tool("ip", command.Split(' '));

        ground.Daemon.AwaitLine("somebody else changed the routes of routers");
        ground.AwaitGateways(2);
        Assert.Equal(ground.Foreign, ground.ListForeign());
    }

    [Fact]
    public void A_route_that_takes_the_place_of_ours_is_left_alone_and_said()
    {
        ground.AwaitGateways(2);

        ground.Balancer.Tool("ip", "route", "replace", "10.7.0.0/24", "via", "10.1.2.2", "metric", "8");
        ground.Daemon.AwaitLine("the route to 10.7.0.0/24 with metric 8 is somebody else's");
        string theirs = ground.Balancer.Tool("ip", "route", "show", "10.7.0.0/24");
        ground.Balancer.Tool("ip", "route", "del", "10.7.0.0/24", "via", "10.1.2.2", "metric", "8");

        ground.AwaitGateways(2);
        Assert.Contains("10.7.0.0/24 via 10.1.2.2 dev g2 metric 8", theirs, StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_that_wins_over_ours_is_named()
    {
        ground.AwaitGateways(2);

        ground.Balancer.Tool("ip", "route", "add", "10.7.0.0/24", "via", "10.1.2.2", "metric", "5", "proto", "static");
        ground.Daemon.AwaitLine("another route to 10.7.0.0/24 has metric 5 (protocol 4) and wins over 8");
        ground.Balancer.Tool("ip", "route", "del", "10.7.0.0/24", "via", "10.1.2.2", "metric", "5");

        ground.AwaitGateways(2);
    }

    [Fact]
    public void A_reload_changes_what_changed_and_nothing_else()
    {
        ground.AwaitGateways(2);
        string own = ground.ListOwn();
        (Socket Client, string Gateway) flow = ground.Connect();

        ground.Reload(ground.Text.Replace("route 10.7.0.0/24", "route 10.7.0.0/24\nroute 10.7.9.0/24", StringComparison.Ordinal).Replace("rtable 77", "rtable 78", StringComparison.Ordinal));
        string added = ground.RouteTo("10.7.9.0/24");
        string moved = ground.RouteTo("10.7.1.0/24", "78");
        string left = ground.ListOwn();
        ground.Reload(ground.Text);

        Await.Until(() => Sorted(ground.ListOwn()) == Sorted(own), Await.Usual, () => $"all is as before: {own} {ground.ListOwn()}");
        Assert.Contains("nhid", added, StringComparison.Ordinal);
        Assert.Contains("nhid", moved, StringComparison.Ordinal);
        Assert.DoesNotContain("table 77", left, StringComparison.Ordinal);
        RouterGround.AssertLives(flow);
    }

    [Fact]
    public void Without_routers_no_route_is_left_after_a_reload_and_after_a_start()
    {
        ground.AwaitGateways(2);
        string without = ground.Text[..ground.Text.IndexOf("router", StringComparison.Ordinal)] + "relay \"r\" {\nlisten on 10.0.0.1 port 80\nforward to 10.7.0.1 port 8080\n}\n";

        ground.Reload(without);
        Await.Until(() => ground.ListOwn().Length == 0, Await.Usual, () => $"a reload takes them away: {ground.ListOwn()}");
        ground.Reload(ground.Text);
        ground.AwaitGateways(2);
        Assert.Equal(0, ground.Daemon.Stop());
        ground.StartAgain(without);
        Await.Until(() => ground.ListOwn().Length == 0, Await.Usual, () => $"a start takes them away: {ground.ListOwn()}");
        Assert.Equal(ground.Foreign, ground.ListForeign());
        Assert.Equal(0, ground.Daemon.Stop());
        ground.StartAgain();

        ground.AwaitGateways(2);
    }

    [Fact]
    public void Purge_removes_all_that_is_left_where_no_relayd_runs()
    {
        ground.AwaitGateways(2);
        (int refused, _, string reason) = ground.Control("purge");
        Assert.Equal(0, ground.Daemon.Stop());
        string left = ground.ListOwn();

        (int done, string output, _) = ground.Control("purge");

        Assert.Equal((1, 0, "command succeeded\n"), (refused, done, output));
        Assert.Contains("relayctl stop", reason, StringComparison.Ordinal);
        Assert.NotEqual("", left, StringComparer.Ordinal);
        Assert.Equal("", ground.ListOwn());
        Assert.Equal(ground.Foreign, ground.ListForeign());
        ground.StartAgain();
        ground.AwaitGateways(2);
    }

    [Fact]
    public void The_process_has_one_capability_and_no_file_system()
    {
        Child process = ground.Daemon.ChildNamed("pfe");

        string status = global::System.IO.File.ReadAllText($"/proc/{process.Id}/status");

        Assert.Contains("CapEff:\t0000000000001000\n", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2\n", status, StringComparison.Ordinal);
        Assert.DoesNotContain("sluice", ground.Balancer.Tool("nft", "list", "ruleset"), StringComparison.Ordinal);
    }

    // One over the gateway that does not fail.
    private (Socket Client, string Gateway) OverTheOther()
    {
        List<(Socket Client, string Gateway)> flows = ground.ConnectOverBoth();
        return flows.First(flow => flow.Gateway == ground.Gateways[1].Shown("4"));
    }

    private void FailAndRecover()
    {
        ground.Gateways[0].Fail();
        ground.AwaitGateways(1);
        ground.Recover(ground.Gateways[0]);
    }

    // Without the numbers of groups.
    private static string Sorted(string listing) => string.Join('\n', listing.Split('\n').Where(static line => !line.Contains(" group ", StringComparison.Ordinal))
        .Select(static line => Regex.Replace(line, "115[0-9]{6}", "N", RegexOptions.None, TimeSpan.FromSeconds(1))).Order(StringComparer.Ordinal));
}
