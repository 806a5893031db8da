using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Logging;
using Sluice.Engine.Io;
using Sluice.Engine.Netfilter;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Redirections;

/// <summary>Runs commands of nft(8) in one transaction.</summary>
/// <returns>False where nothing was done; then the text says why, and otherwise it is what was listed.</returns>
internal delegate bool RunCommands(string commands, out string said);

/// <summary>Has the kernel forget flows.</summary>
internal delegate void ForgetFlows(AddressKind kind, Func<TrackedFlow, bool> isMeant);

/// <summary>Looks at the flows of a family.</summary>
internal delegate void VisitFlows(AddressKind kind, Action<TrackedFlow> seen);

/// <summary>Looks at the counters of our tables: name and packets.</summary>
/// <returns>Whether all were seen.</returns>
internal delegate bool VisitCounters(Action<string, long> seen);

/// <summary>The rules that are in the packet filter, and how they follow the configuration and the board.</summary>
/// <param name="board">Who is up.</param>
/// <param name="log">Where changes are said.</param>
/// <param name="run">Changes the packet filter.</param>
/// <param name="forget">Ends flows.</param>
/// <param name="visit">Looks at flows.</param>
/// <param name="visitCounters">Looks at counters.</param>
internal sealed class RunningRules(HealthBoard board, Log log, RunCommands run, ForgetFlows forget, VisitFlows visit, VisitCounters visitCounters)
{
    // One that is refused met a flow that changed its host meanwhile.
    private const int MostAttempts = 5;

    private RelaydConfiguration _configuration = new();
    private readonly BoardReading _reading = new(board);
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
    public bool AwaitsChecks => UsesOf(_configuration).Select(_configuration.TableOf).SelectMany(static table => table.Hosts)
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

        ForgetClients(last, serving, next);
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
    public void Renew() => _ = _ruleset is not null && run(Lease.Renewed(_ruleset.Tables), out _);

    /// <summary>Counts the flows of hosts where those with fewest get the next ones, and shares these out anew (R-SCHED-03).</summary>
    /// <param name="opened">How many flows each redirection has begun since the last time, by its place.</param>
    public void Level(IReadOnlyDictionary<int, long> opened)
    {
        Serving[] levelled = [.. _serving.Values.Where(now => now.Hosts.Count > 1 && ServingMode(now.Redirect) == ScheduleMode.LeastStates)];
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
            visit(kind, flow => _ = flows.Has(flow));
        }

        Dictionary<(int Redirect, int Host), int> shares = [];
        foreach (Serving now in levelled)
        {
            Share(now, opened.GetValueOrDefault(now.Redirect.Place), flows, shares);
        }

