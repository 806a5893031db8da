using System;
using System.Net;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Relayd.Configuration;

/// <summary>A <c>redirect</c>: packets to its addresses go to a host of its table (R-REDIR-01 to -19).</summary>
internal sealed record Redirect
{
    /// <summary>From 1.</summary>
    public required int Id { get; init; }

    /// <summary>Its place in the pages of health and of counters, from 1, which stays over reloads; 0 until the parent gives one.</summary>
    public int Place { get; init; }

    /// <summary>At most 31 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>In order, at least one.</summary>
    public required Sequence<VirtualAddress> Listens { get; init; }

    public required TableUse Table { get; init; }

    /// <summary>Used while no host of <see cref="Table"/> is up; null for none.</summary>
    public TableUse? Backup { get; init; }

    /// <summary>The device towards the hosts of direct server return; null where destinations are translated.</summary>
    public string? RouteInterface { get; init; }

    /// <summary>Whether a client stays with its host.</summary>
    public bool IsSticky { get; init; }

    /// <summary>Networks whose clients hosts see under this machine's address, since their answers would not come back otherwise; addition (D-52).</summary>
    public Sequence<Prefix> Hairpin { get; init; }

    public bool IsDisabled { get; init; }

    /// <summary>A name for its packets, of at most 63 bytes, which is known by their mark; null for none.</summary>
    public string? PacketTag { get; init; }

    /// <summary>What <see cref="PacketTag"/> is in the mark of a packet; null where there is none.</summary>
    public PacketMark? Mark { get; init; }

    /// <summary>Whether rules of others are asked first what becomes of the packets (<c>match pftag</c>).</summary>
    public bool AsksOthers { get; init; }

    /// <summary>How long an established connection may be idle.</summary>
    public TimeSpan SessionTimeout { get; init; } = GlobalOptions.DefaultSessionTimeout;
}

/// <summary>Bits of the mark of packets, and their value.</summary>
/// <param name="Value">Within the mask, not 0.</param>
/// <param name="Mask">Which bits.</param>
internal readonly record struct PacketMark(uint Value, uint Mask)
{
    /// <summary>The bits of tags that have no number of their own.</summary>
    public const uint DefaultMask = 0xff00_0000;

    /// <summary>How many of these there can be.</summary>
    public const int MostNumbers = 255;

    /// <summary>The mark of such a tag.</summary>
    /// <param name="number">From 1.</param>
    public static PacketMark Numbered(int number) => new((uint)number << 24, DefaultMask);
}

/// <summary>Where the packets of a redirection are caught.</summary>
/// <param name="Address">Their destination.</param>
/// <param name="Protocol">A number of IANA's protocol registry.</param>
/// <param name="Ports">Their destination ports.</param>
/// <param name="Interface">The device that they come through; null for any.</param>
/// <param name="IsLogged">Whether the packet filter logs them.</param>
internal sealed record VirtualAddress(IPAddress Address, int Protocol, PortRange Ports, string? Interface, bool IsLogged);

/// <summary>Ports from one to another, both included.</summary>
/// <param name="First">0 to 65535.</param>
/// <param name="Last">0 to 65535; the same for a single port.</param>
internal readonly record struct PortRange(int First, int Last)
{
    public bool IsSingle => First == Last;
}
