using System;
using System.Collections.Generic;
using System.Linq;

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
        LeftFlows left = new();
        foreach (Serving now in next.Values.Where(static now => now.Redirect.RouteInterface is null))
        {
            Serving? before = last.GetValueOrDefault(now.Redirect.Place);
            AddFlows(left, before, now);
            if (now.Table is not null && before?.Table is null)
            {
                left.AddUntranslated(now.Redirect);
            }
        }

        Forget(left);
        foreach (Serving now in next.Values)
        {
            ForgetElements(last.GetValueOrDefault(now.Redirect.Place) ?? new Serving(now.Redirect, Table: null, []), now, left, rules);
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
    private void ForgetElements(Serving before, Serving now, LeftFlows left, Ruleset rules)
    {
        FilterMap[] maps = [.. (now.Redirect.RouteInterface is not null ? MapsOfFlows(before, now) : MapsOfClients(before, now)).Where(rules.Has)];
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
                    Say(before, now, killed);
                }
            });
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
}
