using System;
using System.Collections.Generic;

using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>What TLS towards hosts goes by under one configuration; relays of one protocol share it.</summary>
internal sealed class HostConnectors
{
    private readonly Dictionary<(int Protocol, bool Inspects), TlsConnector> _all = [];

    /// <summary>That of the relays of a protocol that inspect, or of those that do not.</summary>
    /// <exception cref="InvalidOperationException">It cannot be made: the parent has tried the same. Hosts are never spoken to without TLS instead.</exception>
    public TlsConnector Of(Protocol protocol, Relay relay)
    {
        bool inspects = protocol.Inspects(relay);
        if (!_all.TryGetValue((protocol.Id, inspects), out TlsConnector? connector))
        {
            connector = TlsConnector.Create(inspects ? Inspecting(protocol.Tls) : Settings(protocol.Tls), out string error)
                ?? throw new InvalidOperationException($"protocol {protocol.Name}: {error}");
            _all.Add((protocol.Id, inspects), connector);
        }

        return connector;
    }

    /// <summary>What is wrong with the options towards hosts, in words for the operator; null where nothing is.</summary>
    public static string? FindFault(RelayTls tls)
    {
        using TlsConnector? connector = TlsConnector.Create(Settings(tls), out string error);
        using TlsConnector? inspecting = error.Length > 0 || tls.Inspecting is null ? null : TlsConnector.Create(Inspecting(tls), out error);
        return error.Length > 0 ? error : null;
    }

    // What a client is shown must be true now: no session stands in for a proof.
    private static TlsConnectorSettings Inspecting(RelayTls tls) => Settings(tls) with
    {
        Servers = tls.Inspecting!.Hosts.ForServers(),
        Unproven = tls.InspectsInvalid ? UnprovenServer.Told : UnprovenServer.Refused,
        Whole = WholeHandshakes.All,
    };

    private static TlsConnectorSettings Settings(RelayTls tls) => new()
    {
        Protocols = tls.Spoken,
        Ciphers = TlsWords.Ciphers(tls.Ciphers),
        Groups = TlsWords.Groups(tls.Ecdhe),
        Servers = tls.HostAuthorities?.ForServers(),
    };
}
