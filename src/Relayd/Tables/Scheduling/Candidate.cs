using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>A host as schedulers see it.</summary>
/// <param name="Place">Where its health stands.</param>
/// <param name="Weight">Its share of the sessions, from 1, beside those of the others.</param>
/// <param name="Identity">The same for the same host in every process and after every reload; another for each host of a table.</param>
internal readonly record struct Candidate(int Place, int Weight, ulong Identity)
{
    /// <summary>The hosts of a table, in its order. A host is known by its name, its address and which of several that are alike it is, as over reloads (D-32).</summary>
    public static IReadOnlyList<Candidate> Of(Table table)
    {
        SipHash hash = new(stackalloc byte[SipHash.KeyLength]);
        Dictionary<string, int> occurrences = new(StringComparer.Ordinal);
        List<Candidate> candidates = [];
        foreach (Host host in table.Hosts)
        {
            string key = $"{host.Name} {host.Address}";
            int occurrence = occurrences.GetValueOrDefault(key);
            occurrences[key] = occurrence + 1;
            candidates.Add(new Candidate(host.Place, host.Weight, hash.Of(Encoding.UTF8.GetBytes($"{key} {occurrence}"))));
        }

        return candidates;
    }
}
