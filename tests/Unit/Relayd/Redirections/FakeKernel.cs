using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Netfilter;
using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

/// <summary>A kernel whose maps, whatever they are called, have the same elements, and whose loop does whatever is to be done between two blocks.</summary>
internal sealed class FakeKernel : FilterKernel
{
    private const int OfBlock = 600;

    private readonly List<FilterElement> _elements = [];
    private string? _name;

    /// <summary>What was run, whether or not it was refused.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>Commands that begin so are refused.</summary>
    public string Refused { get; set; } = "nothing";

    /// <summary>The flows of all families.</summary>
    public List<TrackedFlow> Flows { get; } = [];

    /// <summary>Flows that were to be forgotten.</summary>
    public List<TrackedFlow> Forgotten { get; } = [];

    /// <summary>The counters; one that is called torn ends the list.</summary>
    public List<(string Name, long Packets)> Counters { get; } = [];

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

    public FakeKernel Add(string key, string value)
    {
        _elements.Add(new FilterElement(Value(key), Value(value)));
        return this;
    }

    public FakeKernel AddMany(int count, string value)
    {
        int first = _elements.Count;
        _elements.AddRange(Enumerable.Range(first, count).Select(key => new FilterElement(Value($"10.0.{key / 256}.{key % 256}"), Value(value))));
        return this;
    }

    /// <summary>Elements are in one map alone.</summary>
    public FakeKernel Named(string name)
    {
        _name = name;
        return this;
    }

    public override bool Run(string commands, out string said)
    {
        said = "";
        Commands.Add(commands);
        return !commands.StartsWith(Refused, StringComparison.Ordinal);
    }

    public override Errno ListTable(string table, out FilterTable? content)
    {
        content = table == "ip sluice" ? Table : null;
        return content is null ? Errno.NotFound : Errno.None;
    }

    public override IEnumerable<ElementBlock> ListElements(FilterMap map)
    {
        Listings++;
        FilterElement[] present = _name is null || map.Name == _name ? [.. _elements] : [];
        foreach (FilterElement[] block in present.Chunk(OfBlock))
        {
            yield return new ElementBlock(block, Errno.None);
        }

        yield return new ElementBlock([], Outcomes.TryDequeue(out Errno outcome) ? outcome : Errno.None);
    }

    public override Errno RemoveElements(FilterMap map, ReadOnlySpan<FilterElement> elements)
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

    public override bool VisitCounters(Action<string, long> seen)
    {
        Counters.ForEach(counter => seen(counter.Name, counter.Packets));
        return !Counters.Exists(static counter => counter.Name == "torn");
    }

    public override async ValueTask VisitFlows(AddressKind kind, Action<TrackedFlow> seen)
    {
        foreach (TrackedFlow flow in Flows.ToArray())
        {
            seen(flow);
            await NextTurn();
        }
    }

    public override async ValueTask ForgetFlows(AddressKind kind, Func<TrackedFlow, bool> isMeant)
    {
        foreach (TrackedFlow flow in Flows.ToArray())
        {
            Forgotten.AddRange(isMeant(flow) ? [flow] : []);
            await NextTurn();
        }
    }

    public override ValueTask NextTurn()
    {
        Turns++;
        Between?.Invoke();
        return ValueTask.CompletedTask;
    }

    public override void Spawn(Func<ValueTask> session) => Assert.True(session().AsTask().IsCompletedSuccessfully);

    private static FilterValue Value(string address) => FilterValue.Of(IPAddress.Parse(address).GetAddressBytes());
}
