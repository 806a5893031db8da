using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Relayd.Redirections;

/// <summary>How the flows to come are shared among hosts, so that afterwards each has as many as its weight says, as far as they suffice.</summary>
internal static class StateLevels
{
    // More than that make no difference that a second could show.
    private const int Slots = 64;

    /// <summary>The share of each host, in slots; some host has one.</summary>
    /// <param name="hosts">How many flows each has, and its weight; at least one host.</param>
    /// <param name="expected">How many flows will come until the next time, at least 1.</param>
    public static int[] Shares(IReadOnlyList<(long Flows, int Weight)> hosts, long expected)
    {
        double level = LevelOf(hosts, expected);
        double[] lacking = [.. hosts.Select(host => double.Max(0, (level * host.Weight) - host.Flows))];
        int[] shares = [.. lacking.Select(flows => (int)Math.Round(flows * Slots / expected))];
        shares[Array.IndexOf(lacking, lacking.Max())] += shares.All(static share => share == 0) ? 1 : 0;
        return shares;
    }

    // How many flows a host has for each weight, when those to come have filled up the hosts that have fewest.
    private static double LevelOf(IReadOnlyList<(long Flows, int Weight)> hosts, long expected)
    {
        (double flows, double weight, double level) = (expected, 0, double.PositiveInfinity);
        foreach ((long count, int share) in hosts.OrderBy(static host => (double)host.Flows / host.Weight).TakeWhile(host => (double)host.Flows / host.Weight < level))
        {
            flows += count;
            weight += share;
            level = flows / weight;
        }

        return level;
    }
}
