using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>Each host in its turn, as often as its weight says and spread evenly; with equal weights in the order of the table (R-SCHED-01).</summary>
/// <param name="hosts">In the order of the table.</param>
/// <param name="mayServe">Tells by its place whether a host may serve.</param>
/// <param name="changes">How often that became another so far, for any host.</param>
internal sealed class RoundRobin(IReadOnlyList<Candidate> hosts, Func<int, bool> mayServe, Func<long> changes) : Scheduler
{
    private readonly WeightClasses _classes = new(hosts, mayServe, changes);

    /// <inheritdoc/>
    public override int? Pick(ulong hash)
    {
        if (!_classes.IsFresh)
        {
            _classes.Refresh();
        }

        while (_classes.Total > 0)
        {
            int host = Next().TakeTurn();
            if (_classes.MayServe(host))
            {
                return host;
            }

            _classes.Refresh();
        }

        return null;
    }

    // Smooth: all are owed their share, and whoever is owed most has its turn and pays for all.
    private WeightClass Next()
    {
        WeightClass[] all = _classes.All;
        if (all.Length == 1)
        {
            return all[0];
        }

        WeightClass? most = null;
        foreach (WeightClass each in all)
        {
            each.Credit = each.Count == 0 ? 0 : each.Credit + each.Share;
            most = each.Count > 0 && (most is null || each.Credit > most.Credit) ? each : most;
        }

        most!.Credit -= _classes.Total;
        return most;
    }
}
