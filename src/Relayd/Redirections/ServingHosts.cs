using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Engine.Io;
using Sluice.Engine.Netfilter;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Redirections;

/// <summary>Who serves each redirection, and what becomes of flows and clients of hosts that serve no more.</summary>
/// <param name="board">Who is down.</param>
/// <param name="log">Where changes are said.</param>
/// <param name="kernel">What ends flows, and forgets.</param>
internal sealed class ServingHosts(HealthBoard board, Log log, FilterKernel kernel)
{
    private readonly ForgottenElements _forgotten = new(log, kernel);
    private IReadOnlyDictionary<int, Serving> _serving = new Dictionary<int, Serving>();
    private LogSettings _options = new();

    /// <summary>Who serves, by the place of the redirection.</summary>
    public IEnumerable<Serving> All => _serving.Values;

    /// <summary>Says what changed, and ends what goes to hosts that are down; those that the operator takes out keep theirs.</summary>
    /// <param name="next">Who serves from now on.</param>
    /// <param name="rules">Which are there since just now.</param>
    /// <param name="options">Whether it is to be said.</param>
    public void Follow(IReadOnlyDictionary<int, Serving> next, Ruleset rules, LogSettings options)
    {
        IReadOnlyDictionary<int, Serving> last = _serving;
        (_serving, _options) = (next, options);
        LeftFlows left = new(IsLeft);
        List<Departure> departures = [];
        foreach (Serving now in next.Values)
        {
            Serving before = last.GetValueOrDefault(now.Redirect.Place) ?? new Serving(now.Redirect, Table: null, []);
            departures.Add(new Departure(before, now));
            if (now.Redirect.RouteInterface is null)
            {
                AddFlows(left, before, now);
            }
        }

        foreach (Departure departure in departures)
        {
            ForgetElements(departure, rules);
        }

        kernel.Spawn(() => Forget(left, departures));
    }

    private async ValueTask Forget(LeftFlows left, List<Departure> departures)
    {
        foreach (AddressKind kind in left.Kinds)
        {
            await kernel.ForgetFlows(kind, left.Has);
        }

        foreach (Departure departure in departures)
        {
            Count(departure, left.CountOf(departure.Now.Redirect));
        }
    }

    private void AddFlows(LeftFlows left, Serving before, Serving now)
    {
        foreach (Host host in before.Without(now).Where(host => board.State(host.Place) == HostState.Down))
        {
            left.AddHost(now.Redirect, before.Table!, host);
        }

        if (now.Table is not null && before.Table is null)
        {
            left.AddUntranslated(now.Redirect);
        }
    }

    // A host that serves again has new flows, and datagrams pass where a redirection is not in the rules any more.
    private bool IsLeft(Redirect redirect, Host? host)
    {
        Serving? now = _serving.GetValueOrDefault(redirect.Place);
        return host is null ? now?.Table is not null : now?.Has(host) != true;
    }

    // What the kernel has noted down goes some at a time, as flows do.
    private void ForgetElements(Departure departure, Ruleset rules)
    {
        (Serving before, Serving now) = (departure.Before, departure.Now);
        bool areFlows = now.Redirect.RouteInterface is not null;
        FilterMap[] maps = [.. (areFlows ? MapsOfFlows(before, now) : MapsOfClients(before, now)).Where(rules.Has)];
        departure.Awaited += maps.Length;
        foreach (FilterMap map in maps)
        {
            _forgotten.Add(map, value => IsForgotten(now, value), removed => Count(departure, areFlows ? removed : 0));
        }
    }

    // What changed is said behind all that.
    private void Count(Departure departure, int killed)
    {
        departure.Killed += killed;
        departure.Awaited--;
        if (departure.Awaited == 0)
        {
            Say(departure.Before, departure.Now, departure.Killed);
        }
    }

    // Where a host serves again what is noted down of it stays, also what was about to be forgotten.
    private bool IsForgotten(Serving then, FilterValue value)
    {
        Serving now = _serving.GetValueOrDefault(then.Redirect.Place) ?? then;
        return !now.Values.Contains(value) && (now.Redirect.RouteInterface is null || now.DownValues.Contains(value));
    }

    private static IEnumerable<FilterMap> MapsOfFlows(Serving before, Serving now) => now.Down
        .Where(host => !before.Down.Any(other => other.Place == host.Place)).Select(host => FlowMap.Of(now.Redirect, RuleFamily.Of(host.Address))).Distinct()
        .Select(static map => map.Map);

    // A map that is made anew, or taken away, remembers nobody.
    private static IEnumerable<FilterMap> MapsOfClients(Serving before, Serving now) => now.Table is not null && before.Without(now).Any() ? now.StickyMaps : [];

    private void Say(Serving before, Serving now, int killed)
    {
        int added = now.Without(before).Count();
        int deleted = before.Without(now).Count();
        if (_options.StateChanges && added + deleted > 0)
        {
            log.Info(FormattableString.Invariant($"table {now.Redirect.Name}: {added} added, {deleted} deleted, 0 changed, {killed} killed"));
        }
    }

    /// <summary>What changes for a redirection.</summary>
    private sealed class Departure(Serving before, Serving now)
    {
        public Serving Before => before;

        public Serving Now => now;

        /// <summary>Flows, and maps, that are not looked through yet.</summary>
        public int Awaited { get; set; } = 1;

        /// <summary>Flows that were ended so far, and what is noted down of flows.</summary>
        public int Killed { get; set; }
    }
}
