using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Redirections;

/// <summary>What nft(8) lists, as far as it is asked for.</summary>
internal static class FilterListing
{
    /// <summary>The elements of a listed map: each key with its value.</summary>
    public static List<KeyValuePair<string, string>> Elements(string listing)
    {
        const string Beginning = "elements = {";
        List<KeyValuePair<string, string>> elements = [];
        int start = listing.IndexOf(Beginning, StringComparison.Ordinal);
        int end = start < 0 ? -1 : listing.IndexOf('}', start);
        if (end < 0)
        {
            return elements;
        }

        foreach (string element in listing[(start + Beginning.Length)..end].Split(','))
        {
            string[] sides = element.Split(" : ", 2);
            string[] words = sides[0].Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
            if (sides.Length == 2 && words.Length > 0)
            {
                elements.Add(new KeyValuePair<string, string>(words[0], sides[1].Trim()));
            }
        }

        return elements;
    }

    /// <summary>What stands in a listed table.</summary>
    /// <param name="table">Its family and name.</param>
    /// <param name="listing">What was listed.</param>
    public static PresentTable Present(string table, string listing)
    {
        List<string> chains = [];
        List<string> counters = [];
        List<PresentMap> maps = [];
        foreach (ReadOnlySpan<char> line in listing.AsSpan().EnumerateLines())
        {
            string[] words = line.ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["chain", { } chain, "{"])
            {
                chains.Add(chain);
            }
            else if (words is ["counter", { } counter, "{"])
            {
                counters.Add(counter);
            }
            else if (words is [("map" or "set") and { } kind, { } map, "{"])
            {
                maps.Add(new PresentMap(kind, map, IsEmpty: true));
            }
            else if (words is ["elements", "=", ..] && maps.Count > 0)
            {
                maps[^1] = maps[^1] with { IsEmpty = false };
            }
        }

        return new PresentTable(table, chains, counters, maps);
    }

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
