using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
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

    // More clients than these blocks have are not forgotten with the change of the rules, but behind it.
    private const int BlocksOfChange = 4;

    private RelaydConfiguration _configuration = new();
    private readonly BoardReading _reading = new(board);
    private readonly ForgottenElements _forgotten = new(log, kernel);
    private HashTables _hashes = new(static _ => false);

    // What is there; null until it was put there once.
    private Ruleset? _ruleset;
    private Dictionary<int, Serving> _serving = [];

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
        if (!Change(next, serving))
        {
            return false;
        }

        Dictionary<int, Serving> last = _serving;
        (_ruleset, _serving) = (next, serving);
        _flows.UnionWith(next.FlowMaps);
        EndFlows(last);
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

        // Hosts may have come and gone while that was counted.
        Serving[] levelled = Levelled();
        if (levelled.Length == 0)
        {
            return;
        }

        LeftFlows flows = new();
        foreach (Serving now in levelled.Where(static now => now.Redirect.RouteInterface is null))
        {
            foreach (Host host in now.Hosts)
            {
                flows.AddHost(now.Redirect, now.Table!, host);
            }
        }

        foreach (AddressKind kind in flows.Kinds)
        {
            kernel.VisitFlows(kind, flow => _ = flows.Has(flow));
        }

        Dictionary<(int Redirect, int Host), int> shares = [];
        foreach (Serving now in levelled)
        {
            Share(now, opened.GetValueOrDefault(now.Redirect.Place), (host, map) => flows.CountOf(now.Redirect, host) + (map is null ? 0 : noted.GetValueOrDefault(map)?.GetValueOrDefault(ValueOf(host)) ?? 0), shares);
        }

        if (shares.Count != _shares.Count || shares.Any(pair => _shares.GetValueOrDefault(pair.Key, -1) != pair.Value))
        {
            _shares = shares;
            _ = Follow();
        }
    }

    private Serving[] Levelled() => [.. _serving.Values.Where(static now => now.Hosts.Count > 1 && ServingMode(now.Redirect) == ScheduleMode.LeastStates)];

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
    private bool Change(Ruleset next, Dictionary<int, Serving> serving)
    {
        string failure = "";
        if (_ruleset is { } before)
        {
            // Clients that have another host by now have the kernel refuse all of it; all are looked up again behind the change.
            string change = next.ChangeFrom(before);
            string forgotten = ForgottenClients(serving, next);
            bool isDone = change.Length + forgotten.Length == 0 || kernel.Run(change + forgotten, out failure);
            if (isDone || (forgotten.Length > 0 && (change.Length == 0 || kernel.Run(change, out failure))))
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

    // Says what changed, and ends what goes to hosts that are down; those that the operator takes out keep theirs.
    private void EndFlows(Dictionary<int, Serving> last)
    {
        LeftFlows left = new();
        foreach (Serving now in _serving.Values.Where(static now => now.Redirect.RouteInterface is null))
        {
            Serving? before = last.GetValueOrDefault(now.Redirect.Place);
            AddFlows(left, before, now);
            if (now.Table is not null && before?.Table is null)
            {
                left.AddUntranslated(now.Redirect);
            }
        }

        Forget(left);
        foreach (Serving now in _serving.Values.ToArray())
        {
            ForgetElements(last.GetValueOrDefault(now.Redirect.Place) ?? new Serving(now.Redirect, Table: null, []), now, left);
        }
    }

    private void Forget(LeftFlows left)
    {
        foreach (AddressKind kind in left.Kinds)
        {
            kernel.ForgetFlows(kind, left.Has);
        }
    }

    private void AddFlows(LeftFlows left, Serving? before, Serving now)
    {
        foreach (Host host in (before?.Without(now) ?? []).Where(host => board.State(host.Place) == HostState.Down))
        {
            left.AddHost(now.Redirect, before!.Table!, host);
        }
    }

    // What the kernel has noted down goes some at a time, and what changed is said behind that.
    private void ForgetElements(Serving before, Serving now, LeftFlows left)
    {
        FilterMap[] maps = now.Redirect.RouteInterface is not null ? MapsOfFlows(before, now) : MapsOfClients(before, now);
        int waiting = maps.Length;
        int killed = left.CountOf(now.Redirect);
        if (waiting == 0)
        {
            Say(before, now, killed);
        }

        foreach (FilterMap map in maps)
        {
            _forgotten.Add(map, value => IsForgotten(now, value), removed =>
            {
                killed += now.Redirect.RouteInterface is null ? 0 : removed;
                waiting--;
                if (waiting == 0)
                {
                    Say(before, now, killed + (now.Redirect.RouteInterface is null ? EndLate(before, now) : 0));
                }
            });
        }
    }

    // Clients that were not forgotten yet when the rules changed may have been sent to hosts that are down.
    private int EndLate(Serving before, Serving now)
    {
        LeftFlows left = new();
        AddFlows(left, before, now);
        Forget(left);
        return left.CountOf(now.Redirect);
    }

    // Where a host serves again what is noted down of it stays, also what was about to be forgotten.
    private bool IsForgotten(Serving then, FilterValue value)
    {
        Serving now = _serving.GetValueOrDefault(then.Redirect.Place) ?? then;
        return !now.Values.Contains(value) && (now.Redirect.RouteInterface is null || now.DownValues.Contains(value));
    }

    private FilterMap[] MapsOfFlows(Serving before, Serving now) =>
    [
        .. now.Down.Where(host => !before.Down.Any(other => other.Place == host.Place)).Select(host => FlowMap.Of(now.Redirect, RuleFamily.Of(host.Address))).Distinct()
            .Where(_flows.Contains).Select(static map => map.Map),
    ];

    // A map that is made anew, or taken away, remembers nobody.
    private FilterMap[] MapsOfClients(Serving before, Serving now) => now.Redirect.IsSticky && now.Table is not null && before.Without(now).Any()
        ? [.. StickyMapsOf(now.Redirect).Where(map => _ruleset!.Maps.ContainsKey(map.Name))]
        : [];

    private static IEnumerable<FilterMap> StickyMapsOf(Redirect redirect) =>
        from family in RuleFamily.All
        from ports in (PortUse[])[PortUse.Translated, PortUse.Kept]
        select new FilterMap(Ruleset.Table, RulesetPlan.StickyMapOf(redirect, family, ports));

    private void Say(Serving before, Serving now, int killed)
    {
        int added = now.Without(before).Count();
        int deleted = before.Without(now).Count();
        if (_configuration.Log.StateChanges && added + deleted > 0)
        {
            log.Info(FormattableString.Invariant($"table {now.Redirect.Name}: {added} added, {deleted} deleted, 0 changed, {killed} killed"));
        }
    }

    // Clients that are sent to hosts which serve no more choose anew, as commands. Those whose time ran out meanwhile are put there first, so that nothing is missing.
    private string ForgottenClients(Dictionary<int, Serving> serving, Ruleset next) => string.Concat(
        from now in serving.Values
        where now is { Redirect: { IsSticky: true, RouteInterface: null }, Table: not null } && _serving.GetValueOrDefault(now.Redirect.Place) is { } before && before.Without(now).Any()
        from map in StickyMapsOf(now.Redirect)
        where next.Maps.ContainsKey(map.Name) && _ruleset?.Maps.ContainsKey(map.Name) == true
        select Forgetting(map, now));

    // Nothing where there are too many to hold up the change.
    private string Forgetting(FilterMap map, Serving now)
    {
        ElementBlock[] blocks = [.. kernel.ListElements(map).Take(BlocksOfChange + 1)];
        FilterElement[] gone = [.. blocks.SelectMany(static block => block.Elements).Where(element => !now.Values.Contains(element.Value))];
        return blocks.Length > BlocksOfChange || gone.Length == 0 ? ""
            : $"add element {map.Table} {map.Name} {{ {string.Join(", ", gone.Select(static element => $"{Address(element.Key)} : {Address(element.Value)}"))} }}\n" +
                $"delete element {map.Table} {map.Name} {{ {string.Join(", ", gone.Select(static element => Address(element.Key)))} }}\n";
    }

    private static string Address(FilterValue value) => new IPAddress(value.ToArray()).ToString();

    private static FilterValue ValueOf(Host host) => FilterValue.Of(host.Address.GetAddressBytes());

    /// <summary>Who serves a redirection; no table where it is not in the rules.</summary>
    private sealed record Serving(Redirect Redirect, Table? Table, IReadOnlyList<Host> Hosts)
    {
        private readonly HashSet<int> _places = [.. Hosts.Select(static host => host.Place)];

        /// <summary>Those of its tables that are down.</summary>
        public IReadOnlyList<Host> Down
        {
            get;
            init
            {
                field = value;
                DownValues = [.. value.Select(ValueOf)];
            }
        } = [];

        /// <summary>Their addresses.</summary>
        public HashSet<FilterValue> DownValues { get; private init; } = [];

        /// <summary>The addresses of those who serve.</summary>
        public HashSet<FilterValue> Values { get; } = [.. Hosts.Select(ValueOf)];

        /// <summary>Where flows are noted down.</summary>
        public IEnumerable<FlowMap> FlowMaps => Hosts.Select(host => FlowMap.Of(Redirect, RuleFamily.Of(host.Address))).Distinct();

        /// <summary>Those that do not serve another time.</summary>
        public IEnumerable<Host> Without(Serving other) => Hosts.Where(host => !other._places.Contains(host.Place));
    }
}
