using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Redirections;
using Sluice.Unit.Relayd.Configuration;

namespace Sluice.Unit.Relayd.Redirections;

/// <summary>Redirections from texts, with hosts that are up but for some.</summary>
internal static class Planned
{
    /// <summary>A configuration with places, as the parent gives them.</summary>
    public static RelaydConfiguration Text(string text) => new Places(10_000, 10_000).Give(Loaded.Good(text))!;

    /// <summary>One redirection of port 80 of 192.0.2.1 to 192.0.2.11 and 192.0.2.12; 192.0.2.13 is in the table others.</summary>
    public static RelaydConfiguration Redirect(string lines) => Text(Loaded.Redirect(lines));

    /// <summary>The rules while these hosts are down.</summary>
    public static Ruleset Rules(RelaydConfiguration configuration, params string[] down)
    {
        HashSet<int> places =
        [
            .. configuration.Tables.SelectMany(static table => table.Hosts)
                .Where(host => down.Contains(host.Name, StringComparer.Ordinal)).Select(static host => host.Place),
        ];
        return RulesetPlan.Of(configuration, place => !places.Contains(place), static redirect => redirect.IsDisabled);
    }

    /// <summary>The values of a map whose name begins so, in the order of their keys.</summary>
    public static IReadOnlyList<string> Map(Ruleset rules, string name) =>
        [.. rules.Maps.Values.Single(map => map.Name.StartsWith(name, StringComparison.Ordinal)).Elements.Values];

    /// <summary>What is caught of a family: key and chain.</summary>
    public static IReadOnlyList<string> Caught(Ruleset rules, char family = '4') =>
    [
        .. ((string[])[$"redirects-{family}", $"redirects-ranges-{family}"]).Select(rules.Maps.GetValueOrDefault).OfType<RuleMap>()
            .SelectMany(static map => map.Elements).Select(static element => $"{element.Key} : {element.Value}"),
    ];
}
