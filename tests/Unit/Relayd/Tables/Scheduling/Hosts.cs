using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Relayd.Tables.Scheduling;

namespace Sluice.Unit.Relayd.Tables.Scheduling;

/// <summary>Hosts of a table, each of which the test takes down and brings up again.</summary>
internal sealed class Hosts
{
    private readonly bool[] _isUp;
    private long _changes;

    public Hosts(params IEnumerable<int> weights)
    {
        All = [.. weights.Select(static (weight, index) => new Candidate(index, weight, Mixing.Mix((ulong)index)))];
        _isUp = new bool[All.Count];
        Array.Fill(_isUp, value: true);
    }

    public IReadOnlyList<Candidate> All { get; }

    public IEnumerable<int> Up => Enumerable.Range(0, All.Count).Where(MayServe);

    public static Hosts Equal(int count) => new(Enumerable.Repeat(1, count));

    /// <summary>How often a scheduler asked whether a host may serve.</summary>
    public int Asked { get; private set; }

    public bool MayServe(int place)
    {
        Asked++;
        return _isUp[place];
    }

    public long Changes() => _changes;

    public void Take(IEnumerable<bool> states)
    {
        _changes++;
        foreach ((int host, bool isUp) in states.Take(All.Count).Index())
        {
            _isUp[host] = isUp;
        }
    }

    public void Down(params IEnumerable<int> hosts) => Set(hosts, isUp: false);

    public void Recover(params IEnumerable<int> hosts) => Set(hosts, isUp: true);

    public static IReadOnlyList<int?> Picks(Scheduler scheduler, int count) =>
        [.. Enumerable.Range(0, count).Select(pick => scheduler.Pick(Mixing.Mix((ulong)pick)))];

    public static IReadOnlyList<int?> Slots(Scheduler scheduler) =>
        [.. Enumerable.Range(0, HashSlots.Count).Select(slot => scheduler.Pick((ulong)slot))];

    private void Set(IEnumerable<int> hosts, bool isUp)
    {
        _changes++;
        foreach (int host in hosts)
        {
            _isUp[host] = isUp;
        }
    }
}
