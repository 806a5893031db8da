using System;
using System.Buffers.Binary;
using System.Collections.Generic;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Wire;
using Sluice.Engine.Io;

namespace Sluice.Daemon.Privsep.Messages;

/// <summary>The child works by the configuration of this generation.</summary>
internal sealed record Ready(uint Generation) : Message(MessageType.Ready, Generation)
{
    protected override void WriteFields(WireWriter writer)
    {
    }
}

/// <summary>The child has looked at keys that came with a <see cref="Renewed"/>.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Number">That of the renewal.</param>
/// <param name="Useless">Numbers of keys that do not fit their certificates, or are none.</param>
internal sealed record KeysVerdict(uint Generation, int Number, IReadOnlyList<int> Useless) : Message(MessageType.KeysVerdict, Generation)
{
    public static KeysVerdict ReadFields(ref WireReader reader, uint generation) =>
        new(generation, reader.Number(), reader.List(static (ref reader) => reader.Number(), sizeof(uint)));

    public bool Equals(KeysVerdict? other) => base.Equals(other) && Number == other.Number && AreSame(Useless, other.Useless);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Number, Useless.Count);

    protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Number);
        writer.Counts(Useless);
    }
}

/// <summary>The child has looked at the keys that came with a <see cref="KeysTrial"/>.</summary>
/// <param name="Generation">That of the configuration in use.</param>
/// <param name="Number">That of the trial.</param>
/// <param name="Faults">What is wrong with those that are new, a line each.</param>
internal sealed record KeysFaults(uint Generation, int Number, IReadOnlyList<string> Faults) : Message(MessageType.KeysFaults, Generation)
{
    public static KeysFaults ReadFields(ref WireReader reader, uint generation) =>
        new(generation, reader.Number(), reader.List(static (ref reader) => reader.Text(), sizeof(uint)));

    public bool Equals(KeysFaults? other) => base.Equals(other) && Number == other.Number && AreSame(Faults, other.Faults);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Number, Faults.Count);

    protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Number);
        writer.List([.. Faults], static (writer, fault) => writer.Text(fault));
    }
}

/// <summary>The child wants a file without a name, to keep in it what memory has no room for.</summary>
internal sealed record SpoolRequest(uint Generation) : Message(MessageType.SpoolRequest, Generation)
{
    protected override void WriteFields(WireWriter writer)
    {
    }
}

/// <summary>The child wants sockets that may have others' addresses.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Kind">Which.</param>
/// <param name="Count">How many, at most <see cref="Most"/>.</param>
internal sealed record SocketsRequest(uint Generation, TransparentKind Kind, int Count) : Message(MessageType.SocketsRequest, Generation)
{
    /// <summary>So many at once: they come with one message.</summary>
    public const int Most = 250;

    public static SocketsRequest ReadFields(ref WireReader reader, uint generation) =>
        new(generation, (TransparentKind)reader.Small((int)TransparentKind.Datagrams6), reader.Small(Most));

    protected override void WriteFields(WireWriter writer)
    {
        writer.Small((int)Kind);
        writer.Small(Count);
    }
}

/// <summary>The child wants a connection of <see cref="LoadedConfiguration.Service"/>.</summary>
/// <param name="Generation">That of the configuration.</param>
internal sealed record ConnectRequest(uint Generation) : Message(MessageType.ConnectRequest, Generation)
{
    public static ConnectRequest ReadFields(uint generation) => new(generation);

    protected override void WriteFields(WireWriter writer)
    {
    }
}

/// <summary>The child wants one of the files of <see cref="LoadedConfiguration.Files"/>.</summary>
/// <param name="Generation">That of the configuration whose number it is.</param>
/// <param name="Index">Which, from 0.</param>
internal sealed record FileRequest(uint Generation, int Index) : Message(MessageType.FileRequest, Generation)
{
    public static FileRequest ReadFields(ref WireReader reader, uint generation) => new(generation, reader.Number());

    protected override void WriteFields(WireWriter writer) => writer.Count(Index);
}

