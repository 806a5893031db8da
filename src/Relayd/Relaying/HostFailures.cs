using System;
using System.Collections.Generic;

using Sluice.Relayd.Tables;

namespace Sluice.Relayd.Relaying;

/// <summary>How often sessions of this process failed at hosts one after the other (<c>failures</c>).</summary>
/// <param name="report">Called with the place of a host at which so many failed as it says; counting begins anew then.</param>
internal sealed class HostFailures(Action<int> report)
{
    // By place; only hosts at which the last session failed.
    private readonly Dictionary<int, int> _counts = [];

    /// <summary>A session failed, and the host is to blame.</summary>
    public void Failed(in Target target)
    {
        if (target.Failures == 0)
        {
            return;
        }

        int count = _counts.GetValueOrDefault(target.Place) + 1;
        if (count < target.Failures)
        {
            _counts[target.Place] = count;
            return;
        }

        _ = _counts.Remove(target.Place);
        report(target.Place);
    }

    /// <summary>A session did not fail.</summary>
    public void Worked(in Target target)
    {
        if (_counts.Count > 0 && target.Failures > 0)
        {
            _ = _counts.Remove(target.Place);
        }
    }
}
