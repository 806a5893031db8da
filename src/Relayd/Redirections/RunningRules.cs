using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Netfilter;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Redirections;

/// <summary>The rules that are in the packet filter, and how they follow the configuration and the board.</summary>
/// <param name="board">Who is up.</param>
/// <param name="log">Where changes are said.</param>
/// <param name="kernel">What is changed, and looked at.</param>
internal sealed class RunningRules(HealthBoard board, Log log, FilterKernel kernel)
{
    // A list that somebody changed meanwhile is made again.
    private const int MostAttempts = 5;

    private RelaydConfiguration _configuration = new();
    private readonly BoardReading _reading = new(board);
    private readonly ServingHosts _hosts = new(board, log, kernel);
    private HashTables _hashes = new(static _ => false);

    // What is there; null until it was put there once.
    private Ruleset? _ruleset;

    // What tables of direct server return held before, and flows that go on by it.
    private List<PresentTable> _present = [];
    private HashSet<FlowMap> _flows = [];

    // Slots of hosts by the flows that they have, where the mode asks for it.
    private Dictionary<(int Redirect, int Host), int> _shares = [];

    /// <summary>Whether some host is checked and has no result yet.</summary>
    public bool AwaitsChecks => _configuration.Redirects.SelectMany(TablesOf).SelectMany(static table => table.Hosts)
        .Any(host => board.State(host.Place) == HostState.Unknown && board.WithdrawalOf(host.Place) == Withdrawal.None);

    /// <summary>Works by a configuration.</summary>
    /// <returns>As <see cref="Follow"/>.</returns>
    public bool Take(RelaydConfiguration configuration)
    {
        _configuration = configuration;
        _hashes = new HashTables(_reading.MayServe);
        return Follow();
    }

    /// <summary>Changes what the board or the configuration has changed, at once and in one transaction.</summary>
    /// <returns>False where the packet filter refused; then everything is as it was.</returns>
    public bool Follow()
    {
        // Where there never was one, the packet filter is left alone.
        if (_ruleset is null && _configuration.Redirects.Count == 0)
        {
            return true;
        }

        _reading.Begin();
        RulesetPlan plan = new(_configuration, _reading.MayServe, IsDisabled, _hashes, _shares);
        if (_ruleset is null)
        {
            LookAround();
        }

        Ruleset next = plan.Make(_flows);
        Dictionary<int, Serving> serving = _configuration.Redirects.Select(redirect => ServingOf(plan, redirect)).ToDictionary(static now => now.Redirect.Place);
        if (!Change(next))
        {
            return false;
        }

        _ruleset = next;
        _flows.UnionWith(next.FlowMaps);
        _hosts.Follow(serving, next, _configuration.Log);
        return true;
    }

    /// <summary>Puts everything back that somebody else has changed.</summary>
    public bool Restore()
    {
        _ruleset = null;
        return Follow();
    }

    /// <summary>Has the kernel go on with the rules; what it refuses is made anew by whoever hears that somebody else has changed them.</summary>
    public void Renew() => _ = _ruleset is not null && kernel.Run(Lease.Renewed(_ruleset.Tables), out _);

    /// <summary>Counts the flows of hosts where those with fewest get the next ones, and shares these out anew (R-SCHED-03).</summary>
    /// <param name="opened">How many flows each redirection has begun since the last time, by its place.</param>
    public async ValueTask Level(IReadOnlyDictionary<int, long> opened)
    {
        Dictionary<FlowMap, Dictionary<FilterValue, int>> noted = [];
        foreach (FlowMap map in Levelled().Where(static now => now.Redirect.RouteInterface is not null).SelectMany(static now => now.FlowMaps).ToArray())
        {
            noted[map] = await NotedDown(map);
        }

        LeftFlows flows = new(static (_, _) => true);
        foreach (Serving now in Levelled().Where(static now => now.Redirect.RouteInterface is null))
        {
            foreach (Host host in now.Hosts)
            {
                flows.AddHost(now.Redirect, now.Table!, host);
            }
        }

        foreach (AddressKind kind in flows.Kinds)
        {
            await kernel.VisitFlows(kind, flow => _ = flows.Has(flow));
        }

        // Hosts may have come and gone while that was counted.
        Serving[] levelled = Levelled();
        if (levelled.Length == 0)
        {
            return;
        }

        Dictionary<(int Redirect, int Host), int> shares = [];
        foreach (Serving now in levelled)
        {
            Share(now, opened.GetValueOrDefault(now.Redirect.Place), (host, map) => flows.CountOf(now.Redirect, host) + (map is null ? 0 : noted.GetValueOrDefault(map)?.GetValueOrDefault(Serving.ValueOf(host)) ?? 0), shares);
        }

        if (shares.Count != _shares.Count || shares.Any(pair => _shares.GetValueOrDefault(pair.Key, -1) != pair.Value))
        {
            _shares = shares;
            _ = Follow();
        }
    }

    private Serving[] Levelled() => [.. _hosts.All.Where(static now => now.Hosts.Count > 1 && ServingMode(now.Redirect) == ScheduleMode.LeastStates)];

