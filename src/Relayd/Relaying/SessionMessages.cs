using System;
using System.Collections.Generic;

using Sluice.Daemon.Wire;
using Sluice.Engine.Io;

namespace Sluice.Relayd.Relaying;

/// <summary>What control asks of a relay process: which sessions it has (R-CTL-06).</summary>
/// <param name="Number">Which question of control, from 0; the answers repeat it.</param>
internal readonly record struct SessionsRequest(long Number)
{
    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer) => writer.Number(Number);

    /// <summary>False where the bytes are something else: then nothing of them is believed, and the request is empty.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out SessionsRequest request)
    {
        WireReader reader = new(message);
        request = new SessionsRequest(reader.Number(0, long.MaxValue));
        if (reader.IsWhole)
        {
            return true;
        }

        request = default;
        return false;
    }
}

/// <summary>What the relay process answers: a part of its sessions, in the order of their ids.</summary>
internal sealed record SessionsAnswer
{
    /// <summary>So many entries are below 60,000 bytes, whatever is in them.</summary>
    public const int MostEntries = 400;

    /// <summary>That of the question.</summary>
    public required long Number { get; init; }

    /// <summary>At most <see cref="MostEntries"/>.</summary>
    public required IReadOnlyList<SessionEntry> Entries { get; init; }

    /// <summary>Whether no other part follows.</summary>
    public required bool IsLast { get; init; }

    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer)
    {
        writer.Number(Number);
        writer.Small(IsLast ? 1 : 0);
        writer.Count(Entries.Count);
        foreach (SessionEntry entry in Entries)
        {
            entry.Write(writer);
        }
    }

    /// <summary>The answer, or null where the bytes are something else.</summary>
    public static SessionsAnswer? Read(ReadOnlySpan<byte> message)
    {
        WireReader reader = new(message);
        long number = reader.Number(0, long.MaxValue);
        bool isLast = reader.Flag();
        SessionEntry[] entries = reader.List(SessionEntry.Read, SessionEntry.LeastBytes);
        return reader.IsWhole && entries.Length <= MostEntries
            ? new SessionsAnswer { Number = number, Entries = entries, IsLast = isLast }
            : null;
    }
}

/// <summary>How far a session is.</summary>
internal enum SessionState
{
    /// <summary>Both directions, or the connection to the host, are open.</summary>
    Running,

    /// <summary>A direction has ended; what is under way in the other is delivered.</summary>
    Done,
}

/// <summary>A session of a relay process as relayctl(8) shows it.</summary>
internal readonly record struct SessionEntry
{
    // Of the fields with a fixed length, with two addresses that are none.
    internal const int LeastBytes = 61;

    /// <summary>Which of the relay processes told of it; no part of a message.</summary>
    public int Instance { get; init; }

    /// <summary>From 1, unique in its process.</summary>
    public required long Id { get; init; }

    /// <summary>Address and port.</summary>
    public required SocketAddress Client { get; init; }

    /// <summary>Address and port of the host; <see cref="AddressKind.None"/> as long as none is chosen.</summary>
    public required SocketAddress Target { get; init; }

    public required SessionState State { get; init; }

    /// <summary>Time since the client was accepted; to the millisecond, never below zero.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>Time since the last byte in any direction; to the millisecond, never below zero.</summary>
    public required TimeSpan Idle { get; init; }

    public required int RelayId { get; init; }

    public required int ProcessId { get; init; }

    /// <summary>From 1; 0 for none.</summary>
    public required int TagId { get; init; }

    internal void Write(WireWriter writer)
    {
        writer.Number(Id);
        WriteAddress(writer, Client);
        WriteAddress(writer, Target);
        writer.Small((int)State);
        writer.Number((long)Age.TotalMilliseconds);
        writer.Number((long)Idle.TotalMilliseconds);
        writer.Count(RelayId);
        writer.Count(ProcessId);
        writer.Count(TagId);
    }

    internal static SessionEntry Read(ref WireReader reader) => new()
    {
        Id = reader.Number(0, long.MaxValue),
        Client = ReadAddress(ref reader),
        Target = ReadAddress(ref reader),
        State = (SessionState)reader.Small((int)SessionState.Done),
        Age = ReadDuration(ref reader),
        Idle = ReadDuration(ref reader),
        RelayId = reader.Number(),
        ProcessId = reader.Number(),
        TagId = reader.Number(),
    };

    // 28 bytes at most, so that an entry is below 120.
    private static void WriteAddress(WireWriter writer, in SocketAddress address)
    {
        Span<byte> ip = stackalloc byte[16];
        writer.Bytes(ip[..address.CopyIp(ip)]);
        writer.Count(address.Port);
        writer.Count((int)address.Zone);
    }

    private static SocketAddress ReadAddress(ref WireReader reader)
    {
        ReadOnlySpan<byte> ip = reader.Bytes();
        int port = reader.Number();
        int zone = reader.Number();
        switch (ip.Length)
        {
            case 0 when port == 0 && zone == 0:
                return default;
            case 4 when port <= ushort.MaxValue && zone == 0:
            case 16 when port <= ushort.MaxValue:
                return SocketAddress.FromIp(ip, port, (uint)zone);
            default:
                reader.Fail();
                return default;
        }
    }

    private static TimeSpan ReadDuration(ref WireReader reader) =>
        TimeSpan.FromMilliseconds(reader.Number(0, (long)TimeSpan.MaxValue.TotalMilliseconds));
}