/// <summary>The child asks the parent to do something with the daemon as a whole. A file may come with it.</summary>
/// <param name="Generation">That by which the child works.</param>
/// <param name="Number">The answer has it too.</param>
/// <param name="Kind">What.</param>
/// <param name="Content">The kind's own.</param>
internal sealed record SteeringRequest(uint Generation, int Number, SteeringKind Kind, ReadOnlyMemory<byte> Content)
    : Message(MessageType.SteeringRequest, Generation)
{
    public static SteeringRequest ReadFields(ref WireReader reader, uint generation) =>
        new(generation, reader.Number(), (SteeringKind)reader.Small((int)SteeringKind.Feed), reader.Bytes().ToArray());

    public bool Equals(SteeringRequest? other) =>
        base.Equals(other) && Number == other.Number && Kind == other.Kind && Content.Span.SequenceEqual(other.Content.Span);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Number, Kind, Content.Length);

    protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Number);
        writer.Small((int)Kind);
        writer.Bytes(Content.Span);
    }
}

/// <summary>A line for the log.</summary>
internal readonly record struct LogLine(Severity Severity, ReadOnlyMemory<byte> Text)
{
    // Severity and length of the text.
    public const int OverheadBytes = 1 + sizeof(uint);

    public bool Equals(LogLine other) => Severity == other.Severity && Text.Span.SequenceEqual(other.Text.Span);

    public override int GetHashCode() => HashCode.Combine(Severity, Text.Length);

    /// <summary>Writes one as it stands in a message.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="severity">How much it matters.</param>
    /// <param name="text">Any bytes; they are encoded here.</param>
    /// <returns>How many bytes it took; 0 where the destination is too small.</returns>
    public static int Write(Span<byte> destination, Severity severity, ReadOnlySpan<byte> text)
    {
        if (destination.Length < OverheadBytes + LineEncoding.Bound(text.Length))
        {
            return 0;
        }

        int length = LineEncoding.Encode(text, destination[OverheadBytes..]);
        destination[0] = (byte)severity;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[1..], (uint)length);
        return OverheadBytes + length;
    }

    /// <summary>How many bytes the first of written ones took.</summary>
    public static int LengthOfFirst(ReadOnlySpan<byte> lines) => OverheadBytes + (int)BinaryPrimitives.ReadUInt32LittleEndian(lines[1..]);
}

/// <summary>What the child has to say to the operator.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Dropped">How many lines before these found no room.</param>
/// <param name="Lines">The lines.</param>
internal sealed record LogLines(uint Generation, ulong Dropped, IReadOnlyList<LogLine> Lines)
    : Message(MessageType.LogLines, Generation)
{
    // Type, generation, dropped and the number of lines.
    public const int OverheadBytes = sizeof(ushort) + sizeof(uint) + sizeof(ulong) + sizeof(uint);

    /// <summary>Writes a message of lines that are written already.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="dropped">How many lines before these found no room.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="lines">As <see cref="LogLine.Write"/> has written them.</param>
    public static void Write(WireWriter writer, ulong dropped, int count, ReadOnlySpan<byte> lines)
    {
        writer.UInt16((ushort)MessageType.LogLines);
        writer.UInt32(0);
        writer.UInt64(dropped);
        writer.Count(count);
        writer.Raw(lines);
    }

    public static LogLines ReadFields(ref WireReader reader, uint generation)
    {
        ulong dropped = reader.UInt64();
        List<LogLine> lines = [];
        for (int left = reader.Count(LogLine.OverheadBytes); left > 0; left--)
        {
            Severity severity = (Severity)reader.Byte();
            if (!Enum.IsDefined(severity))
            {
                reader.Fail();
            }

            lines.Add(new LogLine(severity, reader.Bytes().ToArray()));
        }

        return new LogLines(generation, dropped, lines);
    }

    public bool Equals(LogLines? other) => base.Equals(other) && Dropped == other.Dropped && AreSame(Lines, other.Lines);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Dropped, Lines.Count);

    protected override void WriteFields(WireWriter writer)
    {
        writer.UInt64(Dropped);
        writer.Count(Lines.Count);
        foreach (LogLine line in Lines)
        {
            writer.Byte((byte)line.Severity);
            writer.Bytes(line.Text.Span);
        }
    }
}
