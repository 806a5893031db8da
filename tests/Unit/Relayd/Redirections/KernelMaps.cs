using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Netfilter;
using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

/// <summary>A kernel whose maps, whatever they are called, have the same elements, and whose loop does whatever is to be done between two blocks.</summary>
internal sealed class KernelMaps
{
    private const int OfBlock = 600;

    private readonly List<FilterElement> _elements = [];
    private string? _name;

    public KernelMaps()
    {
        Calls = new KernelCalls
        {
            Run = static (_, out said) => (said = "").Length == 0,
            Forget = static (_, _) => { },
            Visit = static (_, _) => { },
            VisitCounters = static _ => true,
            ListTable = (table, out content) => (content = table == "ip sluice" ? Table : null) is null ? Errno.NotFound : Errno.None,
            ListElements = List,
            RemoveElements = Remove,
            NextTurn = NextTurn,
            Spawn = static session => Assert.True(session().AsTask().IsCompletedSuccessfully),
        };
    }

    public KernelCalls Calls { get; }

    /// <summary>What the table of direct server return holds.</summary>
    public FilterTable? Table { get; set; }

    /// <summary>What happens while others have their turn.</summary>
    public Action? Between { get; set; }

    /// <summary>How lists end, one after the other; then well.</summary>
    public Queue<Errno> Outcomes { get; } = [];

    /// <summary>Keys that cannot be removed: they have another value by now.</summary>
    public HashSet<string> Changed { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys that were removed.</summary>
    public List<string> Removed { get; } = [];

    /// <summary>Elements of each removal, whether or not it was refused.</summary>
    public List<int> Removals { get; } = [];

    public int Listings { get; private set; }

    public int Turns { get; private set; }

    public KernelMaps Add(string key, string value)
    {
        _elements.Add(new FilterElement(Value(key), Value(value)));
        return this;
    }

    public KernelMaps AddMany(int count, string value)
    {
        int first = _elements.Count;
        _elements.AddRange(Enumerable.Range(first, count).Select(key => new FilterElement(Value($"10.0.{key / 256}.{key % 256}"), Value(value))));
        return this;
    }

    /// <summary>Elements are in one map alone.</summary>
    public KernelMaps Named(string name)
    {
        _name = name;
        return this;
    }

    private IEnumerable<ElementBlock> List(FilterMap map)
    {
        Listings++;
        FilterElement[] present = _name is null || map.Name == _name ? [.. _elements] : [];
        foreach (FilterElement[] block in present.Chunk(OfBlock))
        {
            yield return new ElementBlock(block, Errno.None);
        }

        yield return new ElementBlock([], Outcomes.TryDequeue(out Errno outcome) ? outcome : Errno.None);
    }

    private Errno Remove(FilterMap map, ReadOnlySpan<FilterElement> elements)
    {
        Removals.Add(elements.Length);
        string[] keys = [.. elements.ToArray().Select(static element => new IPAddress(element.Key.ToArray()).ToString())];
        if (keys.Any(Changed.Contains))
        {
            return Errno.Busy;
        }

        Removed.AddRange(keys);
        foreach (FilterElement element in elements)
        {
            _elements.Remove(element);
        }

        return Errno.None;
    }

    private ValueTask NextTurn()
    {
        Turns++;
        Between?.Invoke();
        return ValueTask.CompletedTask;
    }

    private static FilterValue Value(string address) => FilterValue.Of(IPAddress.Parse(address).GetAddressBytes());
}
