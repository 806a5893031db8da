using System;
using System.Net;
using System.Runtime.InteropServices;

using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>How a redirection is (R-REDIR-17).</summary>
public enum RedirectStatus
{
    /// <summary>Its packets go to a host of its table.</summary>
    Active,

    /// <summary>They go to its backup table.</summary>
    Backup,

    /// <summary>No host is up.</summary>
    Down,

    /// <summary>The operator, or the configuration, took it out of service.</summary>
    Disabled,
}

/// <summary>Whether a relay or router is in service.</summary>
public enum SectionStatus
{
    /// <summary>It is.</summary>
    Active,

    /// <summary>The configuration says that it is not.</summary>
    Disabled,
}

/// <summary>How many sessions began in a minute, an hour and a day.</summary>
/// <param name="Minute">In a minute.</param>
/// <param name="Hour">In an hour.</param>
/// <param name="Day">In a day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SessionRates(long Minute, long Hour, long Day)
{
    internal static SessionRates Read(ref WireReader reader) =>
        new(reader.Number(0, long.MaxValue), reader.Number(0, long.MaxValue), reader.Number(0, long.MaxValue));

    internal void Write(WireWriter writer)
    {
        writer.Number(Minute);
        writer.Number(Hour);
        writer.Number(Day);
    }
}

/// <summary>How many sessions a redirection or relay had (R-RELAY-60).</summary>
/// <param name="Total">All.</param>
/// <param name="Open">How many are open now.</param>
/// <param name="Last">In the last whole minute, and since the current hour and day of the daemon's life began.</param>
/// <param name="Average">The same, each time averaged with the average before it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SessionCounts(long Total, long Open, SessionRates Last, SessionRates Average)
{
    internal static SessionCounts Read(ref WireReader reader) =>
        new(reader.Number(0, long.MaxValue), reader.Number(0, long.MaxValue), SessionRates.Read(ref reader), SessionRates.Read(ref reader));

    internal void Write(WireWriter writer)
    {
        writer.Number(Total);
        writer.Number(Open);
        Last.Write(writer);
        Average.Write(writer);
    }
}

/// <summary>A redirection.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Name">As characters of Latin-1, as all names.</param>
/// <param name="Status">How it is.</param>
/// <param name="Sessions">How many it had.</param>
public sealed record RedirectRow(int Id, string Name, RedirectStatus Status, SessionCounts Sessions) : Reply(ReplyType.Redirect)
{
    internal static RedirectRow ReadFields(ref WireReader reader) =>
        new(reader.Number(), reader.Latin1(), (RedirectStatus)reader.Small((int)RedirectStatus.Disabled), SessionCounts.Read(ref reader));

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Id);
        writer.Latin1(Name);
        writer.Small((int)Status);
        Sessions.Write(writer);
    }
}

/// <summary>A relay.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">Whether it is in service.</param>
/// <param name="Sessions">How many it had, in all processes together.</param>
public sealed record RelayRow(int Id, string Name, SectionStatus Status, SessionCounts Sessions) : Reply(ReplyType.Relay)
{
    /// <summary>When the first of its certificates expires; null where clients speak no TLS.</summary>
    public DateTimeOffset? CertificateEnd { get; init; }

    /// <summary>How many datagrams it dropped that were no queries, or answers to none; from 0.</summary>
    public long DroppedDatagrams { get; init; }

    internal static RelayRow ReadFields(ref WireReader reader) =>
        new(reader.Number(), reader.Latin1(), (SectionStatus)reader.Small((int)SectionStatus.Disabled), SessionCounts.Read(ref reader))
        {
            CertificateEnd = WireTime.Read(ref reader),
            DroppedDatagrams = reader.Number(0, long.MaxValue),
        };

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Id);
        writer.Latin1(Name);
        writer.Small((int)Status);
        Sessions.Write(writer);
        WireTime.Write(writer, CertificateEnd);
        writer.Number(DroppedDatagrams);
    }
}

/// <summary>A router.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Status">Whether it is in service.</param>
/// <param name="RoutingTable">0 for the main one.</param>
/// <param name="Label">Null for none.</param>
public sealed record RouterRow(int Id, string Name, SectionStatus Status, int RoutingTable, string? Label) : Reply(ReplyType.Router)
{
    internal static RouterRow ReadFields(ref WireReader reader) => new(
        reader.Number(), reader.Latin1(), (SectionStatus)reader.Small((int)SectionStatus.Disabled), reader.Number(), reader.OptionalLatin1());

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Id);
        writer.Latin1(Name);
        writer.Small((int)Status);
        writer.Count(RoutingTable);
        writer.OptionalLatin1(Label);
    }
}

/// <summary>A route of the router before it.</summary>
/// <param name="Address">Where it leads.</param>
/// <param name="Length">How many bits of it count.</param>
public sealed record RouteRow(IPAddress Address, int Length) : Reply(ReplyType.Route)
{
    internal static RouteRow ReadFields(ref WireReader reader) => new(reader.Address(), reader.Byte());

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Address(Address);
        writer.Small(Length);
    }
}
