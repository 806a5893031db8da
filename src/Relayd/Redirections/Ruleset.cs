using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Relayd.Redirections;

/// <summary>A counter or a timeout of our table, which rules name.</summary>
/// <param name="Kind">As nft(8) calls it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Content">What stands in its braces; empty for no braces.</param>
internal sealed record RuleObject(string Kind, string Name, string Content);

/// <summary>A map of our table.</summary>
/// <param name="Name">Its name, which is another one where the content of the braces is.</param>
/// <param name="Content">What stands in its braces.</param>
internal sealed record RuleMap(string Name, string Content)
{
    /// <summary>Values by key, both as nft(8) reads them; without those that the kernel adds by itself.</summary>
    public IReadOnlyDictionary<string, string> Elements { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A chain of our table.</summary>
/// <param name="Name">Its name, which is another one where the hook is.</param>
/// <param name="Hook">What stands in its braces; empty for a chain that rules lead to.</param>
/// <param name="Rules">In order.</param>
internal sealed record RuleChain(string Name, string Hook, IReadOnlyList<string> Rules);

/// <summary>All that our table of the packet filter shall hold, in the language of nft(8).</summary>
internal sealed class Ruleset
{
    /// <summary>The table of both families of addresses, which is all that is ours.</summary>
    public const string Table = "inet sluice";

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
    public void Add(RuleObject added) => _objects[$"{added.Kind} {added.Name}"] = added;

    /// <inheritdoc cref="Add(RuleObject)"/>
    public void Add(RuleMap added) => _maps[added.Name] = added;

    /// <inheritdoc cref="Add(RuleObject)"/>
    public void Add(RuleChain added) => _chains[added.Name] = added;

    /// <summary>Makes it, whatever the table holds before.</summary>
    public string Replacement() => $"add table {Table}\ndelete table {Table}\nadd table {Table}\n{ChangeFrom(Empty)}";

    /// <summary>What makes it of another one: the fewest commands, empty for none. They are for one transaction.</summary>
    public string ChangeFrom(Ruleset before)
    {
        List<string> commands = [];
        RuleObject[] goneObjects = [.. before._objects.Values.Where(old => !_objects.ContainsKey($"{old.Kind} {old.Name}"))];
        RuleMap[] goneMaps = [.. before._maps.Values.Where(old => !_maps.ContainsKey(old.Name))];
        RuleChain[] goneChains = [.. before._chains.Values.Where(old => !_chains.ContainsKey(old.Name))];

        commands.AddRange(_objects.Values.Where(now => !before._objects.ContainsKey($"{now.Kind} {now.Name}"))
            .Select(static now => $"add {now.Kind} {Table} {now.Name}{Braces(now.Content)}"));
        commands.AddRange(_maps.Values.Where(now => !before._maps.ContainsKey(now.Name)).Select(static now => $"add map {Table} {now.Name}{Braces(now.Content)}"));
        commands.AddRange(_chains.Values.Where(now => !before._chains.ContainsKey(now.Name))
            .Select(static now => $"add chain {Table} {now.Name}{Braces(now.Hook)}"));
        foreach (RuleChain chain in _chains.Values)
        {
            AddRules(commands, before._chains.GetValueOrDefault(chain.Name), chain);
        }

        foreach (RuleMap map in _maps.Values)
        {
            AddElements(commands, before._maps.GetValueOrDefault(map.Name), map);
        }

        // What is gone is referred to by nothing any more when its turn comes.
        commands.AddRange(goneChains.Select(static old => $"flush chain {Table} {old.Name}"));
        commands.AddRange(goneMaps.Select(static old => $"delete map {Table} {old.Name}"));
        commands.AddRange(goneChains.Select(static old => $"delete chain {Table} {old.Name}"));
        commands.AddRange(goneObjects.Select(static old => $"delete {old.Kind} {Table} {old.Name}"));
        return string.Concat(commands.Select(static command => command + "\n"));
    }

    private static void AddRules(List<string> commands, RuleChain? before, RuleChain chain)
    {
        if (before is not null && before.Rules.SequenceEqual(chain.Rules, StringComparer.Ordinal))
        {
            return;
        }

        if (before is { Rules.Count: > 0 })
        {
            commands.Add($"flush chain {Table} {chain.Name}");
        }

        commands.AddRange(chain.Rules.Select(rule => $"add rule {Table} {chain.Name} {rule}"));
    }

    private static void AddElements(List<string> commands, RuleMap? before, RuleMap map)
    {
        IReadOnlyDictionary<string, string> old = before?.Elements ?? _none;
        string[] gone = [.. old.Where(element => !string.Equals(map.Elements.GetValueOrDefault(element.Key), element.Value, StringComparison.Ordinal)).Select(static element => element.Key)];
        string[] added =
        [
            .. map.Elements.Where(element => !string.Equals(old.GetValueOrDefault(element.Key), element.Value, StringComparison.Ordinal))
                .Select(static element => $"{element.Key} : {element.Value}"),
        ];
        if (gone.Length > 0)
        {
            commands.Add($"delete element {Table} {map.Name} {{ {string.Join(", ", gone)} }}");
        }

        if (added.Length > 0)
        {
            commands.Add($"add element {Table} {map.Name} {{ {string.Join(", ", added)} }}");
        }
    }

    private static string Braces(string content) => content.Length == 0 ? "" : $" {{ {content} }}";
}
