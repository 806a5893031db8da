using System;
using System.Collections.Generic;

using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>What TLS towards hosts goes by under one configuration; relays of one protocol share it.</summary>
internal sealed class HostConnectors
{
    private readonly Dictionary<int, TlsConnector> _all = [];

    /// <summary>That of a protocol.</summary>
    /// <exception cref="InvalidOperationException">It cannot be made: the parent has tried the same. Hosts are never spoken to without TLS instead.</exception>
    public TlsConnector Of(Protocol protocol)
    {
        if (!_all.TryGetValue(protocol.Id, out TlsConnector? connector))
        {
            connector = TlsConnector.Create(Settings(protocol.Tls), out string error) ?? throw new InvalidOperationException($"protocol {protocol.Name}: {error}");
            _all.Add(protocol.Id, connector);
        }

        return connector;
    }

    /// <summary>What is wrong with the options towards hosts, in words for the operator; null where nothing is.</summary>
    public static string? FindFault(RelayTls tls)
    {
        using TlsConnector? connector = TlsConnector.Create(Settings(tls), out string error);
        return connector is null ? error : null;
    }

    private static TlsConnectorSettings Settings(RelayTls tls) => new()
    {
        Protocols = tls.Spoken,
        Ciphers = TlsWords.Ciphers(tls.Ciphers),
        Groups = TlsWords.Groups(tls.Ecdhe),
        Servers = tls.HostAuthorities?.ForServers(),
    };
}
