using System;
using System.Linq;

using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class RouterTests
{
    [Fact]
    public void A_router_has_its_options()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Router("route 10.1.0.0/16\nroute 192.0.2.9\nforward to <hosts> check icmp\nrtable 3\nrtlabel \"L\"\ndisable"));
        Router router = configuration.Routers[0];
        Assert.Equal((3, "L", true), (router.RoutingTable, router.Label, router.IsDisabled));
        Assert.Equal(["1 10.1.0.0/16", "2 192.0.2.9/32"], router.Routes.Select(route => $"{route.Id} {route.Destination.Address}/{route.Destination.Length}"), StringComparer.Ordinal);
        Assert.Equal(Table.NoPort, configuration.TableOf(router.Gateways!).Port);
    }

    [Fact]
    public void Gateways_of_another_family_are_named()
        => Assert.Contains("router uplinks ignores gateway 192.0.2.11", Loaded.Said(Loaded.Router("route ::/0\nforward to <hosts> check icmp")), StringComparison.Ordinal);

    [Fact]
    public void A_router_without_gateways_is_a_warning()
        => Assert.Contains("router uplinks has no gateways and does nothing", Loaded.Said(Loaded.Router("route ::/0")), StringComparison.Ordinal);

    [Theory]
    [InlineData("forward to <hosts> check icmp", "router uplinks without routes")]
    [InlineData("route ::/0\nroute 0.0.0.0/0", "router uplinks address family mismatch")]
    [InlineData("route ::/0\nforward to <hosts> check icmp\nforward to <others> check icmp", "router uplinks table already specified")]
    [InlineData("route ::/0\nrtable 1\nrtable 2", "router uplinks rtable already specified")]
    [InlineData("route nowhere", "invalid address: nowhere")]
    public void A_mistake_is_named(string lines, string message) => Assert.Contains(message, Loaded.Said(Loaded.Router(lines)), StringComparison.Ordinal);
}
