using System;
using System.Collections.Generic;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Tables.Scheduling;

namespace Sluice.Relayd.Redirections;

/// <summary>The slots of hashes as relays have them (D-51), for all tables of a configuration: which hosts a slot prefers is found out once.</summary>
/// <param name="mayServe">Tells by its place whether a host is up and not withdrawn.</param>
internal sealed class HashTables(Predicate<int> mayServe)
{
    private readonly Dictionary<(int Table, RuleFamily Family), HashSlots> _slots = [];

    // What a slot found further away is good for one time.
    private long _asked;

    /// <summary>Who serves in each slot; none where nobody does.</summary>
    /// <param name="table">With hosts of this family alone.</param>
    /// <param name="family">The family.</param>
    public IReadOnlyList<Host> Of(Table table, RuleFamily family)
    {
        if (!_slots.TryGetValue((table.Id, family), out HashSlots? slots))
        {
            slots = new HashSlots(Candidate.Of(table), place => mayServe(place), () => _asked);
            _slots.Add((table.Id, family), slots);
        }

        _asked++;
        List<Host> chosen = new(HashSlots.Count);
        for (ulong slot = 0; slot < HashSlots.Count; slot++)
        {
            if (slots.Pick(slot) is not { } index)
            {
                return [];
            }

            chosen.Add(table.Hosts[index]);
        }

        return chosen;
    }
}
