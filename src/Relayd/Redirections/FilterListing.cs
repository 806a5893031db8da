using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Redirections;

/// <summary>What nft(8) lists, as far as it is asked for.</summary>
internal static class FilterListing
{
    /// <summary>Chains that drop what no rule of theirs accepts on its way through this machine, as table and chain.</summary>
    public static List<string> DroppingForwards(string listing)
    {
        List<string> dropping = [];
        (string table, string chain) = ("", "");
        foreach (ReadOnlySpan<char> line in listing.AsSpan().EnumerateLines())
        {
            string text = line.Trim().ToString();
            string[] words = text.Split(' ');
            if (words is ["table", { } family, { } name, ..])
            {
                table = $"{family} {name}";
            }
            else if (words is ["chain", { } named, ..])
            {
                chain = named;
            }
            else if (text.Contains(" hook forward ", StringComparison.Ordinal) && text.EndsWith("policy drop;", StringComparison.Ordinal))
            {
                dropping.Add($"table {table}, chain {chain}");
            }
        }

        return dropping;
    }
}
