using System;
using System.Collections.Generic;

using Sluice.Engine;

namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>Any host that may serve, as probable as its weight says (R-SCHED-02).</summary>
/// <param name="hosts">In the order of the table.</param>
/// <param name="mayServe">Tells by its place whether a host may serve.</param>
/// <param name="changes">How often that became another so far, for any host.</param>
internal sealed class RandomChoice(IReadOnlyList<Candidate> hosts, Func<int, bool> mayServe, Func<long> changes) : Scheduler
{
    private readonly WeightClasses _classes = new(hosts, mayServe, changes);
    private ulong _state = SystemRandom.Next();

    /// <inheritdoc/>
    public override int? Pick(ulong hash)
    {
        if (!_classes.IsFresh)
        {
            _classes.Refresh();
        }

        while (_classes.Total > 0)
        {
            int host = Draw();
            if (_classes.MayServe(host))
            {
                return host;
            }

            _classes.Refresh();
        }

        return null;
    }

    private int Draw()
    {
        // The high half of the product with the state is as good as a remainder, for totals far below 2^64.
        _state = unchecked(_state + Mixing.Step);
        long drawn = (long)Math.BigMul(Mixing.Mix(_state), (ulong)_classes.Total, out _);
        foreach (WeightClass each in _classes.All)
        {
            if (drawn < each.Share)
            {
                return each.At((int)(drawn % each.Count));
            }

            drawn -= each.Share;
        }

        throw new InvalidOperationException("what is drawn is below the total of all");
    }
}
