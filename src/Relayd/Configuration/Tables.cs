using System;
using System.Collections.Generic;

namespace Sluice.Relayd.Configuration;

/// <summary>A <c>table</c> of the file: what its uses begin with.</summary>
internal sealed class TableDefinition(string name, TimeSpan timeout)
{
    public string Name { get; } = name;

    /// <summary>The global timeout where the table stands (R-CONF-21).</summary>
    public TimeSpan Timeout { get; } = timeout;

    public bool IsDisabled { get; set; }

    public List<Host> Hosts { get; } = [];

    public List<TableSource> Sources { get; } = [];
}

/// <summary>What a section says behind the name of a table.</summary>
internal sealed class TableReference(string name)
{
    public string Name { get; } = name;

    /// <summary>Null where the listener's is meant.</summary>
    public int? Port { get; set; }

    public Check? Check { get; set; }

    public TimeSpan? Timeout { get; set; }

    public int Rounds { get; set; } = 1;

    public string? DemotionGroup { get; set; }

    public ScheduleMode Mode { get; set; }

    /// <summary>Null where no mode that hashes was named.</summary>
    public byte[]? Key { get; set; }
}

/// <summary>The tables of the file and what sections have made of them.</summary>
internal sealed class Tables
{
    private readonly Dictionary<string, TableDefinition> _definitions = new(StringComparer.Ordinal);
    private readonly List<Table> _all = [];
    private int _hostCount;

    /// <summary>The tables that sections use, in the order of first use.</summary>
    public IReadOnlyList<Table> All => _all;

    public IEnumerable<string> DefinedNames => _definitions.Keys;

    /// <summary>Takes a definition; false where there is one of its name.</summary>
    public bool Define(TableDefinition definition) => _definitions.TryAdd(definition.Name, definition);

    /// <summary>Null where there is none.</summary>
    public TableDefinition? Find(string name) => _definitions.GetValueOrDefault(name);

    /// <summary>The table that a section asks for: one that is there already, or a new one with hosts of its own.</summary>
    /// <param name="definition">The table of the file.</param>
    /// <param name="reference">What the section says.</param>
    /// <param name="port">The section's port, or its listener's.</param>
    public Table Use(TableDefinition definition, TableReference reference, int port)
    {
        Table wanted = new()
        {
            Id = _all.Count + 1,
            Definition = definition.Name,
            Port = port,
            HasOwnPort = reference.Port is not null,
            IsDisabled = definition.IsDisabled,
            Check = reference.Check,
            Timeout = reference.Timeout ?? definition.Timeout,
            Rounds = reference.Rounds,
            DemotionGroup = reference.DemotionGroup,
            Hosts = [],
            Sources = [.. definition.Sources],
        };
        if (FindShared(wanted, reference) is { } shared)
        {
            return shared;
        }

        List<Host> hosts = definition.Hosts.ConvertAll(host => host with { Id = ++_hostCount });
        _all.Add(wanted with { Hosts = [.. hosts] });
        return _all[^1];
    }

    /// <summary>
    /// OpenBSD's relayd compares what is written with what came of earlier uses, so that only a reference with a timeout of its own
    /// finds one. It is followed because the ids of hosts, which <c>parent</c> names, depend on it.
    /// </summary>
    private Table? FindShared(Table wanted, TableReference reference) => reference.Timeout is null || wanted.IsDisabled
        ? null
        : _all.Find(table => table with { Id = wanted.Id, Hosts = [] } == wanted);
}
