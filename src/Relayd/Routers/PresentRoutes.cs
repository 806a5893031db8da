using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Io;
using Sluice.Engine.Routing;

namespace Sluice.Relayd.Routers;

/// <summary>What is in the kernel: our routes, groups and gateways, and which numbers others have.</summary>
internal sealed class PresentRoutes
{
    // What ip(8) shows as 115000001 and so on belongs to 'proto 115'; others count from 1, or from where they like.
    private const uint FirstId = RouteTable.Protocol * 1_000_000u;

    private readonly Dictionary<RouteKey, uint> _routes = [];
    private readonly Dictionary<uint, Nexthop> _nexthops;
    private readonly HashSet<uint> _taken;
    private uint _lastId = FirstId;

    public PresentRoutes(IEnumerable<PresentRoute> routes, IReadOnlyCollection<Nexthop> nexthops)
    {
        // Who gives his own routes our number may have several that differ in what we do not look at.
        foreach (PresentRoute route in routes)
        {
            _routes[route.Key] = route.Group;
        }

        _nexthops = nexthops.Where(static nexthop => nexthop.Protocol == RouteTable.Protocol).ToDictionary(static nexthop => nexthop.Id);
        _taken = [.. nexthops.Select(static nexthop => nexthop.Id)];
    }

    /// <summary>Routes, and the group of each.</summary>
    public IReadOnlyDictionary<RouteKey, uint> Routes => _routes;

    /// <summary>Gateways and groups.</summary>
    public IEnumerable<Nexthop> Nexthops => _nexthops.Values;

    /// <summary>Whether nothing of ours is there.</summary>
    public bool IsEmpty => _routes.Count == 0 && _nexthops.Count == 0;

    /// <summary>The group of a route; null where there is no such route, or no group.</summary>
    public Nexthop? GroupOf(RouteKey route) =>
        _routes.TryGetValue(route, out uint id) && _nexthops.TryGetValue(id, out Nexthop? group) && group.Members.Count > 0 ? group : null;

    /// <summary>The gateways of a group.</summary>
    public IEnumerable<SocketAddress> GatewaysOf(Nexthop group) =>
        group.Members.Select(member => _nexthops.GetValueOrDefault(member.Id)).OfType<Nexthop>().Select(static nexthop => nexthop.Gateway);

    /// <summary>A number that nobody has.</summary>
    public uint NextId()
    {
        do
        {
            _lastId++;
        }
        while (_taken.Contains(_lastId));
        return _lastId;
    }

    /// <summary>It was done.</summary>
    public void Take(RouteChange change)
    {
        switch (change)
        {
            case AddGateway add:
                Put(new Nexthop(add.Id, RouteTable.Protocol, add.Gateway, add.Device, []));
                break;
            case AddGroup add:
                Put(new Nexthop(add.Id, RouteTable.Protocol, default, 0, add.Members));
                break;
            case ChangeGroup changed:
                Put(new Nexthop(changed.Id, RouteTable.Protocol, default, 0, changed.Members));
                break;
            case RemoveNexthop removed:
                _ = _nexthops.Remove(removed.Id);
                _ = _taken.Remove(removed.Id);
                break;
            case AddRoute add:
                _routes[add.Key] = add.Group;
                break;
            case MoveRoute moved:
                _routes[moved.Key] = moved.Group;
                break;
            case RemoveRoute removed:
                _ = _routes.Remove(removed.Key);
                break;
            default:
                break;
        }
    }

    private void Put(Nexthop nexthop)
    {
        _nexthops[nexthop.Id] = nexthop;
        _ = _taken.Add(nexthop.Id);
    }
}
