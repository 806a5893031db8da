using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>
/// A fixed table of slots for the modes that hash (D-51). Each slot prefers hosts in an order of its own, by weighted rendezvous over all hosts that are configured: one
/// that goes down gives away its own slots only, to many others, and has the same ones when it is back.
/// </summary>
internal sealed class HashSlots : Scheduler
{
    /// <summary>How many slots there are: a power of two.</summary>
    public const int Count = 1024;

    // The preferences that a slot remembers. When all of these are down, the next ones are found by looking at every host.
    private const int Remembered = 8;

    private const long NeverFound = -1;

    private readonly IReadOnlyList<Candidate> _hosts;
    private readonly Func<int, bool> _mayServe;
    private readonly Func<long> _changes;
    private readonly bool _isWeighted;

    // How many preferences each slot has: Remembered, or fewer where there are fewer hosts.
    private readonly int _depth;

    // _depth hosts for each slot, the most preferred first.
    private readonly ushort[] _preferences;

    // For each slot, the host that was found by looking at all, and after how many changes; made when it is needed first.
    private (int Host, long Changes)[]? _found;

    /// <summary>Makes the table.</summary>
    /// <param name="hosts">All that are configured, at most 65,536.</param>
    /// <param name="mayServe">Tells by its place whether a host may serve.</param>
    /// <param name="changes">How often that became another so far, for any host.</param>
    public HashSlots(IReadOnlyList<Candidate> hosts, Func<int, bool> mayServe, Func<long> changes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hosts.Count, ushort.MaxValue + 1, nameof(hosts));
        _hosts = hosts;
        _mayServe = mayServe;
        _changes = changes;
        _isWeighted = hosts.Any(host => host.Weight != hosts[0].Weight);
        _depth = int.Min(Remembered, hosts.Count);
        _preferences = new ushort[Count * _depth];
        Span<double> scores = stackalloc double[Remembered];
        for (int slot = 0; slot < Count; slot++)
        {
            Rank(slot, _preferences.AsSpan(slot * _depth, _depth), scores[.._depth]);
        }
    }

    /// <inheritdoc/>
    public override int? Pick(ulong hash)
    {
        int slot = (int)(hash % Count);
        foreach (ushort host in _preferences.AsSpan(slot * _depth, _depth))
        {
            if (_mayServe(_hosts[host].Place))
            {
                return host;
            }
        }

        return _depth == _hosts.Count ? null : FindFurther(slot);
    }

    private int? FindFurther(int slot)
    {
        if (_found is null)
        {
            _found = new (int, long)[Count];
            Array.Fill(_found, (0, NeverFound));
        }

        long changes = _changes();
        (int last, long found) = _found[slot];
        if (found == changes && _mayServe(_hosts[last].Place))
        {
            return last;
        }

        int? best = null;
        double least = double.PositiveInfinity;
        for (int host = 0; host < _hosts.Count; host++)
        {
            double score = Score(slot, host);
            if (score < least && _mayServe(_hosts[host].Place))
            {
                (best, least) = (host, score);
            }
        }

        if (best is { } chosen)
        {
            _found[slot] = (chosen, changes);
        }

        return best;
    }

    // Keeps the hosts with the least scores in order.
    private void Rank(int slot, Span<ushort> preferences, Span<double> scores)
    {
        scores.Fill(double.PositiveInfinity);
        for (int host = 0; host < _hosts.Count; host++)
        {
            double score = Score(slot, host);
            if (score >= scores[^1])
            {
                continue;
            }

            int place = scores.Length - 1;
            for (; place > 0 && scores[place - 1] > score; place--)
            {
                (scores[place], preferences[place]) = (scores[place - 1], preferences[place - 1]);
            }

            (scores[place], preferences[place]) = (score, (ushort)host);
        }
    }

    // Exponentially distributed with the weight as its rate: the least is a host's with the probability of its weight. With equal weights the logarithm changes no order.
    private double Score(int slot, int host)
    {
        Candidate candidate = _hosts[host];
        ulong mixed = Mixing.Mix(unchecked(candidate.Identity + ((ulong)(slot + 1) * Mixing.Step)));
        double fraction = ((mixed >> 11) + 1) * (1.0 / (1UL << 53));
        return _isWeighted ? -Math.Log(fraction) / candidate.Weight : 1 - fraction;
    }
}
