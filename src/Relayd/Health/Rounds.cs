using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;

namespace Sluice.Relayd.Health;

/// <summary>
/// When which host is checked (R-CHECK-01, -02). A round begins with each interval. The first one, and one that the operator asked for, has all hosts at once; in the others each
/// has its own moment, always the same, so that thousands of checks make no burst.
/// </summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="launcher">Who begins the checks.</param>
internal sealed class Rounds(EventLoop loop, Launcher launcher)
{
    // Hosts that begin together.
    private const int SliceHosts = 16;

    // The last host begins so early that the round is over before the next one: a part of the interval.
    private const double SpreadShare = 0.8;

    private List<CheckedHost> _hosts = [];

    // Counts the beginnings of a sequence of rounds; one that has another number is over.
    private int _sequence;

    /// <summary>Whether rounds go on.</summary>
    public bool HasBegun => _sequence > 0;

    /// <summary>Time from one round to the next.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>Whom the rounds are for from the next host on; those that are not checked are passed over.</summary>
    public void Replace(IEnumerable<CheckedHost> hosts) => _hosts = [.. hosts];

    /// <summary>A round now, for all; the next one follows an interval later.</summary>
    public void Begin()
    {
        int sequence = ++_sequence;
        loop.SpawnVital(() => Run(sequence));
    }

    /// <summary>A host's check, unless the one before is still under way or waits for its beginning: then that one counts for this round too.</summary>
    public void Check(CheckedHost host)
    {
        if (host.Phase == CheckPhase.Idle)
        {
            launcher.Add(host);
        }
        else
        {
            host.Health = host.Health with { Result = (int)CheckResult.IntervalTimeout };
        }
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Run(int sequence)
    {
        TimeSpan next = loop.Now;
        for (long round = 0; sequence == _sequence; round++)
        {
            List<CheckedHost> hosts = _hosts;
            int slices = (hosts.Count + SliceHosts - 1) / SliceHosts;
            TimeSpan spacing = round == 0 || slices == 0 ? TimeSpan.Zero : Interval * SpreadShare / slices;
            for (int slice = 0; slice < slices && sequence == _sequence; slice++)
            {
                CheckSlice(hosts, slice, round);
                if (spacing > TimeSpan.Zero && slice + 1 < slices)
                {
                    await loop.Sleep(next + ((slice + 1) * spacing) - loop.Now);
                }
            }

            next += Interval;
            await loop.Sleep(next - loop.Now);
        }
    }

    private void CheckSlice(List<CheckedHost> hosts, int slice, long round)
    {
        int end = int.Min(hosts.Count, (slice + 1) * SliceHosts);
        for (int i = slice * SliceHosts; i < end; i++)
        {
            CheckedHost host = hosts[i];
            if (host.IsChecked && !host.IsGone && round % host.Table.Table.Rounds == 0)
            {
                Check(host);
            }
        }
    }
}
