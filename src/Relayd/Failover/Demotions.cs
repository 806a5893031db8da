using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Failover;

/// <summary>How often each group is demoted: once for each of its tables that is checked and has no host that may serve (R-CHECK-33).</summary>
internal sealed class Demotions
{
    // Tables that demote their group, by their places.
    private HashSet<int> _demoting = [];

    /// <summary>The groups of a configuration and their counts, by what the board says now. A table of which nothing is known yet stays as it was.</summary>
    public IReadOnlyDictionary<string, int> Count(RelaydConfiguration configuration, HealthBoard board)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        HashSet<int> demoting = [];
        foreach (Table table in configuration.Tables.Where(static table => table.DemotionGroup is not null && table.Check is not null))
        {
            bool isDemoting = IsUnknown(table, board) ? _demoting.Contains(table.Place) : !table.Hosts.Any(host => board.MayServe(host.Place));
            _ = isDemoting && demoting.Add(table.Place);
            counts[table.DemotionGroup!] = counts.GetValueOrDefault(table.DemotionGroup!) + (isDemoting ? 1 : 0);
        }

        _demoting = demoting;
        return counts;
    }

    /// <summary>Whether none of its hosts may serve and the first check of some is still to end.</summary>
    private static bool IsUnknown(Table table, HealthBoard board) => !table.Hosts.Any(host => board.MayServe(host.Place))
        && table.Hosts.Any(host => board.WithdrawalOf(host.Place) == Withdrawal.None && board.Read(host.Place) is { LastCheck: null, State: HostState.Unknown });
}
