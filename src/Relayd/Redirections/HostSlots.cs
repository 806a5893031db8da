using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Redirections;

/// <summary>Who serves in which slot where hosts take turns or are drawn at random. It depends on nothing but the hosts and who of them is up, so that a change moves few and is undone by the change back.</summary>
internal static class HostSlots
{
    // Weights beyond that are rounded, that no table of slots gets longer.
    private const int MostInTurn = 4096;

    /// <summary>As many as the hosts that are up have weight.</summary>
    /// <param name="hosts">All that are configured.</param>
    /// <param name="isUp">Who serves.</param>
    public static IReadOnlyList<Host> InTurn(IReadOnlyList<Host> hosts, Predicate<Host> isUp)
    {
        Host[] places = [.. Spread(hosts)];
        int count = places.Count(host => isUp(host));
        Host[] slots = new Host[count];

        // Whoever is up and has a place among the first keeps it; the others take those of hosts that are down.
        Queue<Host> others = new(places.Skip(count).Where(host => isUp(host)));
        for (int i = 0; i < count; i++)
        {
            slots[i] = isUp(places[i]) ? places[i] : others.Dequeue();
        }

        return slots;
    }

    // Each as often as its weight says, those of one host far from each other.
    private static IEnumerable<Host> Spread(IReadOnlyList<Host> hosts)
    {
        int divisor = hosts.Aggregate(0, static (divisor, host) => Divisor(host.Weight, divisor));
        long sum = hosts.Sum(host => (long)(host.Weight / divisor));
        double scale = sum <= MostInTurn ? 1 : (double)MostInTurn / sum;
        return hosts
            .SelectMany((host, index) => Turns(host, int.Max(1, (int)(host.Weight / divisor * scale)), index))
            .OrderBy(static turn => turn.When).ThenBy(static turn => turn.Index)
            .Select(static turn => turn.Host);
    }

    private static IEnumerable<(Host Host, double When, int Index)> Turns(Host host, int count, int index)
    {
        for (int turn = 0; turn < count; turn++)
        {
            yield return (host, (turn + 0.5) / count, index);
        }
    }

    private static int Divisor(int one, int other) => other == 0 ? one : Divisor(other, one % other);
}
