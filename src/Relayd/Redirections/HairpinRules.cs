using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Configuration.Grammar;
using Sluice.Relayd.Configuration.Grammar;

namespace Sluice.Relayd.Redirections;

/// <summary>Rules that give clients in a network of the hosts the address of this machine, so that answers come back through it (D-52). Only packets that open a flow meet them.</summary>
internal static class HairpinRules
{
    /// <summary>Adds them, where any redirection asks for them.</summary>
    /// <param name="ruleset">What they are added to.</param>
    /// <param name="catches">Where packets are caught.</param>
    public static void Add(Ruleset ruleset, IEnumerable<Catch> catches)
    {
        Catch[] asking = [.. catches.Where(static one => NetworksOf(one).Any())];
        if (asking.Length == 0)
        {
            return;
        }

        foreach (RuleFamily family in RuleFamily.All)
        {
            Dictionary<string, string> chains = new(StringComparer.Ordinal);
            foreach (IGrouping<IPAddress, Catch> same in asking.Where(one => RuleFamily.Of(one.Address.Address) == family).GroupBy(static one => one.Address.Address))
            {
                string chain = FormattableString.Invariant($"hairpin-{family.Digit}-{chains.Count + 1}");
                chains.Add(NftText.Address(same.Key), $"goto {chain}");
                ruleset.Add(new RuleChain(chain, "", [.. same.Select(one => Rule(one, family))]));
            }

            ruleset.Add(new RuleMap(MapOf(family), $"type {family.Type} : verdict;") { Elements = chains });
        }

        ruleset.Add(new RuleChain(
            "postrouting",
            "type nat hook postrouting priority srcnat - 1; policy accept;",
            [.. RuleFamily.All.Select(static family => $"ct status dnat ct original {family.Ip} daddr vmap @{MapOf(family)}")]));
    }

    private static string MapOf(RuleFamily family) => $"hairpins-{family.Digit}";

    private static string Rule(Catch one, RuleFamily family) =>
        $"meta l4proto {IpProtocols.Name(one.Address.Protocol)} ct original proto-dst {NftText.Ports(one.Address.Ports)} {family.Ip} saddr {{ {string.Join(", ", NetworksOf(one).Select(NftText.Network).Distinct(StringComparer.Ordinal))} }} masquerade";

    private static IEnumerable<Prefix> NetworksOf(Catch one) =>
        one.Redirect.Hairpin.Where(network => RuleFamily.Of(network.Address) == RuleFamily.Of(one.Address.Address));
}
