using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Logging;
using Sluice.Engine;
using Sluice.Engine.Routing;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Routers;

/// <summary>Lists what is in the kernel; null where it does not say.</summary>
internal delegate PresentRoutes? LookAtRoutes(out Errno error);

/// <summary>Changes the kernel's routes.</summary>
internal delegate Errno ChangeRoutes(RouteChange change);

/// <summary>The route that packets to a network take; null where none does.</summary>
internal delegate PresentRoute? FindRoute(RoutePrefix destination);

/// <summary>The routes that are in the kernel, and how they follow the configuration and the board.</summary>
/// <param name="board">Who is up.</param>
/// <param name="log">Where changes are said.</param>
internal sealed class RunningRoutes(HealthBoard board, Log log)
{
    private RelaydConfiguration _configuration = new();
    private HashSet<RoutePrefix> _destinations = [];

    // What is there; null until it was looked at, and when it may be something else.
    private PresentRoutes? _present;
    private HashSet<(string Router, RoutePrefix Route, string Gateway)> _serving = [];

    // What is wrong, said when it begins to be.
    private HashSet<string> _complaints = [];

    public required LookAtRoutes Look { get; init; }

    public required ChangeRoutes Change { get; init; }

    public required FindDevice FindDevice { get; init; }

    public required FindRoute FindRoute { get; init; }

    /// <summary>Whether some gateway is checked and has no result yet.</summary>
    public bool AwaitsChecks => RouterPlan.GatewaysOf(_configuration).Any(
        gateway => gateway.Table.Check is not null && board.State(gateway.Host.Place) == HostState.Unknown && board.WithdrawalOf(gateway.Host.Place) == Withdrawal.None);

    /// <summary>Whether all is as it should be; otherwise it is worth another try, although nobody has said that anything changed.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Whether a route there is one of ours, or stands beside one.</summary>
    public bool Concerns(RoutePrefix destination) => _destinations.Contains(destination);

    /// <summary>Works by a configuration.</summary>
    /// <returns>As <see cref="Follow"/>.</returns>
    public bool Take(RelaydConfiguration configuration)
    {
        _configuration = configuration;
        _destinations = [.. configuration.Routers.SelectMany(static router => router.Routes).Select(RouterPlan.DestinationOf)];
        return Follow();
    }

    /// <summary>Changes what the board or the configuration has changed.</summary>
    /// <returns>False where the kernel does not have routes of this kind, or does not let us change them.</returns>
    public bool Follow() => Bring(out _);

    /// <summary>Puts back what somebody else, or the kernel itself, has taken away.</summary>
    /// <returns>Whether there was anything to put back.</returns>
    public bool Restore()
    {
        if (_configuration.Routers.Count == 0 && _present is { IsEmpty: true })
        {
            return false;
        }

        _present = null;
        _ = Bring(out int changes);
        return changes > 0;
    }

    private bool Bring(out int changes)
    {
        changes = 0;
        IsWhole = false;
        Errno listing = Errno.None;
        _present ??= Look(out listing);
        if (_present is null)
        {
            Complain([$"the kernel does not list its routes and nexthops: {listing.Describe()}"]);
            return false;
        }

        IReadOnlyList<RouteGroup> wanted = RouterPlan.Of(_configuration, board, _present, FindDevice);
        List<string> complaints =
        [
            .. from routes in wanted
               from gateway in routes.Unreached
               select $"router {routes.Router.Name}: gateway {gateway.Host.Name} is on no network of this machine, and left out until it is",
        ];
        bool isPossible = true;
        foreach (RouteChange change in RouteChanges.Between(_present, wanted))
        {
            Errno error = Change(change);
            if (error == Errno.None)
            {
                changes++;
                _present.Take(change);
            }
            else if (change is AddRoute add && error == Errno.Exists)
            {
                complaints.Add($"the route to {add.Key.Destination} with metric {add.Key.Metric} is somebody else's: it is left alone, and so is the router");
            }
            else if (!IsGoneAnyway(change, error))
            {
                complaints.Add($"the kernel refused a change of routes ({Describe(change)}): {error.Describe()}");
                isPossible &= error is not (Errno.NotPermitted or Errno.Unsupported);
                _present = null;
                break;
            }
        }

        complaints.AddRange(wanted.Where(static group => group.Gateways.Count > 0).SelectMany(Losing));
        IsWhole = _present is not null && wanted.All(static group => group.Unreached.Count == 0);
        Complain(complaints);
        Say(wanted);
        return isPossible;
    }

    // What the kernel has dropped with its device needs no dropping.
    private static bool IsGoneAnyway(RouteChange change, Errno error) =>
        change is RemoveRoute or RemoveNexthop && error is Errno.NoSuchProcess or Errno.NotFound;

    // A route of somebody else's with a lower metric has all packets (D-57). Other tables have rules of the administrator's, which say who is asked.
    private IEnumerable<string> Losing(RouteGroup routes) =>
        from route in routes.Routes
        where routes.Router.RoutingTable == 0
        let winner = FindRoute(route.Destination)
        where winner is { } found && found.Key.Destination == route.Destination && found.Protocol != RouteTable.Protocol && found.Key.Metric < route.Metric
        select FormattableString.Invariant(
            $"router {routes.Router.Name}: another route to {route.Destination} has metric {winner.Value.Key.Metric} (protocol {winner.Value.Protocol}) and wins over {route.Metric}: give it a higher one");

    private void Complain(IReadOnlyCollection<string> complaints)
    {
        foreach (string complaint in complaints.Where(complaint => !_complaints.Contains(complaint)))
        {
            log.Warning(complaint);
        }

        _complaints = [.. complaints];
    }

    private void Say(IReadOnlyList<RouteGroup> wanted)
    {
        HashSet<(string, RoutePrefix, string)> serving =
        [
            .. from routes in wanted
               from gateway in routes.Gateways
               from route in routes.Routes
               select (routes.Router.Name, route.Destination, gateway.Host.Name),
        ];
        if (_configuration.Log.StateChanges)
        {
            Say(serving.Except(_serving), "up");
            Say(_serving.Except(serving), "down");
        }

        _serving = serving;
    }

    private void Say(IEnumerable<(string Router, RoutePrefix Route, string Gateway)> changed, string state)
    {
        foreach ((string router, RoutePrefix route, string gateway) in changed)
        {
            log.Info($"router {router} route {route} gateway {gateway} {state}");
        }
    }

    private static string Describe(RouteChange change) => change switch
    {
        AddGateway gateway => $"gateway {gateway.Gateway.WithPort(0)} by device {gateway.Device}",
        AddGroup or ChangeGroup => "a group of gateways",
        RemoveNexthop removed => $"nexthop {removed.Id}",
        AddRoute add => $"route to {add.Key.Destination}",
        MoveRoute moved => $"route to {moved.Key.Destination}",
        RemoveRoute removed => $"route to {removed.Key.Destination}",
        _ => "",
    };
}
