using System.Collections.Generic;

using Sluice.Daemon.Metrics;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>In the parent: the memory that processes share. An area is made when somebody needs it first, and lives as long as the daemon.</summary>
internal sealed class AreaTable
{
    private readonly Dictionary<AreaKey, SharedPages> _areas = [];

    /// <summary>All that there are.</summary>
    public IReadOnlyDictionary<AreaKey, SharedPages> All => _areas;

    /// <summary>The area of a process, which stays this table's.</summary>
    /// <param name="area">Which.</param>
    /// <param name="instance">Whose, from 0.</param>
    public SharedPages Find(SharedArea area, int instance)
    {
        AreaKey key = new(area.Name, instance);
        if (_areas.TryGetValue(key, out SharedPages? pages) && pages.Count == area.Count)
        {
            return pages;
        }

        // One of another length was made by another build.
        pages?.Dispose();
        return _areas[key] = area.Create();
    }

    /// <summary>The area of the first process of the role that writes it; null where nobody needed it yet.</summary>
    public SharedPages? First(string name) => _areas.GetValueOrDefault(new AreaKey(name, Instance: 0));

    /// <summary>Takes over what this process made before it executed itself anew.</summary>
    public void Add(AreaKey key, SharedPages pages) => _areas.Add(key, pages);
}
