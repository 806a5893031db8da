using System;
using System.Collections.Generic;
using System.Net;

namespace Sluice.Daemon.Names;

/// <summary>What kind of thing says which hosts there are.</summary>
public enum HostSourceKind
{
    /// <summary>A name that is looked up once, while a configuration is read.</summary>
    Once,

    /// <summary>A name whose addresses may become others.</summary>
    Name,

    /// <summary>The name of SRV records, which have targets, ports and weights (RFC 2782).</summary>
    Service,

    /// <summary>A file, as <see cref="HostFile"/> reads it.</summary>
    File,
}

/// <summary>What says which hosts there are.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">A name, or an absolute path; one character for each byte.</param>
public sealed record HostSource(HostSourceKind Kind, string Text);

/// <summary>A host that was found.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">1 to 65535; 0 where the source knows none.</param>
/// <param name="Weight">1 to 255; 0 where the source knows none.</param>
/// <param name="Name">The name that the address is of; null where the source has only addresses.</param>
public sealed record FoundHost(IPAddress Address, int Port, int Weight, string? Name)
{
    /// <summary>Whether an address can be one host's. 0.0.0.0, by which some name servers say that a name is blocked, would be this machine.</summary>
    internal static bool CanBe(IPAddress address) =>
        !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.IsIPv6Multicast && address.GetAddressBytes() is not [>= FirstMulticast, _, _, _];

    /// <summary>The heaviest.</summary>
    internal const int MostWeight = 255;

    // RFC 5771; what lies above is reserved, or the broadcast address.
    private const byte FirstMulticast = 224;
}

/// <summary>What a source said.</summary>
/// <param name="Source">Which.</param>
/// <param name="Hosts">Each once, at most <see cref="Most"/>, in an order that depends on nothing but them; empty where there is a failure.</param>
/// <param name="Lifetime">After which it is to be asked again.</param>
/// <param name="Failure">Why there are no hosts, for the operator; empty where there are.</param>
public sealed record HostAnswer(HostSource Source, IReadOnlyList<FoundHost> Hosts, TimeSpan Lifetime, string Failure)
{
    /// <summary>No source has more hosts that anybody looks at.</summary>
    public const int Most = 1024;

    /// <summary>A source that has none, and may have some soon.</summary>
    internal static HostAnswer None(HostSource source, string failure) => new(source, [], HostFinder.AfterFailure, failure);
}