        if (shares.Count != _shares.Count || shares.Any(pair => _shares.GetValueOrDefault(pair.Key, -1) != pair.Value))
        {
            _shares = shares;
            _ = Follow();
        }
    }

    // Each family has slots of its own.
    private void Share(Serving now, long opened, LeftFlows flows, Dictionary<(int Redirect, int Host), int> shares)
    {
        foreach (IGrouping<RuleFamily, Host> family in now.Hosts.GroupBy(static host => RuleFamily.Of(host.Address)))
        {
            Host[] hosts = [.. family];
            Dictionary<string, int> noted = now.Redirect.RouteInterface is null ? [] : NotedDown(FlowMap.Of(now.Redirect, family.Key));
            int[] slots = StateLevels.Shares(
                [.. hosts.Select(host => ((long)flows.CountOf(now.Redirect, host) + noted.GetValueOrDefault(NftText.Address(host.Address)), host.Weight))], long.Max(opened, hosts.Length));
            for (int i = 0; i < hosts.Length; i++)
            {
                shares[(now.Redirect.Place, hosts[i].Place)] = slots[i];
            }
        }
    }

    private Dictionary<string, int> NotedDown(FlowMap map) => run($"list map {map.Family.RoutingTable} {map.Name}\n", out string listing)
        ? FilterListing.Elements(listing).CountBy(static element => element.Value, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal)
        : [];

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
        if (!run(idle.Reconciliation(_present), out _) && !run(idle.Replacement(), out string failure))
        {
            log.Error($"the rules of redirections stay: {failure.Trim()}");
        }
    }

    /// <summary>How many flows each redirection has begun since its rules are there, by its place.</summary>
    public IEnumerable<(int Place, long Flows)> Counts()
    {
        // A redirection may have counters of one name in several tables.
        Dictionary<string, long> counters = new(StringComparer.Ordinal);
        if (_configuration.Redirects.Count == 0 || _ruleset is null || !visitCounters((name, packets) => counters[name] = counters.GetValueOrDefault(name) + packets))
        {
            return [];
        }

        return _configuration.Redirects
            .Where(redirect => counters.ContainsKey(RulesetPlan.CounterOf(redirect)))
            .Select(redirect => (redirect.Place, counters[RulesetPlan.CounterOf(redirect)]));
    }

    private static IEnumerable<TableUse> UsesOf(RelaydConfiguration configuration) =>
        configuration.Redirects.SelectMany(static redirect => redirect.Backup is { } backup ? (TableUse[])[redirect.Table, backup] : [redirect.Table]);

    private bool IsDisabled(Redirect redirect) => _reading.IsWithdrawn(redirect.Place);

    private Serving ServingOf(RulesetPlan plan, Redirect redirect)
    {
        Table? table = plan.ServingUse(redirect) is { } use ? _configuration.TableOf(use) : null;
        return new Serving(redirect, table, table is null ? [] : [.. table.Hosts.Where(host => _reading.MayServe(host.Place))]);
    }

    // What does not fit to what was there is made anew: then somebody else has changed it.
    private bool Change(Ruleset next, Dictionary<int, Serving> serving)
    {
        string failure = "";
        if (_ruleset is { } before)
        {
            // Clients that have another host by now have the kernel refuse all of it; they are looked up again behind the change.
            string change = next.ChangeFrom(before);
            string forgotten = ForgottenClients(_serving, serving, next);
            bool isDone = change.Length + forgotten.Length == 0 || run(change + forgotten, out failure);
            if (isDone || (forgotten.Length > 0 && (change.Length == 0 || run(change, out failure))))
            {
                return true;
            }
        }

        if (failure.Length > 0)
        {
            LookAround();
        }

        if (!run(next.Reconciliation(_present), out _) && !run(next.Replacement(), out string reason))
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
            if (run($"list table {family.RoutingTable}\n", out string listing))
            {
                PresentTable present = FilterListing.Present(family.RoutingTable, listing);
                _present.Add(present);
                _flows.UnionWith(present.Maps.Where(static map => !map.IsEmpty).Select(map => FlowMap.Of(map.Name, family)).OfType<FlowMap>());
            }
        }
    }

    // Says what changed, and ends what goes to hosts that are down; those that the operator takes out keep theirs.
    private void EndFlows(Dictionary<int, Serving> last)
    {
        LeftFlows left = new();
        foreach (Serving now in _serving.Values)
        {
            Serving? before = last.GetValueOrDefault(now.Redirect.Place);
            Host[] gone = [.. (before?.Without(now) ?? []).Where(host => board.State(host.Place) == HostState.Down)];
            if (now.Redirect.RouteInterface is not null)
            {
                left.Count(now.Redirect, ForgetRouted(now.Redirect, gone));
                continue;
            }

            foreach (Host host in gone)
            {
                left.AddHost(now.Redirect, before!.Table!, host);
            }

            if (now.Table is not null && before?.Table is null)
            {
                left.AddUntranslated(now.Redirect);
            }
        }

        foreach (AddressKind kind in left.Kinds)
        {
            forget(kind, left.Has);
        }

        if (_configuration.Log.StateChanges)
        {
            Say(last, left);
        }
    }

    // What was noted down of flows to hosts that are down; how many there were.
    private int ForgetRouted(Redirect redirect, Host[] gone)
    {
        int count = 0;
        foreach (IGrouping<RuleFamily, string> hosts in gone.GroupBy(static host => RuleFamily.Of(host.Address), static host => NftText.Address(host.Address)))
        {
            FlowMap map = FlowMap.Of(redirect, hosts.Key);
            for (int attempt = 0; attempt < MostAttempts && _flows.Contains(map) && run($"list map {map.Family.RoutingTable} {map.Name}\n", out string listing); attempt++)
            {
                string[] flows = [.. FilterListing.Elements(listing).Where(element => hosts.Contains(element.Value, StringComparer.Ordinal)).Select(static element => $"{element.Key} : {element.Value}")];
                if (flows.Length == 0 || run(map.Removal(flows), out _))
                {
                    count += flows.Length;
                    break;
                }
            }
        }

        return count;
    }

    private void Say(Dictionary<int, Serving> last, LeftFlows left)
    {
        foreach (Serving now in _serving.Values)
        {
            Serving before = last.GetValueOrDefault(now.Redirect.Place) ?? new Serving(now.Redirect, Table: null, []);
            int added = now.Without(before).Count();
            int deleted = before.Without(now).Count();
            if (added + deleted > 0)
            {
                log.Info(FormattableString.Invariant($"table {now.Redirect.Name}: {added} added, {deleted} deleted, 0 changed, {left.CountOf(now.Redirect)} killed"));
            }
        }
    }

    // Some may have been sent to a host that serves no more while its clients were looked up.
    private void ForgetClients(Dictionary<int, Serving> last, Dictionary<int, Serving> serving, Ruleset next)
    {
        bool isDone = false;
        for (int attempt = 0; attempt < MostAttempts && !isDone; attempt++)
        {
            string commands = ForgottenClients(last, serving, next);
            isDone = commands.Length == 0 || run(commands, out _);
        }
    }

    // Clients that are sent to hosts which serve no more choose anew, as commands. Those whose time ran out meanwhile are put there first, so that nothing is missing.
    private string ForgottenClients(Dictionary<int, Serving> last, Dictionary<int, Serving> serving, Ruleset next) => string.Concat(
        from now in serving.Values
        where now.Redirect is { IsSticky: true, RouteInterface: null } && last.GetValueOrDefault(now.Redirect.Place) is { } before && before.Without(now).Any()
        from command in Forgetting(now, next)
        select command);

    private IEnumerable<string> Forgetting(Serving now, Ruleset next)
    {
        foreach (RuleFamily family in RuleFamily.All)
        {
            foreach (PortUse ports in (PortUse[])[PortUse.Translated, PortUse.Kept])
            {
                string map = RulesetPlan.StickyMapOf(now.Redirect, family, ports);
                bool stays = next.Maps.ContainsKey(map) && _ruleset?.Maps.ContainsKey(map) == true;
                if (!stays || now.Table is null || !run($"list map {Ruleset.Table} {map}\n", out string listing))
                {
                    continue;
                }

                HashSet<string> kept = [.. now.Hosts.Select(static host => NftText.Address(host.Address))];
                KeyValuePair<string, string>[] gone = [.. FilterListing.Elements(listing).Where(element => !kept.Contains(element.Value))];
                if (gone.Length > 0)
                {
                    yield return $"add element {Ruleset.Table} {map} {{ {string.Join(", ", gone.Select(static element => $"{element.Key} : {element.Value}"))} }}\n" +
                        $"delete element {Ruleset.Table} {map} {{ {string.Join(", ", gone.Select(static element => element.Key))} }}\n";
                }
            }
        }
    }

    /// <summary>Who serves a redirection; no table where it is not in the rules.</summary>
    private sealed record Serving(Redirect Redirect, Table? Table, IReadOnlyList<Host> Hosts)
    {
        private readonly HashSet<int> _places = [.. Hosts.Select(static host => host.Place)];

        /// <summary>Those that do not serve another time.</summary>
        public IEnumerable<Host> Without(Serving other) => Hosts.Where(host => !other._places.Contains(host.Place));
    }
}
