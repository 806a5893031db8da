using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.Daemon.Wire;
using Sluice.Relayd.Health;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// What relays, control, scripts and the process of the checks say to each other, as one of them that is captured could say it: a relay can say only what reads as a
/// message of a relay. The oracle walks over the fields with a reader of its own; what is read must be written as the very same bytes.
/// </summary>
internal sealed class HealthMessagesTarget : FuzzTarget
{
    private readonly Rewrite _rewrite;

    public HealthMessagesTarget()
        : this(Rewritten)
    {
    }

    private HealthMessagesTarget(Rewrite rewrite)
    {
        _rewrite = rewrite;
    }

    public override string Name => "health-messages";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes a failure with something behind it", new HealthMessagesTarget(
            static message => Rewritten(message) ?? (message is [(byte)HealthMessageType.HostFailed, _, _, _, _, ..] ? Rewritten(message[..5]) : null))),
        new("takes a place below zero", new HealthMessagesTarget(
            static message => Rewritten(message) ?? (message is [(byte)HealthMessageType.HostWithdrawn, _, _, _, > 127] ? message.ToArray() : null))),
        new("takes a failure for a withdrawal", new HealthMessagesTarget(
            static message => Rewritten(message) is [(byte)HealthMessageType.HostFailed, .. byte[] place] ? [(byte)HealthMessageType.HostWithdrawn, .. place] : Rewritten(message))),
        new("takes a NUL in a path", new HealthMessagesTarget(
            static message => Rewritten(message) ?? (message.Contains((byte)0) && Rewritten(WithoutNul(message)) is not null ? message.ToArray() : null))),
    ];

    public override byte[] Generate(Random random)
    {
        byte[] message = Written(AnyMessage(random));
        switch (random.Next(4))
        {
            case 0:
                return message[..random.Next(message.Length + 1)];
            case 1:
                return [.. message, (byte)random.Next(256)];
            case 2:
                message[random.Next(message.Length)] = (byte)random.GetItems([0, 1, 127, 128, 255, random.Next(256)], 1)[0];
                return message;
            default:
                return message;
        }
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[]? rewritten = _rewrite(input);
        bool isMessage = IsMessage(input);
        return (rewritten is not null) != isMessage ? (isMessage ? "a message was refused" : "what is no message was taken for one")
            : rewritten is null || input.SequenceEqual(rewritten) ? null
            : "it is written as other bytes";
    }

    private static byte[]? Rewritten(ReadOnlySpan<byte> message) => HealthMessage.Read(message) is { } read ? Written(read) : null;

    private static byte[] Written(HealthMessage message)
    {
        WireWriter writer = new();
        message.Write(writer);
        return writer.Written.ToArray();
    }

    // Behind type, number, and the length of the path.
    private static byte[] WithoutNul(ReadOnlySpan<byte> message)
    {
        const int Path = 1 + sizeof(long) + sizeof(uint);
        return [.. message.ToArray().Select(static (value, index) => value == 0 && index >= Path && index < Path + 8 ? (byte)'x' : value)];
    }

    private static HealthMessage AnyMessage(Random random) => random.Next(14) switch
    {
        0 => new HostCommand(random.NextInt64(), (uint)random.Next(), (HostAction)random.Next(5), random.Next()),
        1 => new TableCommand(random.NextInt64(), (uint)random.Next(), (TableAction)random.Next(3), random.Next()),
        2 => new Poll(random.NextInt64()),
        3 => new CommandAnswer(random.NextInt64(), (CommandOutcome)random.Next(4)),
        4 => new HostChanged(random.Next(), (HostState)random.Next(4)),
        5 => new HostDown(random.Next()),
        6 => new RunScript(random.NextInt64(), Text(random), Text(random), TimeSpan.FromMilliseconds(random.Next())),
        7 => new ScriptEnded(random.NextInt64(), (ScriptEnd)random.Next(6), random.Next(256)),
        8 => new RedirectCommand(random.NextInt64(), (uint)random.Next(), (TableAction)random.Next(3), random.Next()),
        9 => new BoardChanged(),
        < 12 => new HostFailed(random.Next()),
        _ => new HostWithdrawn(random.Next()),
    };

    private static string Text(Random random) =>
        random.Next(20) == 0 ? new string('p', random.Next(HealthMessage.MostText - 2, HealthMessage.MostText + 3)) : new(random.GetItems("/ab.\0\u00e9".AsSpan(), random.Next(8)));

    // The reference: one pass with explicit lengths and limits over a stream.
    private static bool IsMessage(ReadOnlySpan<byte> input)
    {
        using MemoryStream stream = new(input.ToArray());
        using BinaryReader reader = new(stream, Encoding.Latin1);
        try
        {
            return Fields(reader.ReadByte(), reader) && stream.Position == stream.Length;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    private static bool Fields(byte type, BinaryReader reader) => type switch
    {
        1 => Within(reader, long.MaxValue) && Within(reader, uint.MaxValue) && reader.ReadByte() <= 3 && IsPlace(reader),
        2 or 11 => Within(reader, long.MaxValue) && Within(reader, uint.MaxValue) && reader.ReadByte() <= 1 && IsPlace(reader),
        3 => Within(reader, long.MaxValue),
        4 => Within(reader, long.MaxValue) && reader.ReadByte() <= 2,
        5 => IsPlace(reader) && reader.ReadByte() <= 2,
        6 or 9 or 10 => IsPlace(reader),
        7 => Within(reader, long.MaxValue) && IsText(reader) && IsText(reader) && reader.ReadInt64() is >= 1 and <= int.MaxValue,
        8 => Within(reader, long.MaxValue) && reader.ReadByte() <= 4 && reader.ReadByte() <= byte.MaxValue,
        12 => true,
        _ => false,
    };

    private static bool Within(BinaryReader reader, long most) => reader.ReadInt64() is >= 0 and { } number && number <= most;

    private static bool IsPlace(BinaryReader reader) => reader.ReadUInt32() <= int.MaxValue;

    private static bool IsText(BinaryReader reader)
    {
        uint length = reader.ReadUInt32();
        if (length > reader.BaseStream.Length - reader.BaseStream.Position)
        {
            throw new EndOfStreamException();
        }

        byte[] text = reader.ReadBytes((int)length);
        return length is > 0 and <= HealthMessage.MostText && !text.Contains((byte)0);
    }
}
