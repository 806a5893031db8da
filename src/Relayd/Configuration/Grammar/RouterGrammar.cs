using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration.Grammar;

/// <summary>ROUTERS of relayd.conf(5) (R-ROUTER-01, R-ROUTER-02).</summary>
internal sealed class RouterGrammar(LoadState state)
{
    private readonly TokenReader _reader = state.Reader;

    /// <summary>"router" string "{" options "}"</summary>
    public void Router()
    {
        int errors = state.Diagnostics.Errors;
        _reader.ExpectKeyword("router");
        string name = Strings.Read(_reader, "the name of a router", Limits.SectionName, "router name truncated");
        if (state.Routers.Exists(other => string.Equals(other.Name, name, System.StringComparison.Ordinal)))
        {
            _reader.Error(_reader.Previous, $"router {name} defined twice", "Give it another name.");
        }

        List<NetworkRoute> routes = [];
        Router router = new() { Id = state.Routers.Count + 1, Name = name, Routes = [] };
        Blocks.Read(_reader, () => router = Option(router, routes));
        if (state.Diagnostics.Errors != errors)
        {
            return;
        }

        if (routes.Count == 0)
        {
            _reader.Error($"router {name} without routes", "Write: route 0.0.0.0/0");
            return;
        }

        WarnOfGateways(router, routes[0]);
        state.Routers.Add(router with { Routes = [.. routes] });
    }

    private Router Option(Router router, List<NetworkRoute> routes)
    {
        Token token = _reader.Peek();
        switch (token.Kind == TokenKind.Keyword ? token.Text : "")
        {
            case "include":
                RelaydGrammar.Include(_reader);
                return router;
            case "forward":
                return Forward(router);
            case "route":
                _ = _reader.Take();
                Route(router, routes);
                return router;
            case "rtable":
                _ = _reader.Take();
                return RoutingTable(router);
            case "rtlabel":
                _ = _reader.Take();
                return router with { Label = Strings.Read(_reader, "a label", Limits.RouteLabel, "route label truncated") };
            case "disable":
                _ = _reader.Take();
                return router with { IsDisabled = true };
            default:
                _reader.SyntaxError("A router takes: forward to, route, rtable, rtlabel, disable, include");
                return router;
        }
    }

    /// <summary>"forward" "to" table</summary>
    private Router Forward(Router router)
    {
        _reader.ExpectKeyword("forward");
        _reader.ExpectKeyword("to");
        TableUse? gateways = TableReferenceGrammar.Read(state, Table.NoPort, TableUser.Relay);
        if (router.Gateways is not null)
        {
            _reader.Error($"router {router.Name} table already specified", "Put all gateways into one table.");
        }

        return router with { Gateways = gateways };
    }

    private void Route(Router router, List<NetworkRoute> routes)
    {
        if (ListenGrammar.Prefix(_reader, state.Host) is not { } destination)
        {
            return;
        }

        if (routes.Count > 0 && !IsSameFamily(routes[0].Destination, destination))
        {
            _reader.Error($"router {router.Name} address family mismatch", "Write a router for IPv4 and another one for IPv6.");
            return;
        }

        routes.Add(new NetworkRoute(++state.RouteCount, destination));
    }

    private Router RoutingTable(Router router)
    {
        int number = (int)Numbers.Read(_reader, "A routing table", 0, int.MaxValue, "invalid rtable id {0}");
        if (router.RoutingTable != 0)
        {
            _reader.Error($"router {router.Name} rtable already specified", "A router has one routing table.");
        }

        return router with { RoutingTable = number };
    }

    private void WarnOfGateways(Router router, NetworkRoute route)
    {
        if (router.Gateways is not { } gateways)
        {
            _reader.Warning($"router {router.Name} has no gateways and does nothing", "Write: forward to <name> check icmp");
            return;
        }

        Table table = state.Tables.All[gateways.TableId - 1];
        if (table.Sources.Count > 0)
        {
            _reader.Error($"gateways of router {router.Name} are looked up", "Routes need gateways that stay: write their addresses.");
        }

        foreach (Host host in table.Hosts)
        {
            if (Addresses.IsVersion4(host.Address) != Addresses.IsVersion4(route.Destination.Address))
            {
                _reader.Warning($"router {router.Name} ignores gateway {host.Name}", "Its address is of another family than the routes.");
            }
        }
    }

    private static bool IsSameFamily(Prefix one, Prefix other) => Addresses.IsVersion4(one.Address) == Addresses.IsVersion4(other.Address);
}
