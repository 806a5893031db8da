using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Engine;
using Sluice.Engine.Processes;
using Sluice.Engine.Routing;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Routers;
using Sluice.Unit.Fakes;
using Sluice.Unit.Relayd.Configuration;
using Sluice.Unit.Relayd.Redirections;

using Xunit;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Relayd.Routers;

public sealed class RunningRoutesTests : IDisposable
{
    private const string Lines = "route 10.1.0.0/16\nroute 10.2.0.0/16\nforward to <hosts> check icmp";

    private readonly SharedPages _pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly SaidLines _said = new();
    private readonly List<RouteChange> _changes = [];
    private readonly List<PresentRoute> _routes = [];
    private readonly List<Nexthop> _nexthops = [];
    private readonly HealthBoard _board;
    private readonly RunningRoutes _running;
    private Func<RouteChange, Errno> _answer = static _ => Errno.None;
    private PresentRoute? _winner;
    private int _device = 3;

    public RunningRoutesTests()
    {
        _board = new HealthBoard(_pages);
        _running = new RunningRoutes(_board, new Log(_said, verbosity: 2)) { Look = Look, Change = Change, FindDevice = _ => _device, FindRoute = _ => _winner };
    }

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void At_the_start_gateways_are_made_and_then_the_group_and_then_routes()
    {
        _ = Taken(Lines);

        Assert.Equal(["AddGateway", "AddGateway", "AddGateway", "AddGateway", "AddGroup", "AddRoute", "AddRoute"], Kinds(), StringComparer.Ordinal);
        Assert.Equal(4, _changes.OfType<AddGroup>().Single().Members.Count);
        Assert.Equal(["10.1.0.0/16", "10.2.0.0/16"], _changes.OfType<AddRoute>().Select(static add => add.Key.Destination.ToString()), StringComparer.Ordinal);
        Assert.All(_changes.OfType<AddRoute>(), static add => Assert.Equal((254, 8), (add.Key.Table, add.Key.Metric)));
        Assert.True(_running.IsWhole);
    }

    [Fact]
    public void Nothing_new_is_no_change()
    {
        _ = Taken(Lines);
        _changes.Clear();

        Assert.True(_running.Follow());
        Assert.False(_running.Concerns(RoutePrefix.Of([10, 3, 0, 0], 16)));

        Assert.Empty(_changes);
    }

    [Fact]
    public void A_gateway_that_fails_leaves_the_group_and_comes_back_into_the_same()
    {
        RelaydConfiguration configuration = Taken(Lines, "log state changes\n");
        _changes.Clear();

        Set(configuration, "192.0.2.11", HostState.Down);
        Assert.True(_running.Follow());
        Set(configuration, "192.0.2.11", HostState.Up);
        Assert.True(_running.Follow());

        Assert.Equal(["ChangeGroup", "RemoveNexthop", "RemoveNexthop", "AddGateway", "AddGateway", "ChangeGroup"], Kinds(), StringComparer.Ordinal);
        Assert.Equal([2, 4], _changes.OfType<ChangeGroup>().Select(static change => change.Members.Count));
        Assert.Single(_changes.OfType<ChangeGroup>().Select(static change => change.Id).Distinct());
        Assert.Contains(_said.Lines, static line => line.EndsWith("router uplinks route 10.1.0.0/16 gateway 192.0.2.11 down", StringComparison.Ordinal));
    }

