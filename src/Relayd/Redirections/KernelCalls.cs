using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Netfilter;

namespace Sluice.Relayd.Redirections;

/// <summary>Runs commands of nft(8) in one transaction.</summary>
/// <returns>False where nothing was done; then the text says why.</returns>
internal delegate bool RunCommands(string commands, out string said);

/// <summary>Has the kernel forget flows.</summary>
internal delegate void ForgetFlows(AddressKind kind, Func<TrackedFlow, bool> isMeant);

/// <summary>Looks at the flows of a family.</summary>
internal delegate void VisitFlows(AddressKind kind, Action<TrackedFlow> seen);

/// <summary>Looks at the counters of our tables: name and packets.</summary>
/// <returns>Whether all were seen.</returns>
internal delegate bool VisitCounters(Action<string, long> seen);

/// <summary>Lists what a table holds; null where it is not there.</summary>
internal delegate Errno ListTable(string table, out FilterTable? content);

/// <summary>Lists the elements of a map, a block a step; who needs no more may stop.</summary>
internal delegate IEnumerable<ElementBlock> ListElements(FilterMap map);

/// <summary>Removes elements of a map, <see cref="FilterTables.MostRemoved"/> at most: all of them or none.</summary>
internal delegate Errno RemoveElements(FilterMap map, ReadOnlySpan<FilterElement> elements);

/// <summary>Elements of a map, of many.</summary>
/// <param name="Elements">Some hundreds at most.</param>
/// <param name="Outcome">As <see cref="FilterElements.Outcome"/>.</param>
internal readonly record struct ElementBlock(IReadOnlyList<FilterElement> Elements, Errno Outcome);

/// <summary>What rules of redirections need of the kernel, and of the loop.</summary>
internal sealed record KernelCalls
{
    /// <summary>Changes the packet filter.</summary>
    public required RunCommands Run { get; init; }

    /// <summary>Ends flows.</summary>
    public required ForgetFlows Forget { get; init; }

    /// <summary>Looks at flows.</summary>
    public required VisitFlows Visit { get; init; }

    /// <summary>Looks at counters.</summary>
    public required VisitCounters VisitCounters { get; init; }

    /// <summary>Looks at tables.</summary>
    public required ListTable ListTable { get; init; }

    /// <summary>Looks at maps.</summary>
    public required ListElements ListElements { get; init; }

    /// <summary>Removes what is noted down.</summary>
    public required RemoveElements RemoveElements { get; init; }

    /// <summary>Lets others have their turn.</summary>
    public required Func<ValueTask> NextTurn { get; init; }

    /// <summary>Starts what goes on beside everything else.</summary>
    public required Action<Func<ValueTask>> Spawn { get; init; }
}
