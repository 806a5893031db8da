using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Routing;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Routers;

namespace Sluice.Relayd.Processes;

/// <summary>pfe's part in routers: asks the kernel, and hears of what others do to its routes.</summary>
[SuppressMessage("Design", "CA1001", Justification = "What it opens lives as long as the process.")]
internal sealed class PacketFilterRoutes
{
    // What others take away is put back at once, for packets go astray meanwhile; ten times a second at most.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    // A device that is coming up says so before it can be used.
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    private readonly ChildContext _context;
    private readonly RouteTable _table = RouteTable.Open();
    private readonly RouteEvents _events;
    private readonly RareWarning _restored;
    private readonly RunningRoutes _routes;

    public PacketFilterRoutes(ChildContext context, HealthBoard board)
    {
        _context = context;
        _events = RouteEvents.Open(context.Loop);
        _restored = new RareWarning(context.Loop, context.Log);
        _routes = new RunningRoutes(board, context.Log)
        {
            Look = Look,
            Change = _table.Apply,
            FindDevice = DeviceOf,
            FindRoute = _table.FindRoute,
        };
    }

    /// <inheritdoc cref="RunningRoutes.AwaitsChecks"/>
    public bool AwaitsChecks => _routes.AwaitsChecks;

    /// <summary>Works by the first configuration.</summary>
    /// <exception cref="InvalidOperationException">The kernel does not let it.</exception>
    public void Begin(RelaydConfiguration configuration)
    {
        if (!_routes.Take(configuration) && configuration.Routers.Count > 0)
        {
            throw new InvalidOperationException("routers need groups of nexthops in the kernel (Linux 5.13), and the right to change routes");
        }

        _context.Loop.SpawnVital(Watch);
        _context.Loop.SpawnVital(TryAgain);
    }

    /// <summary>Works by another one.</summary>
    public void Take(RelaydConfiguration configuration) => _ = _routes.Take(configuration);

    /// <summary>The board says something else.</summary>
    public void Follow() => _ = _routes.Follow();

    private async ValueTask Watch()
    {
        while (await _events.Readable() == Wake.Ready)
        {
            RouteNews news = _events.TakeAll(_table.Port, _routes.Concerns);
            if (news == RouteNews.None)
            {
                continue;
            }

            if (_routes.Restore() && news == RouteNews.Routes)
            {
                _restored.Say("somebody else changed the routes of routers (proto 115 of ip(8)): they are put back");
            }

            await _context.Loop.Sleep(_patience);
        }
    }

    private async ValueTask TryAgain()
    {
        while (true)
        {
            await _context.Loop.Sleep(_again);
            if (!_routes.IsWhole)
            {
                _ = _routes.Follow();
            }
        }
    }

    private PresentRoutes? Look(out Errno error)
    {
        List<PresentRoute> routes = [];
        List<Nexthop> nexthops = [];
        error = _table.List(routes, nexthops);
        return error == Errno.None ? new PresentRoutes(routes, nexthops) : null;
    }

    private int DeviceOf(SocketAddress neighbour) => _table.FindDevice(neighbour, out int device) == Errno.None ? device : 0;
}
