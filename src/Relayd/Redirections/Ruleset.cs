using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Engine.Netfilter;

namespace Sluice.Relayd.Redirections;

/// <summary>A counter or a timeout of a table, which rules name.</summary>
/// <param name="Kind">As nft(8) calls it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Content">What stands in its braces; empty for no braces.</param>
internal sealed record RuleObject(string Kind, string Name, string Content)
{
    /// <summary>Family and name of the table it is in.</summary>
    public string Table { get; init; } = Ruleset.Table;
}

/// <summary>A map of a table, or a set.</summary>
/// <param name="Name">Its name, which is another one where the content of the braces is.</param>
/// <param name="Content">What stands in its braces.</param>
internal sealed record RuleMap(string Name, string Content)
{
    /// <inheritdoc cref="RuleObject.Table"/>
    public string Table { get; init; } = Ruleset.Table;

    /// <summary>A map, or a set, which has keys alone.</summary>
    public string Kind { get; init; } = "map";

    /// <summary>Values by key, both as nft(8) reads them, empty for a set; without those that the kernel adds by itself.</summary>
    public IReadOnlyDictionary<string, string> Elements { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A chain of a table.</summary>
/// <param name="Name">Its name, which is another one where the hook is.</param>
/// <param name="Hook">What stands in its braces; empty for a chain that rules lead to.</param>
/// <param name="Rules">In order.</param>
internal sealed record RuleChain(string Name, string Hook, IReadOnlyList<string> Rules)
{
    /// <inheritdoc cref="RuleObject.Table"/>
    public string Table { get; init; } = Ruleset.Table;
}

/// <summary>All that our tables of the packet filter shall hold, in the language of nft(8).</summary>
internal sealed class Ruleset
{
    /// <summary>The table of both families of addresses, in which destinations are translated.</summary>
    public const string Table = "inet sluice";

    /// <summary>The tables of direct server return, which are there where something uses them: packets are sent elsewhere only by tables of one family.</summary>
    public static readonly IReadOnlyList<string> RoutingTables = [.. RuleFamily.All.Select(static family => family.RoutingTable)];

    private static readonly Dictionary<string, string> _none = new(StringComparer.Ordinal);

    private readonly SortedDictionary<string, RuleObject> _objects = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RuleMap> _maps = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RuleChain> _chains = new(StringComparer.Ordinal);

    /// <summary>One without anything.</summary>
    public static Ruleset Empty { get; } = new();

    /// <summary>By kind and name.</summary>
    public IReadOnlyDictionary<string, RuleObject> Objects => _objects;

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, RuleMap> Maps => _maps;

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, RuleChain> Chains => _chains;

    /// <summary>Adds it; the same a second time is the same.</summary>
    public void Add(RuleObject added) => _objects[$"{added.Kind} {Key(added.Table, added.Name)}"] = added;

    /// <inheritdoc cref="Add(RuleObject)"/>
    public void Add(RuleMap added) => _maps[Key(added.Table, added.Name)] = added;

    /// <inheritdoc cref="Add(RuleObject)"/>
    public void Add(RuleChain added) => _chains[Key(added.Table, added.Name)] = added;

    /// <summary>Family and name of each table it has something in.</summary>
    public IEnumerable<string> Tables => _chains.Values.Select(static chain => chain.Table).Distinct(StringComparer.Ordinal);

    /// <summary>Its maps of flows with direct server return.</summary>
    public IEnumerable<FlowMap> FlowMaps =>
        from family in RuleFamily.All
        from map in _maps.Values
        where string.Equals(map.Table, family.RoutingTable, StringComparison.Ordinal)
        let flows = FlowMap.Of(map.Name, family)
        where flows is not null
        select flows;

    /// <summary>Whether a map is one of them.</summary>
    public bool Has(FilterMap map) => _maps.ContainsKey(Key(map.Table, map.Name));

    /// <summary>The name by which a map or a chain is found: that of our first table needs no table before it.</summary>
    public static string Key(string table, string name) => string.Equals(table, Table, StringComparison.Ordinal) ? name : $"{table} {name}";

    /// <summary>Makes it, whatever the tables hold before; what the kernel has noted down in maps is lost.</summary>
    public string Replacement() =>
        string.Concat(RoutingTables.Prepend(Table).Select(static table => $"add table {table}\ndelete table {table}\n")) + ChangeFrom(Empty);

    /// <summary>Makes it of what there is, and leaves what the kernel has noted down in maps of direct server return that it has too.</summary>
    /// <param name="present">What the tables of direct server return hold.</param>
    public string Reconciliation(IReadOnlyList<PresentTable> present)
    {
        List<string> commands = [$"add table {Table}", $"delete table {Table}"];
        foreach (PresentTable table in present)
        {
            if (!Tables.Contains(table.Name, StringComparer.Ordinal))
            {
                commands.Add($"delete table {table.Name}");
                continue;
            }

            // What refers to something goes before it.
            commands.Add($"flush table {table.Name}");
            commands.AddRange(table.Maps.Where(map => !_maps.ContainsKey(Key(table.Name, map.Name)) || !IsNotedDown(map.Name))
                .Select(map => $"delete {(map.Kind == FilterMapKind.Map ? "map" : "set")} {table.Name} {map.Name}"));
            commands.AddRange(table.Chains.Select(chain => $"delete chain {table.Name} {chain}"));
            commands.AddRange(table.Counters.Select(counter => $"delete counter {table.Name} {counter}"));
        }

        return Lines(commands) + ChangeFrom(Empty);
    }

    /// <summary>Whether the kernel writes to a map by itself, and flows go on by what it wrote.</summary>
    public static bool IsNotedDown(string map) => map.StartsWith(FlowMap.Beginning, StringComparison.Ordinal) || string.Equals(map, FlowMap.Closing, StringComparison.Ordinal);

    /// <summary>What makes it of another one: the fewest commands, empty for none. They are for one transaction.</summary>
    public string ChangeFrom(Ruleset before)
    {
        List<string> commands = [.. Tables.Except(before.Tables, StringComparer.Ordinal).Select(static table => $"add table {table}")];
        RuleObject[] goneObjects = [.. Gone(_objects, before._objects)];
        RuleMap[] goneMaps = [.. Gone(_maps, before._maps)];
        RuleChain[] goneChains = [.. Gone(_chains, before._chains)];

        commands.AddRange(Gone(before._objects, _objects).Select(static now => $"add {now.Kind} {now.Table} {now.Name}{Braces(now.Content)}"));
        commands.AddRange(Gone(before._maps, _maps).Select(static now => $"add {now.Kind} {now.Table} {now.Name}{Braces(now.Content)}"));
        commands.AddRange(Gone(before._chains, _chains).Select(static now => $"add chain {now.Table} {now.Name}{Braces(now.Hook)}"));
        foreach ((string key, RuleChain chain) in _chains)
        {
            AddRules(commands, before._chains.GetValueOrDefault(key), chain);
        }

        foreach ((string key, RuleMap map) in _maps)
        {
            AddElements(commands, before._maps.GetValueOrDefault(key), map);
        }

        // What is gone is referred to by nothing any more when its turn comes.
        commands.AddRange(goneChains.Select(static old => $"flush chain {old.Table} {old.Name}"));
        commands.AddRange(goneMaps.Select(static old => $"delete {old.Kind} {old.Table} {old.Name}"));
        commands.AddRange(goneChains.Select(static old => $"delete chain {old.Table} {old.Name}"));
        commands.AddRange(goneObjects.Select(static old => $"delete {old.Kind} {old.Table} {old.Name}"));
        return Lines(commands);
    }

    private static IEnumerable<T> Gone<T>(SortedDictionary<string, T> now, SortedDictionary<string, T> before) =>
        before.Where(old => !now.ContainsKey(old.Key)).Select(static old => old.Value);

    private static string Lines(IEnumerable<string> commands) => string.Concat(commands.Select(static command => command + "\n"));

    private static void AddRules(List<string> commands, RuleChain? before, RuleChain chain)
    {
        if (before is not null && before.Rules.SequenceEqual(chain.Rules, StringComparer.Ordinal))
        {
            return;
        }

        if (before is { Rules.Count: > 0 })
        {
            commands.Add($"flush chain {chain.Table} {chain.Name}");
        }

        commands.AddRange(chain.Rules.Select(rule => $"add rule {chain.Table} {chain.Name} {rule}"));
    }

    private static void AddElements(List<string> commands, RuleMap? before, RuleMap map)
    {
        IReadOnlyDictionary<string, string> old = before?.Elements ?? _none;
        string[] gone = [.. old.Where(element => !string.Equals(map.Elements.GetValueOrDefault(element.Key), element.Value, StringComparison.Ordinal)).Select(static element => element.Key)];
        string[] added =
        [
            .. map.Elements.Where(element => !string.Equals(old.GetValueOrDefault(element.Key), element.Value, StringComparison.Ordinal))
                .Select(static element => element.Value.Length == 0 ? element.Key : $"{element.Key} : {element.Value}"),
        ];
        if (gone.Length > 0)
        {
            commands.Add($"delete element {map.Table} {map.Name} {{ {string.Join(", ", gone)} }}");
        }

        if (added.Length > 0)
        {
            commands.Add($"add element {map.Table} {map.Name} {{ {string.Join(", ", added)} }}");
        }
    }

    private static string Braces(string content) => content.Length == 0 ? "" : $" {{ {content} }}";
}
