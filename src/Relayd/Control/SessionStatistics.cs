using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Control;
using Sluice.Engine.Processes;

namespace Sluice.Relayd.Control;

/// <summary>
/// How many sessions relays had (R-RELAY-60), or flows redirections (R-REDIR-18), from the numbers that each process keeps in its own pages. Each is known by its place, so that its
/// numbers outlive reloads and the death of any relay process; rates begin anew with the control process.
/// </summary>
/// <param name="processes">The pages of each relay process.</param>
internal sealed class SessionStatistics(Func<IReadOnlyCollection<SharedPages>> processes)
{
    /// <summary>How many numbers a relay has in the pages of a process.</summary>
    public const int NumbersOfPlace = 8;

    private const int TotalIndex = 0;
    private const int OpenIndex = 1;
    private const int DroppedIndex = 2;
    private const int MinutesPerHour = 60;
    private const int MinutesPerDay = 1440;

    private readonly Dictionary<int, Rates> _rates = [];

    // Ticks since the control process began.
    private long _minutes;

    /// <summary>Knows these relays and no others.</summary>
    /// <param name="places">Their places.</param>
    public void Keep(IEnumerable<int> places)
    {
        HashSet<int> kept = [.. places];
        foreach (int gone in _rates.Keys.Where(place => !kept.Contains(place)).ToArray())
        {
            _rates.Remove(gone);
        }

        foreach (int place in kept)
        {
            _ = _rates.TryAdd(place, new Rates { Before = Sum(place, TotalIndex) });
        }
    }

    /// <summary>A minute is over.</summary>
    public void Tick()
    {
        _minutes++;
        foreach ((int place, Rates rates) in _rates)
        {
            long total = Sum(place, TotalIndex);
            rates.Add(long.Max(total - rates.Before, 0));
            rates.Before = total;
            if (_minutes % MinutesPerHour == 0)
            {
                rates.EndHour();
            }

            if (_minutes % MinutesPerDay == 0)
            {
                rates.EndDay();
            }
        }
    }

    /// <summary>The numbers of a relay, of all processes together.</summary>
    public SessionCounts Read(int place)
    {
        Rates rates = _rates.GetValueOrDefault(place) ?? new Rates();
        return new SessionCounts(long.Max(Sum(place, TotalIndex), 0), long.Max(Sum(place, OpenIndex), 0), rates.Last, rates.Average);
    }

    /// <summary>How many datagrams a relay dropped, in all processes together.</summary>
    public long Dropped(int place) => long.Max(Sum(place, DroppedIndex), 0);

    private long Sum(int place, int index)
    {
        long sum = 0;
        foreach (SharedPages pages in processes())
        {
            sum = unchecked(sum + pages.Read((place * NumbersOfPlace) + index));
        }

        return sum;
    }

    // OpenBSD's day never begins anew, for it clears the hour instead (R-RELAY-61).
    private sealed class Rates
    {
        public long Before { get; set; }

        public SessionRates Last { get; private set; }

        public SessionRates Average { get; private set; }

        public void Add(long sessions)
        {
            Last = new SessionRates(sessions, Last.Hour + sessions, Last.Day + sessions);
            Average = Average with { Minute = (Average.Minute + sessions) / 2 };
        }

        public void EndHour()
        {
            Average = Average with { Hour = (Average.Hour + Last.Hour) / 2 };
            Last = Last with { Hour = 0 };
        }

        public void EndDay()
        {
            Average = Average with { Day = (Average.Day + Last.Day) / 2 };
            Last = Last with { Day = 0 };
        }
    }
}
