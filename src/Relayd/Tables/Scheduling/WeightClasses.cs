using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>The hosts of a table by their weights, and which of them may serve: with 255 weights at most, to choose a weight and then a host of it takes the same time for
/// any number of hosts.</summary>
/// <param name="hosts">In the order of the table.</param>
/// <param name="mayServe">Tells by its place whether a host may serve.</param>
/// <param name="changes">How often that became another so far, for any host.</param>
internal sealed class WeightClasses(IReadOnlyList<Candidate> hosts, Func<int, bool> mayServe, Func<long> changes)
{
    // As many as there were at the last refresh; null before the first.
    private long? _changes;

    /// <summary>One for each weight, in the order of their first hosts.</summary>
    public WeightClass[] All { get; } =
        [.. Enumerable.Range(0, hosts.Count).GroupBy(host => hosts[host].Weight).Select(static group => new WeightClass(group.Key, [.. group]))];

    /// <summary>Weights of all hosts that may serve, as of the last refresh.</summary>
    public long Total { get; private set; }

    /// <summary>Whether no host began or ceased to serve since the last refresh.</summary>
    public bool IsFresh => _changes == changes();

    /// <summary>Whether a host may serve right now.</summary>
    public bool MayServe(int host) => mayServe(hosts[host].Place);

    /// <summary>Looks at all hosts anew.</summary>
    public void Refresh()
    {
        // Counted before the hosts are looked at: what changes meanwhile is found with the next look.
        _changes = changes();
        Total = 0;
        foreach (WeightClass each in All)
        {
            each.Refresh(this);
            Total += each.Share;
        }
    }
}

/// <summary>The hosts of one weight.</summary>
/// <param name="weight">Of each of them.</param>
/// <param name="members">Which hosts of the table, ascending.</param>
internal sealed class WeightClass(int weight, int[] members)
{
    // The first Count are the members that may serve, ascending.
    private readonly int[] _serving = new int[members.Length];

    // The host that is next in turn or, if it may not serve, the next one behind it; and where in _serving that is: 0 to Count.
    private int _next;
    private int _position;

    /// <summary>How many of them may serve.</summary>
    public int Count { get; private set; }

    /// <summary>Weight of those that may serve together.</summary>
    public long Share => (long)weight * Count;

    /// <summary>How much it is owed: for smooth weighted round robin.</summary>
    public long Credit { get; set; }

    /// <summary>The host whose turn it is; the next one has the next turn.</summary>
    public int TakeTurn()
    {
        _position = _position < Count ? _position : 0;
        int host = _serving[_position++];
        _next = host + 1;
        return host;
    }

    /// <summary>A host that may serve.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public int At(int index) => _serving[index];

    internal void Refresh(WeightClasses owner)
    {
        Count = 0;
        foreach (int host in members)
        {
            if (owner.MayServe(host))
            {
                _serving[Count++] = host;
            }
        }

        int found = Array.BinarySearch(_serving, 0, Count, _next);
        _position = found >= 0 ? found : ~found;
    }
}
