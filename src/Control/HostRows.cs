using System;
using System.Net;

using Sluice.Daemon.Wire;

namespace Sluice.Control;

/// <summary>How a table is (R-TABLE-14).</summary>
public enum TableStatus
{
    /// <summary>Some of its hosts are up.</summary>
    Active,

    /// <summary>None is.</summary>
    Empty,

    /// <summary>The operator, or the configuration, took it out of service. Its hosts are not shown.</summary>
    Disabled,
}

/// <summary>A table.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Name">Name and port.</param>
/// <param name="Status">How it is.</param>
/// <param name="Up">How many hosts are up.</param>
public sealed record TableRow(int Id, string Name, TableStatus Status, int Up) : Reply(ReplyType.Table)
{
    internal static TableRow ReadFields(ref WireReader reader) =>
        new(reader.Number(), reader.Latin1(), (TableStatus)reader.Small((int)TableStatus.Disabled), reader.Number());

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Id);
        writer.Latin1(Name);
        writer.Small((int)Status);
        writer.Count(Up);
    }
}

/// <summary>How a host is.</summary>
public enum HostStatus
{
    /// <summary>It was not checked yet, or is not checked at all.</summary>
    Unknown,

    /// <summary>It may serve.</summary>
    Up,

    /// <summary>Its check fails.</summary>
    Down,

    /// <summary>The operator took it out of service.</summary>
    Disabled,
}

/// <summary>Whether a host gets new sessions.</summary>
public enum Draining
{
    /// <summary>It does when it is up.</summary>
    No,

    /// <summary>The operator wants it to end what it has.</summary>
    Yes,
}

/// <summary>A host of the table before it.</summary>
/// <param name="Id">From 1, over all tables.</param>
/// <param name="Name">As it was written.</param>
/// <param name="Status">How it is.</param>
public sealed record HostRow(int Id, string Name, HostStatus Status) : Reply(ReplyType.Host)
{
    /// <summary>Id of the host whose state it shares; 0 for none.</summary>
    public int ParentId { get; init; }

    /// <summary>What its name came to.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>1 to 255.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Failed checks that are tolerated.</summary>
    public int Retry { get; init; }

    /// <summary>Whether it gets new sessions.</summary>
    public Draining Draining { get; init; }

    /// <summary>How many checks came to an end.</summary>
    public long Checks { get; init; }

    /// <summary>After how many of them it was up.</summary>
    public long Ups { get; init; }

    /// <summary>When the last one ended; null before the first.</summary>
    public DateTimeOffset? LastCheck { get; init; }

    /// <summary>What that took; in whole microseconds.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>What it came to, in the words of the log (R-CHECK-30); empty before the first.</summary>
    public string Result { get; init; } = "";

    /// <summary>Status of the HTTP response; 0 for none.</summary>
    public int HttpStatus { get; init; }

    /// <summary>How many sessions failed one after the other and took it out of service; 0 where none did since the last check.</summary>
    public int FailedSessions { get; init; }

    internal static HostRow ReadFields(ref WireReader reader) =>
        new(reader.Number(), reader.Latin1(), (HostStatus)reader.Small((int)HostStatus.Disabled))
        {
            ParentId = reader.Number(),
            Address = reader.Address(),
            Weight = reader.Byte(),
            Retry = reader.Number(),
            Draining = (Draining)reader.Small((int)Draining.Yes),
            Checks = reader.Number(0, long.MaxValue),
            Ups = reader.Number(0, long.MaxValue),
            LastCheck = WireTime.Read(ref reader),
            Latency = TimeSpan.FromMicroseconds(reader.Number(0, uint.MaxValue)),
            Result = reader.Latin1(),
            HttpStatus = reader.Number(),
            FailedSessions = reader.Number(),
        };

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Id);
        writer.Latin1(Name);
        writer.Small((int)Status);
        writer.Count(ParentId);
        writer.Address(Address);
        writer.Small(Weight);
        writer.Count(Retry);
        writer.Small((int)Draining);
        writer.Number(Checks);
        writer.Number(Ups);
        WireTime.Write(writer, LastCheck);
        writer.Number((long)Latency.TotalMicroseconds);
        writer.Latin1(Result);
        writer.Count(HttpStatus);
        writer.Count(FailedSessions);
    }
}

/// <summary>Moments, in milliseconds since 1970; 0 is none.</summary>
internal static class WireTime
{
    private static readonly long _latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static DateTimeOffset? Read(ref WireReader reader) =>
        reader.Number(0, _latest) is > 0 and { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    public static void Write(WireWriter writer, DateTimeOffset? value) => writer.Number(value?.ToUnixTimeMilliseconds() ?? 0);
}
