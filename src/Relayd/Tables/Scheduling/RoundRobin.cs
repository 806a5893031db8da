using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>Each host in its turn, as often as its weight says and spread evenly; with equal weights in the order of the table (R-SCHED-01).</summary>
/// <param name="hosts">In the order of the table.</param>
/// <param name="mayServe">Tells by its place whether a host may serve.</param>
internal sealed class RoundRobin(IReadOnlyList<Candidate> hosts, Func<int, bool> mayServe) : Scheduler
{
    private readonly WeightClasses _classes = new(hosts, mayServe);

    /// <inheritdoc/>
    public override int? Pick(ulong hash, TimeSpan now)
    {
        if (_classes.Total == 0 || now >= _classes.Refreshed + Freshness)
        {
            _classes.Refresh(now);
        }

        while (_classes.Total > 0)
        {
            int host = Next().TakeTurn();
            if (_classes.MayServe(host))
            {
                return host;
            }

            _classes.Refresh(now);
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
