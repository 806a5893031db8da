using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Netfilter;

namespace Sluice.Relayd.Redirections;

/// <summary>The kernel itself: libnftables for what is text, netlink for everything that may be much. It lives as long as its process.</summary>
/// <param name="loop">Which has other things to do.</param>
/// <param name="log">Where it is said that the kernel refuses something.</param>
internal sealed class NetlinkKernel(EventLoop loop, Log log) : FilterKernel, IDisposable
{
    // The last word of the names of all our tables.
    private const string Tables = "sluice";

    private readonly PacketFilter _filter = new();
    private readonly ConntrackTable _flows = ConntrackTable.Open();
    private readonly FilterCounters _counters = FilterCounters.Open();
    private readonly FilterTables _tables = FilterTables.Open();

    public override bool Run(string commands, out string said) => _filter.Run(commands, out said);

    public override Errno ListTable(string table, out FilterTable? content)
    {
        FilterTable listed = new();
        Errno error = _tables.List(table, listed);
        content = error is Errno.None or Errno.Interrupted ? listed : null;
        return error;
    }

    public override IEnumerable<ElementBlock> ListElements(FilterMap map)
    {
        using FilterElements list = FilterElements.Of(map);
        while (!list.IsOver)
        {
            List<FilterElement> seen = [];
            list.Hear(seen);
            yield return new ElementBlock(seen, list.Outcome);
        }
    }

    public override Errno RemoveElements(FilterMap map, ReadOnlySpan<FilterElement> elements) => _tables.Remove(map, elements);

    public override bool VisitCounters(Action<string, long> seen) => _counters.List(Tables, seen) == Errno.None;

    public override ValueTask VisitFlows(AddressKind kind, Action<TrackedFlow> seen) => Take(_flows.Visit(kind, seen), "flows of hosts could not all be counted");

    public override ValueTask ForgetFlows(AddressKind kind, Func<TrackedFlow, bool> isMeant) => Take(_flows.Delete(kind, isMeant), "flows to hosts that are down could not all be ended");

    private async ValueTask Take(IEnumerable<Errno> steps, string failure)
    {
        Errno error = Errno.None;
        foreach (Errno outcome in steps)
        {
            error = outcome == Errno.None ? error : outcome;
            await NextTurn();
        }

        if (error != Errno.None)
        {
            log.Warning($"{failure}: {error.Describe()}");
        }
    }

    public override ValueTask NextTurn() => loop.NextTurn();

    public override void Spawn(Func<ValueTask> session) => loop.SpawnVital(session);

    public void Dispose()
    {
        _filter.Dispose();
        _flows.Dispose();
        _counters.Dispose();
        _tables.Dispose();
    }
}
