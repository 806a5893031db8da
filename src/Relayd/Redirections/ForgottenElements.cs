using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Engine;
using Sluice.Engine.Netfilter;

namespace Sluice.Relayd.Redirections;

/// <summary>
/// What the kernel has noted down of hosts in maps and is to forget. A map may hold hundreds of thousands of elements: it is looked through block by block, and what must go is removed some
/// hundreds at a time, while the loop does everything else in between. Packets change the map meanwhile, so it is looked through again until nothing is found.
/// </summary>
/// <param name="log">Where it is said that something stays.</param>
/// <param name="kernel">What lists and removes.</param>
internal sealed class ForgottenElements(Log log, FilterKernel kernel)
{
    // Whatever packets change, a pass finds nearly all that the one before missed.
    private const int MostPasses = 5;

    // As many are looked at, or removed, before others have their turn.
    private const int ElementsOfTurn = 512;

    // What it costs to look at a map without any.
    private const int ElementsOfPass = 32;

    // The first is looked through now; each map is there once.
    private readonly List<Forgotten> _maps = [];

    private bool _isRunning;

    // Since others had their turn.
    private int _elements;

    /// <summary>Has elements of a map forgotten: beginning now, and where there are few of them, at once.</summary>
    /// <param name="map">Where they are.</param>
    /// <param name="isMeant">By its value; it is asked before each step, so that what is not meant any more stays.</param>
    /// <param name="removed">Hears how many were removed, once, when the map was looked through.</param>
    public void Add(FilterMap map, Predicate<FilterValue> isMeant, Action<int> removed)
    {
        Forgotten? forgotten = _maps.Find(one => one.Map == map);
        if (forgotten is null)
        {
            forgotten = new Forgotten(map) { IsMeant = isMeant };
            _maps.Add(forgotten);
        }

        forgotten.IsMeant = isMeant;
        forgotten.Passes = 0;
        forgotten.Waiting.Add(removed);
        if (!_isRunning)
        {
            _isRunning = true;
            kernel.Spawn(Run);
        }
    }

    private async ValueTask Run()
    {
        while (_maps.Count > 0)
        {
            Forgotten forgotten = _maps[0];
            Action<int>[] waiting = [.. forgotten.Waiting];
            forgotten.Waiting.Clear();
            forgotten.Passes++;
            Stack<FilterElement[]> parts = [];
            Errno outcome = await Look(forgotten, parts);
            forgotten.IsClean = outcome == Errno.NotFound || (outcome == Errno.None && parts.Count == 0);
            int removed = await Remove(forgotten, parts);
            foreach (Action<int> hears in waiting)
            {
                hears(removed);
                removed = 0;
            }

            // Maps that nobody has looked through come first.
            _maps.RemoveAt(0);
            if (!IsOver(forgotten))
            {
                _maps.Add(forgotten);
            }
        }

        _isRunning = false;
    }

    private async ValueTask<Errno> Look(Forgotten forgotten, Stack<FilterElement[]> parts)
    {
        Errno outcome = Errno.None;
        await Take(ElementsOfPass);
        foreach (ElementBlock block in kernel.ListElements(forgotten.Map))
        {
            outcome = block.Outcome;
            foreach (FilterElement[] part in block.Elements.Where(element => forgotten.IsMeant(element.Value)).Chunk(FilterTables.MostRemoved))
            {
                parts.Push(part);
            }

            await Take(block.Elements.Count);
        }

        return outcome;
    }

    // Elements of which one has another value by now are removed by halves, down to that one, which stays.
    private async ValueTask<int> Remove(Forgotten forgotten, Stack<FilterElement[]> parts)
    {
        int removed = 0;
        while (parts.TryPop(out FilterElement[]? part))
        {
            FilterElement[] still = [.. part.Where(element => forgotten.IsMeant(element.Value))];
            Errno error = still.Length == 0 ? Errno.None : kernel.RemoveElements(forgotten.Map, still);
            if (error == Errno.NotFound)
            {
                break;
            }

            if (error == Errno.None)
            {
                removed += still.Length;
            }
            else if (still.Length > 1)
            {
                parts.Push(still[(still.Length / 2)..]);
                parts.Push(still[..(still.Length / 2)]);
            }

            await Take(part.Length);
        }

        return removed;
    }

    private bool IsOver(Forgotten forgotten)
    {
        if (forgotten.IsClean || forgotten.Passes < MostPasses)
        {
            return forgotten.IsClean && forgotten.Waiting.Count == 0;
        }

        log.Warning($"{forgotten.Map.Table} {forgotten.Map.Name}: what is noted down of hosts that are down could not all be forgotten, for it changes too fast");
        return true;
    }

    private async ValueTask Take(int elements)
    {
        _elements += elements;
        if (_elements >= ElementsOfTurn)
        {
            _elements = 0;
            await kernel.NextTurn();
        }
    }

    private sealed class Forgotten(FilterMap map)
    {
        public FilterMap Map { get; } = map;

        public required Predicate<FilterValue> IsMeant { get; set; }

        /// <summary>How often it was looked through since it was added last.</summary>
        public int Passes { get; set; }

        /// <summary>Whether nothing was found the last time.</summary>
        public bool IsClean { get; set; }

        /// <summary>Who hears of the next pass.</summary>
        public List<Action<int>> Waiting { get; } = [];
    }
}
