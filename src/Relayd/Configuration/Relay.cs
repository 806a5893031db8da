using System;
using System.Net;

using Sluice.Configuration;
using Sluice.Daemon.Keys;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// A relay on one address. A <c>relay</c> that listens on several is several of these, with all else in common (R-RELAY-03).
/// </summary>
internal sealed record Relay
{
    /// <summary>From 1.</summary>
    public required int Id { get; init; }

    /// <summary>Its place in the pages of counters, from 1, which stays over reloads; 0 until the parent gives one.</summary>
    public int Place { get; init; }

    /// <summary>At most 255 bytes; that of a further address is the first one's with id and port.</summary>
    public required string Name { get; init; }

    public required IPEndPoint Listen { get; init; }

    /// <summary>Certificates for clients that speak TLS, the default one first; none where clients do not.</summary>
    public Sequence<CertificateFiles> Certificates { get; init; }

    /// <summary>PEM text of those who issue the certificates that clients must have; null where none are asked for.</summary>
    public Authorities? ClientAuthorities { get; init; }

    /// <summary>
    /// Whether each connection begins with a PROXY header. It is believed where it comes from one of
    /// <see cref="RelaydConfiguration.TrustedProxies"/>; others are closed (D-31).
    /// </summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Id of the protocol; 0 for the built-in one.</summary>
    public int ProtocolId { get; init; }

    public bool IsDisabled { get; init; }

    /// <summary>How long a session may be idle.</summary>
    public TimeSpan SessionTimeout { get; init; } = GlobalOptions.DefaultSessionTimeout;

    /// <summary>Whether the sessions to a host that goes down are closed; otherwise they go on as long as they can.</summary>
    public bool ClosesOnHostDown { get; init; }

    public required Forwarding Forward { get; init; }

    /// <summary>Whether clients must speak TLS.</summary>
    public bool Tls => Certificates.Count > 0;
}

/// <summary>Where the sessions of a relay go to (R-RELAY-16 to -22).</summary>
internal sealed record Forwarding
{
    /// <summary>Asked first, where it is not <see cref="Lookup.None"/>.</summary>
    public Lookup Lookup { get; init; }

    /// <summary>Then the first that has no check or a host that is up.</summary>
    public Sequence<TableUse> Tables { get; init; }

    /// <summary>Then this; null for none.</summary>
    public IPEndPoint? Address { get; init; }

    /// <summary>The name that this was written as, which TLS knows it by (D-43); null where it was an address, or where there is none.</summary>
    public string? HostName { get; init; }

    /// <summary>Further attempts to connect where no table was chosen.</summary>
    public int Retry { get; init; }

    /// <summary>Whether hosts see the client's address.</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Whether hosts are spoken to in TLS.</summary>
    public bool Tls { get; init; }

    public Translation Translation { get; init; } = Translation.None;

    /// <summary>Version of the PROXY header that hosts are sent, 1 or 2; 0 for none.</summary>
    public int ProxyProtocol { get; init; }
}

/// <summary>How the destination of a connection becomes its target.</summary>
internal enum Lookup
{
    None,

    /// <summary>The address that the client connected to.</summary>
    Destination,

    /// <summary>The one that it was before the packet filter changed it.</summary>
    Nat,
}

/// <summary>Translation of a target into the other family of addresses (R-RELAY-10).</summary>
/// <param name="Family">The family of connections to hosts.</param>
/// <param name="Prefix">For IPv6, what stands before the four bytes of the address of IPv4.</param>
internal sealed record Translation(TargetFamily Family, IPAddress? Prefix = null)
{
    public static Translation None { get; } = new(TargetFamily.Same);
}

/// <summary>The family of connections to hosts.</summary>
internal enum TargetFamily
{
    /// <summary>That of the target.</summary>
    Same,
    Inet,
    Inet6,
}