    [Fact]
    public void With_the_last_gateway_routes_go()
    {
        RelaydConfiguration configuration = Taken(Lines);
        _changes.Clear();
        Set(configuration, "192.0.2.11", HostState.Down);
        Set(configuration, "192.0.2.12", HostState.Down);

        Assert.True(_running.Follow());

        Assert.Equal(["RemoveRoute", "RemoveRoute", "RemoveNexthop"], Kinds().Take(3), StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_there_is_used_and_what_nobody_wants_is_removed()
    {
        Present(115000009, "192.0.2.11", "10.1.0.0");
        Present(115000019, "192.0.2.99", "10.9.0.0");

        _ = Taken(Lines.Replace("route 10.2.0.0/16\n", "", StringComparison.Ordinal));

        Assert.Equal(115000009u, _changes.OfType<ChangeGroup>().Single().Id);
        Assert.Empty(_changes.OfType<AddRoute>());
        Assert.Equal("10.9.0.0/16", _changes.OfType<RemoveRoute>().Single().Key.Destination.ToString());
        Assert.Equal([115000019u, 115000020u], _changes.OfType<RemoveNexthop>().Select(static removed => removed.Id));
    }

    [Fact]
    public void Of_gateways_that_were_not_checked_yet_what_is_there_stays()
    {
        Present(115000009, "192.0.2.11", "10.1.0.0");
        RelaydConfiguration configuration = Planned.Text(Loaded.Router("route 10.1.0.0/16\nforward to <hosts> check icmp"));

        Assert.True(_running.Take(configuration));

        Assert.True(_running.AwaitsChecks);
        Assert.Empty(_changes.OfType<RemoveRoute>());
        Assert.DoesNotContain(_changes.OfType<AddGateway>(), static add => add.Gateway == Address("192.0.2.12"));
    }

    [Fact]
    public void Numbers_of_others_are_theirs()
    {
        _nexthops.Add(new Nexthop(115000001, 11, default, 0, [new NexthopMember(3, 1)]));

        _ = Taken(Lines);

        Assert.DoesNotContain(_changes.OfType<AddGateway>(), static add => add.Id == 115000001);
        Assert.Empty(_changes.OfType<RemoveNexthop>());
    }

    [Fact]
    public void A_route_that_is_somebody_elses_stays_and_is_said()
    {
        _answer = static change => change is AddRoute ? Errno.Exists : Errno.None;

        _ = Taken(Lines);

        Assert.Contains(_said.Lines, static line => line.Contains("the route to 10.1.0.0/16 with metric 8 is somebody else's", StringComparison.Ordinal));
        Assert.True(_running.IsWhole);
    }

    [Fact]
    public void One_that_wins_is_said_once()
    {
        _winner = new PresentRoute(new RouteKey(254, RoutePrefix.Of([10, 1, 0, 0], 16), 5), 16, 0);

        _ = Taken(Lines);
        Assert.True(_running.Follow());

        Assert.Single(_said.Lines, static line => line.Contains("another route to 10.1.0.0/16 has metric 5 (protocol 16) and wins over 8", StringComparison.Ordinal));
    }

    [Fact]
    public void A_gateway_on_no_network_is_left_out_until_it_is_on_one()
    {
        _device = 0;
        _ = Taken(Lines);
        Assert.False(_running.IsWhole);
        _device = 4;

        Assert.True(_running.Follow());

        Assert.True(_running.IsWhole);
        Assert.All(_changes.OfType<AddGateway>(), static add => Assert.Equal(4, add.Device));
        Assert.Contains(_said.Lines, static line => line.Contains("gateway 192.0.2.11 is on no network of this machine", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_kernel_refuses_is_said_and_looked_at_anew()
    {
        _answer = static change => change is AddGroup ? Errno.NetworkDown : Errno.None;
        RelaydConfiguration configuration = Taken(Lines);
        Assert.False(_running.IsWhole);
        _answer = static _ => Errno.None;

        Assert.True(_running.Follow());

        Assert.True(_running.IsWhole);
        Assert.Contains(_said.Lines, static line => line.Contains("the kernel refused a change of routes (a group of gateways)", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_the_right_it_cannot_be()
    {
        _answer = static _ => Errno.NotPermitted;
        RelaydConfiguration configuration = Planned.Text(Loaded.Router("route 10.1.0.0/16\nforward to <hosts> port 80"));

        Assert.False(_running.Take(configuration));
    }

    [Fact]
    public void A_gateway_that_is_disabled_is_out_and_one_without_check_is_in()
    {
        RelaydConfiguration configuration = Planned.Text(Loaded.Router("route 10.1.0.0/16\nforward to <hosts> port 80"));
        _board.Write(PlaceOf(configuration, "192.0.2.11"), new HostHealth { Withdrawal = Withdrawal.Disabled });

        Assert.True(_running.Take(configuration));

        Assert.Equal([Address("192.0.2.12"), Address("192.0.2.12")], _changes.OfType<AddGateway>().Select(static add => add.Gateway));
        Assert.False(_running.AwaitsChecks);
    }

    private RelaydConfiguration Taken(string lines, string before = "")
    {
        RelaydConfiguration configuration = Planned.Text(before + Loaded.Router(lines));
        foreach (Host host in configuration.Tables.SelectMany(static table => table.Hosts))
        {
            _board.Write(host.Place, new HostHealth { State = HostState.Up });
        }

        _ = _running.Take(configuration);
        return configuration;
    }

    // A group of ours with one gateway, and a route by it.
    private void Present(uint group, string gateway, string network)
    {
        _nexthops.Add(new Nexthop(group + 1, RouteTable.Protocol, Address(gateway), 3, []));
        _nexthops.Add(new Nexthop(group, RouteTable.Protocol, default, 0, [new NexthopMember(group + 1, 1)]));
        _routes.Add(new PresentRoute(new RouteKey(254, RoutePrefix.Of(IPAddress.Parse(network).GetAddressBytes(), 16), 8), RouteTable.Protocol, group));
    }

    private string[] Kinds() => [.. _changes.Select(static change => change.GetType().Name)];

    private void Set(RelaydConfiguration configuration, string host, HostState state) => _board.Write(PlaceOf(configuration, host), new HostHealth { State = state });

    private static int PlaceOf(RelaydConfiguration configuration, string name) => configuration.Tables.SelectMany(static table => table.Hosts).First(host => host.Name == name).Place;

    private static SocketAddress Address(string text) => SocketAddress.FromIp(IPAddress.Parse(text).GetAddressBytes(), port: 0);

    private PresentRoutes Look(out Errno error)
    {
        error = Errno.None;
        return new PresentRoutes(_routes, _nexthops);
    }

    private Errno Change(RouteChange change)
    {
        Errno error = _answer(change);
        _changes.AddRange(error == Errno.None ? [change] : []);
        return error;
    }
}
