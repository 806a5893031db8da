using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Relayd.Redirections;

/// <summary>
/// How the kernel knows that somebody keeps the rules: a set in each of our tables that runs out unless it is renewed. Where all processes were killed at once, nobody empties the maps,
/// and hosts of which nobody knows any more whether they are up would get new flows for ever.
/// </summary>
internal static class Lease
{
    private const string Name = "alive";
    private const string Kinds = "ip, ip6";

    /// <summary>How often it is renewed: three times in its time.</summary>
    public static TimeSpan Renewal { get; } = TimeSpan.FromSeconds(20);

    /// <summary>The rule behind which only packets are that open flows while it runs.</summary>
    public static string Rule => $"meta protocol != @{Name} accept";

    /// <summary>Adds it to a table.</summary>
    public static void AddTo(Ruleset ruleset, string table) => ruleset.Add(new RuleMap(Name, "type ether_type; flags timeout; timeout 60s;")
    {
        Table = table,
        Kind = "set",
        Elements = new Dictionary<string, string>(StringComparer.Ordinal) { ["ip"] = "", ["ip6"] = "" },
    });

    /// <summary>Commands that renew it, also where it has run out.</summary>
    public static string Renewed(IEnumerable<string> tables) => string.Concat(tables.Select(static table =>
        $"add element {table} {Name} {{ {Kinds} }}\ndelete element {table} {Name} {{ {Kinds} }}\nadd element {table} {Name} {{ {Kinds} }}\n"));
}
