using System;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Daemon.Names;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// A table as a section uses it: the hosts of a <c>table</c> of the file, with a port and a check. Sections that ask for the same share
/// one (R-TABLE-05).
/// </summary>
internal sealed record Table
{
    /// <summary>From 1.</summary>
    public required int Id { get; init; }

    /// <summary>Its place in the pages of health, from 1, which stays over reloads; 0 until the parent gives one.</summary>
    public int Place { get; init; }

    /// <summary>The name behind <c>table</c>, which rules name.</summary>
    public required string Definition { get; init; }

    /// <summary>Port of the hosts, 1 to 65535; <see cref="NoPort"/> for gateways.</summary>
    public required int Port { get; init; }

    /// <summary>Whether the section wrote the port; otherwise it is the listener's.</summary>
    public bool HasOwnPort { get; init; }

    /// <summary>Whether it starts disabled.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>How its hosts are checked; null where all count as up.</summary>
    public Check? Check { get; init; }

    /// <summary>What certificates of its hosts are verified with when these are checked: as by the first relay that speaks TLS to them. Null where none verifies them.</summary>
    public Authorities? Authorities { get; init; }

    /// <summary>What a check may take, all of its steps together.</summary>
    public TimeSpan Timeout { get; init; } = GlobalOptions.DefaultTimeout;

    /// <summary>Checked in every so manieth round, from 1.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>The group that is demoted while no host is up, as <see cref="IsGroup"/> says; null for none.</summary>
    public string? DemotionGroup { get; init; }

    /// <summary>In the order of the file, then those of <see cref="Sources"/>; duplicates are kept. At least one, but for sources that have said nothing yet.</summary>
    public required Sequence<Host> Hosts { get; init; }

    /// <summary>What it takes further hosts from while it is in use; known to the parent alone.</summary>
    public Sequence<TableSource> Sources { get; init; }

    /// <summary>How relayctl(8) shows it.</summary>
    public string Name => $"{Definition}:{Port}";

    /// <summary>Where one of its hosts is connected to.</summary>
    public int PortOf(Host host) => host.Port == 0 ? Port : host.Port;

    /// <summary>Whether that is the name of a group: it becomes part of a file's name.</summary>
    public static bool IsGroup(string name) => name.Length > 0 && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>The port of gateways that have none (R-TABLE-06).</summary>
    public const int NoPort = 65535;
}

/// <summary>A host of a table.</summary>
internal sealed record Host
{
    /// <summary>From 1, over all tables; 0 in the definition of a table.</summary>
    public int Id { get; init; }

    /// <summary>Its place in the pages of health, from 1, which stays over reloads; 0 until the parent gives one.</summary>
    public int Place { get; init; }

    /// <summary>As it was written; of one that a source said, the address, with its port where it has one of its own.</summary>
    public required string Name { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>A port of its own, from 1; 0 for the table's.</summary>
    public int Port { get; init; }

    /// <summary>Which source of its table said it, from 1; 0 where it stands in the file.</summary>
    public int SourceId { get; init; }

    /// <summary>The name of which a source said the address; null for none.</summary>
    public string? KnownAs { get; init; }

    /// <summary>The name that TLS knows it by; null where it was written as an address (D-43).</summary>
    public string? HostName => SourceId > 0 ? KnownAs : IPAddress.TryParse(Name, out _) ? null : Name;

    /// <summary>How many shares of the work it has beside the others, 1 to 255 (D-51).</summary>
    public int Weight { get; init; } = 1;

    /// <summary>So many requests that fail one after the other mark it down, until a check succeeds; 0: however many fail.</summary>
    public int Failures { get; init; }

    /// <summary>Failed checks that are tolerated, and further attempts to connect.</summary>
    public int Retry { get; init; }

    /// <summary>Id of the host whose state it shares; 0 for none.</summary>
    public int ParentId { get; init; }

    /// <summary>Priority of a gateway's route, 0 to 63; null for the system's.</summary>
    public int? Priority { get; init; }

    /// <summary>The same, and the usual one where it has none: 8, which OpenBSD gives to static routes. The lowest wins.</summary>
    public int RoutePriority => Priority is > 0 and int priority ? priority : UsualPriority;

    private const int UsualPriority = 8;

    /// <summary>Hop limit of check packets, 1 to 255; null for the system's.</summary>
    public byte? Ttl { get; init; }
}

/// <summary>What a table takes hosts from while it is in use.</summary>
/// <param name="Source">What is looked at.</param>
/// <param name="Template">The options of all hosts that it says; name and address are of no meaning.</param>
internal sealed record TableSource(HostSource Source, Host Template);