    // Each family has slots of its own.
    private static void Share(Serving now, long opened, Func<Host, FlowMap?, long> flowsOf, Dictionary<(int Redirect, int Host), int> shares)
    {
        foreach (IGrouping<RuleFamily, Host> family in now.Hosts.GroupBy(static host => RuleFamily.Of(host.Address)))
        {
            Host[] hosts = [.. family];
            FlowMap? map = now.Redirect.RouteInterface is null ? null : FlowMap.Of(now.Redirect, family.Key);
            int[] slots = StateLevels.Shares([.. hosts.Select(host => (flowsOf(host, map), host.Weight))], long.Max(opened, hosts.Length));
            for (int i = 0; i < hosts.Length; i++)
            {
                shares[(now.Redirect.Place, hosts[i].Place)] = slots[i];
            }
        }
    }

    private async ValueTask<Dictionary<FilterValue, int>> NotedDown(FlowMap map)
    {
        Dictionary<FilterValue, int> counts = [];
        foreach (ElementBlock block in kernel.ListElements(map.Map))
        {
            foreach (FilterElement element in block.Elements)
            {
                counts[element.Value] = counts.GetValueOrDefault(element.Value) + 1;
            }

            await kernel.NextTurn();
        }

        return counts;
    }

    // Main and backup have one mode.
    private static ScheduleMode ServingMode(Redirect redirect) => redirect.Table.Mode;

    /// <summary>Takes out all redirections; flows that there are go on (D-53).</summary>
    public void Empty()
    {
        if (_ruleset is null)
        {
            return;
        }

        LookAround();
        Ruleset idle = RulesetPlan.Idle(_flows);
        if (!kernel.Run(idle.Reconciliation(_present), out _) && !kernel.Run(idle.Replacement(), out string failure))
        {
            log.Error($"the rules of redirections stay: {failure.Trim()}");
        }
    }

    /// <summary>How many flows each redirection has begun since its rules are there, by its place.</summary>
    public IEnumerable<(int Place, long Flows)> Counts()
    {
        // A redirection may have counters of one name in several tables.
        Dictionary<string, long> counters = new(StringComparer.Ordinal);
        if (_configuration.Redirects.Count == 0 || _ruleset is null || !kernel.VisitCounters((name, packets) => counters[name] = counters.GetValueOrDefault(name) + packets))
        {
            return [];
        }

        return _configuration.Redirects
            .Where(redirect => counters.ContainsKey(RulesetPlan.CounterOf(redirect)))
            .Select(redirect => (redirect.Place, counters[RulesetPlan.CounterOf(redirect)]));
    }

    private static IEnumerable<TableUse> UsesOf(Redirect redirect) => redirect.Backup is { } backup ? [redirect.Table, backup] : [redirect.Table];

    private IEnumerable<Table> TablesOf(Redirect redirect) => UsesOf(redirect).Select(_configuration.TableOf);

    private bool IsDisabled(Redirect redirect) => _reading.IsWithdrawn(redirect.Place);

    private Serving ServingOf(RulesetPlan plan, Redirect redirect)
    {
        Table? table = plan.ServingUse(redirect) is { } use ? _configuration.TableOf(use) : null;
        return new Serving(redirect, table, table is null ? [] : [.. table.Hosts.Where(host => _reading.MayServe(host.Place))])
        {
            Down = [.. TablesOf(redirect).SelectMany(static one => one.Hosts).Where(host => !_reading.MayServe(host.Place) && board.State(host.Place) == HostState.Down)],
        };
    }

    // What does not fit to what was there is made anew: then somebody else has changed it.
    private bool Change(Ruleset next)
    {
        string failure = "";
        if (_ruleset is { } before)
        {
            string change = next.ChangeFrom(before);
            if (change.Length == 0 || kernel.Run(change, out failure))
            {
                return true;
            }
        }

        if (failure.Length > 0)
        {
            LookAround();
        }

        if (!kernel.Run(next.Reconciliation(_present), out _) && !kernel.Run(next.Replacement(), out string reason))
        {
            log.Error($"the packet filter refused the rules of redirections: {failure.Trim()} {reason.Trim()}");
            return false;
        }

        if (failure.Length > 0)
        {
            log.Warning($"a change of the rules of redirections was refused, so all were made anew: {failure.Trim()}");
        }

        return true;
    }

    // Flows of direct server return outlive whoever noted them down; maps of which none is left are taken away.
    private void LookAround()
    {
        _present = [];
        _flows = [];
        foreach (RuleFamily family in RuleFamily.All)
        {
            if (Present(family.RoutingTable) is { } present)
            {
                _present.Add(present);
                _flows.UnionWith(present.Maps.Where(static map => !map.IsEmpty).Select(map => FlowMap.Of(map.Name, family)).OfType<FlowMap>());
            }
        }
    }

    private PresentTable? Present(string table)
    {
        FilterTable? content = null;
        Errno error = Errno.Interrupted;
        for (int attempt = 0; attempt < MostAttempts && error == Errno.Interrupted; attempt++)
        {
            error = kernel.ListTable(table, out content);
        }

        return content is null ? null
            : new PresentTable(table, [.. content.Chains], [.. content.Counters], [.. content.Maps.Select(map => new PresentMap(map.Kind, map.Name, IsEmpty(new FilterMap(table, map.Name))))]);
    }

    private bool IsEmpty(FilterMap map) => kernel.ListElements(map).FirstOrDefault().Elements is not { Count: > 0 };
}
