using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Engine.Routing;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Relayd.Routers;

/// <summary>By which device a neighbour is reached; 0 for none.</summary>
internal delegate int FindDevice(SocketAddress neighbour);

/// <summary>A gateway that serves.</summary>
/// <param name="Host">As it was configured.</param>
/// <param name="Address">Without zone and port.</param>
/// <param name="Device">By which it is reached; 0 where it is on no network of this machine.</param>
internal sealed record Gateway(Host Host, SocketAddress Address, int Device);

/// <summary>Routes of a router over gateways of one priority.</summary>
/// <param name="Router">Which one.</param>
/// <param name="Metric">Of the routes.</param>
/// <param name="Routes">At least one.</param>
/// <param name="Gateways">Those that serve and are reached, each address once; where there is none, there are no routes.</param>
/// <param name="Unreached">Those that serve and are not reached.</param>
internal sealed record RouteGroup(Router Router, int Metric, IReadOnlyList<RouteKey> Routes, IReadOnlyList<Gateway> Gateways, IReadOnlyList<Gateway> Unreached)
{
    /// <summary>
    /// How often each gateway is a member of the group, 1 or 2. Where one path is left, IPv4 does not note down which flows there are, and these would move when another gateway
    /// comes back: a gateway that may be the last is there twice (docs/decisions/0031).
    /// </summary>
    public int PathsOfGateway { get; init; } = 1;
}

/// <summary>What should be in the kernel by the configuration and the board (R-ROUTER-03, -04, -07).</summary>
internal static class RouterPlan
{
    private const int MainTable = 254;

    /// <summary>The groups of all routers that are not disabled.</summary>
    /// <param name="configuration">What is wanted.</param>
    /// <param name="board">Who is up.</param>
    /// <param name="present">What is there: a gateway of which nothing is known is left as it is.</param>
    /// <param name="find">Knows the devices.</param>
    public static IReadOnlyList<RouteGroup> Of(RelaydConfiguration configuration, HealthBoard board, PresentRoutes present, FindDevice find) =>
    [
        .. from router in configuration.Routers
           where router is { IsDisabled: false, Gateways: not null }
           let table = configuration.TableOf(router.Gateways!)
           from hosts in table.Hosts.Where(host => IsSameFamily(router, host)).GroupBy(static host => host.RoutePriority)
           select Group(router, table, hosts, board, present, find),
    ];

    /// <summary>Gateways of the routers, with their tables.</summary>
    public static IEnumerable<(Table Table, Host Host)> GatewaysOf(RelaydConfiguration configuration) =>
        from router in configuration.Routers
        where router is { IsDisabled: false, Gateways: not null }
        let table = configuration.TableOf(router.Gateways!)
        from host in table.Hosts
        where IsSameFamily(router, host)
        select (table, host);

    /// <summary>The network that a route of a router leads to.</summary>
    public static RoutePrefix DestinationOf(NetworkRoute route) => RoutePrefix.Of(route.Destination.Address.GetAddressBytes(), route.Destination.Length);

    private static RouteGroup Group(Router router, Table table, IGrouping<int, Host> hosts, HealthBoard board, PresentRoutes present, FindDevice find)
    {
        int number = router.RoutingTable == 0 ? MainTable : router.RoutingTable;
        RouteKey[] routes = [.. router.Routes.Select(route => new RouteKey(number, DestinationOf(route), hosts.Key)).Distinct()];
        HashSet<SocketAddress> before = [.. routes.Select(present.GroupOf).OfType<Nexthop>().SelectMany(present.GatewaysOf)];
        Gateway[] serving =
        [
            .. hosts.Where(host => Serves(table, host, board, before)).Select(host => At(host, find)).DistinctBy(static gateway => gateway.Address),
        ];
        return new RouteGroup(router, hosts.Key, routes, [.. serving.Where(static gateway => gateway.Device > 0)], [.. serving.Where(static gateway => gateway.Device == 0)])
        {
            PathsOfGateway = routes[0].Destination.Address.Kind == AddressKind.IPv4 && hosts.Skip(1).Any() ? 2 : 1,
        };
    }

    private static bool Serves(Table table, Host host, HealthBoard board, HashSet<SocketAddress> before) => board.WithdrawalOf(host.Place) == Withdrawal.None
        && (table.Check is null || board.State(host.Place) switch
        {
            HostState.Up => true,
            HostState.Down => false,
            _ => before.Contains(Plain(host.Address)),
        });

    // Of an address that means something on one device alone, the device is known.
    private static Gateway At(Host host, FindDevice find)
    {
        SocketAddress address = Plain(host.Address);
        uint zone = new IPEndPoint(host.Address, 0).ToSocketAddress().Zone;
        return new Gateway(host, address, zone > 0 ? (int)zone : find(address));
    }

    private static SocketAddress Plain(IPAddress address) => SocketAddress.FromIp(address.GetAddressBytes(), port: 0);

    private static bool IsSameFamily(Router router, Host host) => router.Routes[0].Destination.Address.AddressFamily == host.Address.AddressFamily;
}
