using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Io;
using Sluice.Engine.Routing;

namespace Sluice.Relayd.Routers;

/// <summary>What has to be changed so that what is there becomes what is wanted, in an order in which each step is possible.</summary>
internal sealed class RouteChanges
{
    private readonly PresentRoutes _present;
    private readonly List<RouteChange> _changes = [];
    private readonly Dictionary<(SocketAddress Address, int Device), List<uint>> _gateways = [];
    private readonly HashSet<uint> _used = [];

    private RouteChanges(PresentRoutes present)
    {
        _present = present;
        foreach (Nexthop nexthop in present.Nexthops.Where(static nexthop => nexthop.Members.Count == 0).OrderBy(static nexthop => nexthop.Id))
        {
            PathsTo(nexthop.Gateway, nexthop.Device).Add(nexthop.Id);
        }
    }

    /// <summary>The changes; none where all is as it should be.</summary>
    public static IReadOnlyList<RouteChange> Between(PresentRoutes present, IReadOnlyList<RouteGroup> wanted)
    {
        RouteChanges changes = new(present);
        RouteGroup[] groups = [.. wanted.Where(static group => group.Gateways.Count > 0)];
        foreach (RouteGroup group in groups)
        {
            changes.Make(group);
        }

        changes.Clear([.. groups.SelectMany(static group => group.Routes)]);
        return changes._changes;
    }

    // The group that routes have already keeps its flows.
    private void Make(RouteGroup wanted)
    {
        NexthopMember[] members =
        [
            .. from gateway in wanted.Gateways
               from path in Enumerable.Range(0, wanted.PathsOfGateway)
               select new NexthopMember(IdOf(gateway, path), gateway.Host.Weight),
        ];
        Nexthop? before = wanted.Routes.Select(_present.GroupOf).OfType<Nexthop>().FirstOrDefault(nexthop => !_used.Contains(nexthop.Id));
        uint id = before?.Id ?? _present.NextId();
        _ = _used.Add(id);
        if (before is null)
        {
            _changes.Add(new AddGroup(id, members));
        }
        else if (!members.OrderBy(static member => member.Id).SequenceEqual(before.Members.OrderBy(static member => member.Id)))
        {
            _changes.Add(new ChangeGroup(id, members));
        }

        foreach (RouteKey route in wanted.Routes)
        {
            bool isThere = _present.Routes.TryGetValue(route, out uint now);
            if (!isThere || now != id)
            {
                _changes.Add(isThere ? new MoveRoute(route, id) : new AddRoute(route, id));
            }
        }
    }

    private uint IdOf(Gateway gateway, int path)
    {
        List<uint> paths = PathsTo(gateway.Address, gateway.Device);
        if (path >= paths.Count)
        {
            paths.Add(_present.NextId());
            _changes.Add(new AddGateway(paths[path], gateway.Address, gateway.Device));
        }

        _ = _used.Add(paths[path]);
        return paths[path];
    }

    private List<uint> PathsTo(SocketAddress gateway, int device)
    {
        if (!_gateways.TryGetValue((gateway, device), out List<uint>? paths))
        {
            _gateways[(gateway, device)] = paths = [];
        }

        return paths;
    }

    // Groups before their members, for with its last member a group goes by itself.
    private void Clear(HashSet<RouteKey> kept)
    {
        _changes.AddRange(_present.Routes.Keys.Where(route => !kept.Contains(route)).Select(static route => new RemoveRoute(route)));
        _changes.AddRange(_present.Nexthops.Where(nexthop => !_used.Contains(nexthop.Id)).OrderBy(static nexthop => nexthop.Members.Count == 0)
            .Select(static nexthop => new RemoveNexthop(nexthop.Id)));
    }
}
