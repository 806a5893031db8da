using System.Collections.Generic;

using Sluice.Configuration;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>What can be said only when all has been read (R-CONF-31 to -36).</summary>
internal static class WholeFileChecks
{
    /// <summary>Reports what is wrong with the file as a whole.</summary>
    /// <param name="state">A load without errors so far.</param>
    /// <param name="file">The file, without a line.</param>
    public static void Run(LoadState state, Position file)
    {
        if (state.Redirects.Count + state.Relays.Count + state.Routers.Count == 0)
        {
            state.Diagnostics.Error(file, "no actions, nothing to do", "Write a redirect, a relay or a router.");
        }

        if (state.Global.Timeout >= state.Global.Interval)
        {
            state.Diagnostics.Error(
                file,
                "global timeout exceeds interval",
                $"timeout, {state.Global.Timeout.TotalMilliseconds} milliseconds, must be less than interval, {state.Global.Interval.TotalSeconds} seconds.");
        }

        foreach (Table table in state.Tables.All)
        {
            if (table.Timeout >= state.Global.Interval)
            {
                state.Diagnostics.Error(
                    file,
                    $"table timeout exceeds interval: {table.Name}",
                    $"Its timeout, {table.Timeout.TotalMilliseconds} milliseconds, must be less than the global interval, {state.Global.Interval.TotalSeconds} seconds.");
            }
        }

        CheckParents(state, file);
        if (state.ProxyListener is { } listener && state.TrustedProxies.Count == 0)
        {
            state.Diagnostics.Warning(listener, "proxy-protocol without trusted-proxies", "Every connection to it is closed: name the proxy in trusted-proxies.");
        }

        foreach (ProtocolDraft protocol in state.Protocols)
        {
            if (protocol.Http.Forwarded && state.TrustedProxies.Count == 0)
            {
                state.Diagnostics.Warning(protocol.Position, "http forwarded without trusted-proxies", "X-Forwarded-For of nobody is believed: name the proxies in trusted-proxies.");
            }

            if (!protocol.IsUsed)
            {
                state.Diagnostics.Warning(protocol.Position, $"unused protocol: {protocol.Name}", $"Write into a relay: protocol \"{protocol.Name}\"");
            }
        }
    }

    private static void CheckParents(LoadState state, Position file)
    {
        Dictionary<int, Host> hosts = [];
        foreach (Table table in state.Tables.All)
        {
            foreach (Host host in table.Hosts)
            {
                hosts.Add(host.Id, host);
            }
        }

        foreach (Host host in hosts.Values)
        {
            if (host.ParentId != 0 && (host.ParentId == host.Id || !hosts.TryGetValue(host.ParentId, out Host? parent) || parent.ParentId != 0))
            {
                state.Diagnostics.Error(
                    file,
                    $"host parent id {host.ParentId} invalid",
                    $"{host.Name} needs another host for its parent, one that has none; hosts are counted from 1 over the tables in the order in which sections use them.");
            }
        }
    }
}
