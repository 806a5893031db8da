using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Netfilter;

namespace Sluice.Relayd.Redirections;

/// <summary>What rules of redirections need of the kernel, and of the loop.</summary>
internal abstract class FilterKernel
{
    /// <summary>Runs commands of nft(8) in one transaction.</summary>
    /// <param name="commands">What shall change.</param>
    /// <param name="said">Why nothing was done.</param>
    /// <returns>False where nothing was done.</returns>
    public abstract bool Run(string commands, out string said);

    /// <summary>Lists what a table holds that has a name; null where it is not there.</summary>
    public abstract Errno ListTable(string table, out FilterTable? content);

    /// <summary>Lists the elements of a map, a block a step; who needs no more may stop.</summary>
    public abstract IEnumerable<ElementBlock> ListElements(FilterMap map);

    /// <summary>Removes elements of a map, <see cref="FilterTables.MostRemoved"/> at most: all of them or none.</summary>
    public abstract Errno RemoveElements(FilterMap map, ReadOnlySpan<FilterElement> elements);

    /// <summary>Looks at the counters of our tables: name and packets.</summary>
    /// <returns>Whether all were seen.</returns>
    public abstract bool VisitCounters(Action<string, long> seen);

    /// <summary>Looks at the flows of a family, some at a time.</summary>
    public abstract ValueTask VisitFlows(AddressKind kind, Action<TrackedFlow> seen);

    /// <summary>Forgets flows of a family, some at a time.</summary>
    public abstract ValueTask ForgetFlows(AddressKind kind, Func<TrackedFlow, bool> isMeant);

    /// <summary>Lets others have their turn.</summary>
    public abstract ValueTask NextTurn();

    /// <summary>Starts what goes on beside everything else.</summary>
    public abstract void Spawn(Func<ValueTask> session);
}

/// <summary>Elements of a map, of many.</summary>
/// <param name="Elements">Some hundreds at most.</param>
/// <param name="Outcome">As <see cref="FilterElements.Outcome"/>.</param>
internal readonly record struct ElementBlock(IReadOnlyList<FilterElement> Elements, Errno Outcome);
