using System;
using System.Collections.Generic;
using System.Net;

using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>
/// What holds between servers: no name twice on an address, and one kind of TLS on each. An earlier wildcard covers every
/// later address of its family and port; an earlier address does not cover a later wildcard (H-SRV-06, H-CONF-38).
/// </summary>
internal sealed class ServerChecks
{
    private readonly HashSet<(string Name, IPEndPoint Listen)> _names = [];
    private readonly Dictionary<IPEndPoint, (int Order, ServerDraft Server, bool Tls, bool Proxied)> _listens = [];

    /// <summary>Checks a complete block and remembers it; false where the server is dropped.</summary>
    public bool Accept(ServerDraft server, LoadState state)
    {
        if (server.Listens.Count == 0)
        {
            Error(state, "listen address not specified", "Write listen on ... port ... into the block.");
            return false;
        }

        int errors = state.Diagnostics.Errors;
        CheckNames(server, state);
        CheckTls(server, state);
        if (server.HasTls && state.Diagnostics.Errors == errors)
        {
            ServerFiles.Read(server, state);
        }

        foreach (ListenAddress listen in server.Listens)
        {
            _ = _listens.TryAdd(listen.EndPoint, (_listens.Count, server, listen.Tls, listen.ProxyProtocol));
        }

        return state.Diagnostics.Errors == errors && server.Listens.Count > 0;
    }

    /// <summary>The path of a location that an earlier one of the server has already; null for none.</summary>
    public static string? FindTwice(ServerDraft server, LocationDraft location) =>
        location.Paths.Find(path => !server.LocationKeys.Add((path, location.Existence, location.From)));

    private void CheckNames(ServerDraft server, LoadState state)
    {
        foreach (ListenAddress listen in server.Listens)
        {
            CheckName(server.Name, listen, state);
            foreach (ServerName alias in server.Aliases)
            {
                CheckName(alias, listen, state);
            }
        }
    }

    private void CheckName(ServerName name, ListenAddress listen, LoadState state)
    {
        bool isCovered = _names.Contains((name.Text, Wildcard(listen.EndPoint)));
        if (isCovered || !_names.Add((name.Text, listen.EndPoint)))
        {
            Error(state, $"server \"{name.Text}\" defined twice", $"Another server, alias or listen line above has this name on {listen.EndPoint} already.");
        }
    }

    private void CheckTls(ServerDraft server, LoadState state)
    {
        if (server.HasTls && server.Tls.Protocols == TlsProtocols.None)
        {
            Error(state, $"server \"{server.Name.Text}\": no tls protocols", "tls protocols leaves none of tlsv1.2 and tlsv1.3.");
        }

        foreach (ListenAddress listen in server.Listens)
        {
            if (FindEarlier(listen.EndPoint) is not { } earlier)
            {
                continue;
            }

            if (earlier.Proxied != listen.ProxyProtocol)
            {
                Error(state, $"server \"{server.Name.Text}\": proxy-protocol and none on same address/port", $"On {listen.EndPoint} either all connections begin with a PROXY header or none.");
            }

            if (earlier.Tls != listen.Tls)
            {
                Error(state, $"server \"{server.Name.Text}\": tls and non-tls on same address/port", $"On {listen.EndPoint} either all servers speak tls or none.");
            }
            else if (listen.Tls && !Agree(earlier.Server.Tls, server.Tls))
            {
                Error(
                    state,
                    $"server \"{server.Name.Text}\": tls configuration mismatch on same address/port",
                    $"Server \"{earlier.Server.Name.Text}\" listens there too: protocols, ciphers, dhe, ecdhe, ticket and client must be equal in both.");
            }
        }
    }

    /// <summary>The first server whose listener takes this address.</summary>
    private (int Order, ServerDraft Server, bool Tls, bool Proxied)? FindEarlier(IPEndPoint listen)
    {
        bool isKnown = _listens.TryGetValue(listen, out (int Order, ServerDraft Server, bool Tls, bool Proxied) exact);
        bool isCovered = _listens.TryGetValue(Wildcard(listen), out (int Order, ServerDraft Server, bool Tls, bool Proxied) wildcard);
        bool isWildcardFirst = isCovered && (!isKnown || wildcard.Order < exact.Order);
        return isWildcardFirst ? wildcard : isKnown ? exact : null;
    }

    private static bool Agree(ServerTls one, ServerTls other) =>
        one.Protocols == other.Protocols
        && string.Equals(one.Ciphers, other.Ciphers, StringComparison.Ordinal)
        && string.Equals(one.Dhe, other.Dhe, StringComparison.Ordinal)
        && string.Equals(one.Ecdhe, other.Ecdhe, StringComparison.Ordinal)
        && one.TicketLifetime == other.TicketLifetime
        && (one.Client is null) == (other.Client is null)
        && one.Client?.Optional == other.Client?.Optional;

    private static IPEndPoint Wildcard(IPEndPoint listen) =>
        new(Addresses.IsVersion4(listen.Address) ? IPAddress.Any : IPAddress.IPv6Any, listen.Port);

    private static void Error(LoadState state, string message, string remedy) =>
        state.Diagnostics.Error(state.Reader.Here, message, remedy);
}
