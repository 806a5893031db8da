using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Netfilter;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Redirections;

/// <summary>Who serves a redirection; no table where it is not in the rules.</summary>
internal sealed record Serving(Redirect Redirect, Table? Table, IReadOnlyList<Host> Hosts)
{
    private readonly HashSet<int> _places = [.. Hosts.Select(static host => host.Place)];

    /// <summary>Those of its tables that are down.</summary>
    public IReadOnlyList<Host> Down
    {
        get;
        init
        {
            field = value;
            DownValues = [.. value.Select(ValueOf)];
        }
    } = [];

    /// <summary>Their addresses.</summary>
    public HashSet<FilterValue> DownValues { get; private init; } = [];

    /// <summary>The addresses of those who serve.</summary>
    public HashSet<FilterValue> Values { get; } = [.. Hosts.Select(ValueOf)];

    /// <summary>Where flows are noted down.</summary>
    public IEnumerable<FlowMap> FlowMaps => Hosts.Select(host => FlowMap.Of(Redirect, RuleFamily.Of(host.Address))).Distinct();

    /// <summary>Where clients are remembered, if they are.</summary>
    public IEnumerable<FilterMap> StickyMaps => Redirect is not { IsSticky: true, RouteInterface: null } ? []
        : from family in RuleFamily.All
          from ports in (PortUse[])[PortUse.Translated, PortUse.Kept]
          select new FilterMap(Ruleset.Table, RulesetPlan.StickyMapOf(Redirect, family, ports));

    /// <summary>Whether a host is one of them.</summary>
    public bool Has(Host host) => _places.Contains(host.Place);

    /// <summary>The address of a host as maps hold it.</summary>
    public static FilterValue ValueOf(Host host) => FilterValue.Of(host.Address.GetAddressBytes());

    /// <summary>Those that do not serve another time.</summary>
    public IEnumerable<Host> Without(Serving other) => Hosts.Where(host => !other.Has(host));
}
