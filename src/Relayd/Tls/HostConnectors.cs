using System;
using System.Collections.Generic;

using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Tls;

/// <summary>What TLS towards hosts goes by under one configuration; relays of one protocol share it.</summary>
/// <remarks>To read the authorities of a system keeps a loop from all else for tens of milliseconds, so what is the same in the next configuration is used on.</remarks>
/// <param name="former">Those of the configuration before; null for none.</param>
internal sealed class HostConnectors(HostConnectors? former)
{
    private readonly Dictionary<(int Protocol, bool Inspects), TlsConnector> _all = [];
    private readonly Dictionary<Way, TlsConnector> _ways = [];
    private HostConnectors? _former = former;

    /// <summary>That of the relays of a protocol that inspect, or of those that do not.</summary>
    /// <exception cref="InvalidOperationException">It cannot be made: the parent has tried the same. Hosts are never spoken to without TLS instead.</exception>
    public TlsConnector Of(Protocol protocol, Relay relay)
    {
        bool inspects = protocol.Inspects(relay);
        if (!_all.TryGetValue((protocol.Id, inspects), out TlsConnector? connector))
        {
            connector = Of(protocol, inspects ? Inspecting(protocol.Tls) : Settings(protocol.Tls));
            _all.Add((protocol.Id, inspects), connector);
        }

        return connector;
    }

    /// <summary>All of the configuration are there: those of the one before are let go, as far as they are not the same.</summary>
    public void Complete() => _former = null;

    /// <summary>What is wrong with the options towards hosts, in words for the operator; null where nothing is.</summary>
    public static string? FindFault(RelayTls tls)
    {
        using TlsConnector? connector = TlsConnector.Create(Settings(tls), out string error);
        using TlsConnector? inspecting = error.Length > 0 || tls.Inspecting is null ? null : TlsConnector.Create(Inspecting(tls), out error);
        return error.Length > 0 ? error : null;
    }

    private TlsConnector Of(Protocol protocol, TlsConnectorSettings settings)
    {
        Way way = Way.Of(settings);
        if (_ways.TryGetValue(way, out TlsConnector? connector))
        {
            return connector;
        }

        connector = _former?._ways.GetValueOrDefault(way)
            ?? TlsConnector.Create(settings, out string error)
            ?? throw new InvalidOperationException($"protocol {protocol.Name}: {error}");
        _ways.Add(way, connector);
        return connector;
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

    /// <summary>How connectors treat hosts: those of which it is equal are the same.</summary>
    /// <param name="Settings">All but who may have issued certificates.</param>
    /// <param name="Servers">A digest of that; empty where anybody may.</param>
    private sealed record Way(TlsConnectorSettings Settings, string Servers)
    {
        public static Way Of(TlsConnectorSettings settings) =>
            new(settings with { Servers = null }, settings.Servers is { } servers ? $"{Digest(servers.Authorities.Span)} {Digest(servers.RevocationLists.Span)}" : "");

        private static string Digest(ReadOnlySpan<byte> content)
        {
            using ContentDigest digest = new(DigestKind.Sha1);
            digest.Add(content);
            Span<byte> made = stackalloc byte[ContentDigest.MostBytes];
            return Convert.ToHexString(made[..digest.End(made)]);
        }
    }
}
