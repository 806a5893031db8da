using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Redirections;

/// <summary>
/// The rules of direct server return for one family (D-55): packets are sent on as they are to the host, by a copy of each, and the original is dropped before anything is tracked.
/// </summary>
/// <param name="ruleset">What they are added to.</param>
/// <param name="family">The family.</param>
internal sealed class RouteRules(Ruleset ruleset, RuleFamily family)
{
    private readonly List<Catch> _catches = [];
    private readonly Dictionary<string, FlowMap> _serving = new(StringComparer.Ordinal);

    /// <summary>Adds a redirection that serves.</summary>
    /// <param name="redirect">Which.</param>
    /// <param name="catches">Where packets are caught.</param>
    /// <param name="slots">Who serves in which slot.</param>
    /// <param name="slot">The expression that chooses one.</param>
    public void Serve(Redirect redirect, IReadOnlyList<Catch> catches, IReadOnlyList<Host> slots, string slot)
    {
        FlowMap flows = FlowMap.Of(redirect, family);
        _serving[flows.Name] = flows;
        _catches.AddRange(catches);
        flows.AddTo(ruleset, RulesetPlan.TimeoutOf(redirect));
        string hosts = FormattableString.Invariant($"hosts-{redirect.Place}");
        ruleset.Add(new RuleObject("counter", RulesetPlan.CounterOf(redirect), "") { Table = family.RoutingTable });
        ruleset.Add(new RuleMap(hosts, "typeof numgen inc mod 2 : verdict;")
        {
            Table = family.RoutingTable,
            Elements = RulesetPlan.Numbered(slots, host => $"goto {HostChain(redirect, host)}"),
        });
        foreach (Host host in slots.DistinctBy(static host => host.Place))
        {
            ruleset.Add(new RuleChain(HostChain(redirect, host), "", flows.RulesTo(NftText.Address(host.Address))) { Table = family.RoutingTable });
        }

        string[] rules = [.. NftText.Marking(redirect.Mark), flows.Rule, Lease.Rule, RulesetPlan.CountingRule(redirect), $"{slot} vmap @{hosts}"];
        ruleset.Add(new RuleChain(RedirectChain(redirect), "", rules) { Table = family.RoutingTable });
    }

    /// <summary>Adds what all have in common, where there is anything.</summary>
    /// <param name="left">What the kernel has noted down of redirections, whether they serve or not: flows go on.</param>
    public void Finish(IEnumerable<FlowMap> left)
    {
        FlowMap[] others = [.. left.Where(map => map.Family == family && !_serving.ContainsKey(map.Name))];
        if (others.Length == 0 && _serving.Count == 0)
        {
            return;
        }

        foreach (FlowMap map in others)
        {
            map.AddTo(ruleset, GlobalOptions.DefaultSessionTimeout);
        }

        Lease.AddTo(ruleset, family.RoutingTable);
        Entrance entrance = new(ruleset, EntranceKind.Redirects, family, family.RoutingTable, static one => RedirectChain(one.Redirect)) { OpeningOf = one => FlowMap.Of(one.Redirect, family).Others };
        string[] rules = [.. entrance.Add(_catches), .. others.Select(static map => map.Rule)];
        ruleset.Add(new RuleChain("prerouting", "type filter hook prerouting priority raw + 10; policy accept;", rules) { Table = family.RoutingTable });
    }

    private static string RedirectChain(Redirect redirect) => FormattableString.Invariant($"redirect-{redirect.Place}");

    private static string HostChain(Redirect redirect, Host host) => FormattableString.Invariant($"host-{host.Place}-{redirect.Place}");
}
