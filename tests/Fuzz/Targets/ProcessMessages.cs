using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// What the parent and its children say to each other, as a captured child could say it. The oracle walks over the
/// fields with a reader of its own, and a message that is read must be written as the very same bytes.
/// </summary>
internal class ProcessMessages : FuzzTarget
{
    private const int HeaderBytes = sizeof(ushort) + sizeof(uint);

    public override string Name => "process-messages";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes a message with something behind it", new TakesMore()),
        new("takes a list that is longer than the message", new TakesCutLists()),
    ];

    public override byte[] Generate(Random random)
    {
        WireWriter writer = new();
        AnyMessage(random).Write(writer);
        byte[] bytes = writer.Written.ToArray();
        return random.Next(4) switch
        {
            0 => bytes,
            1 => bytes[..random.Next(bytes.Length + 1)],
            2 => [.. bytes, (byte)random.Next(256)],
            _ => Damaged(bytes, random),
        };
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        Message? message = Read(input);
        bool isMessage = IsMessage(input);
        if ((message is not null) != isMessage)
        {
            return isMessage ? "a message was refused" : $"what is no message was read as {message}";
        }

        WireWriter writer = new();
        message?.Write(writer);
        return message is null || writer.Written.SequenceEqual(input) ? null : $"{message} is written as other bytes";
    }

    protected virtual Message? Read(ReadOnlySpan<byte> input) => Message.Read(input);

    // The reference: one pass with explicit lengths over a stream.
    private static bool IsMessage(ReadOnlySpan<byte> input)
    {
        using MemoryStream stream = new(input.ToArray());
        using BinaryReader reader = new(stream);
        try
        {
            ushort type = reader.ReadUInt16();
            _ = reader.ReadUInt32();
            return Fields(type, reader) && stream.Position == stream.Length;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    private static bool Fields(ushort type, BinaryReader reader) => (MessageType)type switch
    {
        MessageType.Hello => Skip(reader, 16),
        MessageType.Assignment => IsText(reader) && Skip(reader, 2 * sizeof(uint)) && IsNumber(reader)
            && (reader.ReadByte() & ~(int)(Preparation.Tls | Preparation.LocalConnections | Preparation.RemoteConnections)) == 0,
        MessageType.ListenerOffer => IsList(reader, static reader => IsNumber(reader) && IsText(reader)),
        MessageType.LogFileOffer => reader.ReadByte() <= (int)LogFileMoment.Now && IsNumber(reader),
        MessageType.PeerOffer => IsText(reader) && IsNumber(reader),
        MessageType.Commit or MessageType.Leave => IsList(reader, IsNumber),
        MessageType.SocketsRequest => IsKind(reader) && reader.ReadByte() <= 250,
        MessageType.SocketsAnswer => IsKind(reader) && IsNumber(reader),
        MessageType.Stop or MessageType.Ready or MessageType.SpoolRequest or MessageType.ConnectRequest => true,
        MessageType.SpoolAnswer or MessageType.ConnectAnswer or MessageType.FileRequest or MessageType.Renewed => IsNumber(reader),
        MessageType.FileAnswer => IsNumber(reader) && IsNumber(reader),
        MessageType.News => Skip(reader, reader.ReadUInt32()),
        MessageType.AreaOffer => IsText(reader) && IsNumber(reader) && IsNumber(reader) && reader.ReadByte() <= (int)PageAccess.ReadAndWrite,
        MessageType.DescriptorOffer => IsText(reader),
        MessageType.Verbosity => IsNumber(reader),
        MessageType.SteeringRequest => IsNumber(reader) && reader.ReadByte() <= (int)SteeringKind.Feed && Skip(reader, reader.ReadUInt32()),
        MessageType.SteeringAnswer => IsNumber(reader) && reader.ReadByte() <= (int)SteeringOutcome.Done && IsText(reader),
        MessageType.LogLines => Skip(reader, sizeof(ulong))
            && IsList(reader, static reader => reader.ReadByte() <= (int)Severity.Error && Skip(reader, reader.ReadUInt32())),
        _ => IsOfKeys(type, reader),
    };

    private static bool IsOfKeys(ushort type, BinaryReader reader) => (MessageType)type switch
    {
        MessageType.KeysVerdict => IsNumber(reader) && IsList(reader, IsNumber),
        MessageType.KeysTrial => IsNumber(reader),
        MessageType.KeysFaults => IsNumber(reader) && IsList(reader, IsText),
        _ => false,
    };

    private static bool IsKind(BinaryReader reader) => reader.ReadByte() <= (int)TransparentKind.Datagrams6;

    private static bool IsNumber(BinaryReader reader) => reader.ReadUInt32() <= int.MaxValue;

    private static bool IsText(BinaryReader reader)
    {
        uint length = reader.ReadUInt32();
        if (length > reader.BaseStream.Length - reader.BaseStream.Position)
        {
            return false;
        }

        try
        {
            _ = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(reader.ReadBytes((int)length));
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static bool IsList(BinaryReader reader, Func<BinaryReader, bool> isElement)
    {
        uint count = reader.ReadUInt32();
        while (count > 0 && isElement(reader))
        {
            count--;
        }

        return count == 0;
    }

    private static bool Skip(BinaryReader reader, uint bytes)
    {
        long left = reader.BaseStream.Length - reader.BaseStream.Position;
        reader.BaseStream.Position += long.Min(bytes, left);
        return bytes <= left;
    }

    private static byte[] Damaged(byte[] bytes, Random random)
    {
        // Mostly in a length or number, where damage does most.
        int at = random.Next(bytes.Length);
        bytes[at] = random.Next(3) switch
        {
            0 => 0xff,
            1 => (byte)(bytes[at] ^ (1 << random.Next(8))),
            _ => (byte)random.Next(256),
        };
        return bytes;
    }

    private static Message AnyMessage(Random random)
    {
        uint generation = (uint)random.Next();
        return random.Next(28) switch
        {
            0 => new Hello(generation, new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64())),
            1 => new Assignment(generation, Text(random), (uint)random.Next(), (uint)random.Next(), random.Next(9), (Preparation)random.Next((int)Preparation.All + 1)),
            2 => new ListenerOffer(generation, List(random, static random => new OfferedListener(random.Next(), Text(random)))),
            3 => new LogFileOffer(generation, Any<LogFileMoment>(random), random.Next()),
            4 => new PeerOffer(generation, Text(random), random.Next()),
            5 => new Commit(generation, List(random, static random => random.Next())),
            6 => new Stop(generation),
            7 => new Ready(generation),
            8 => new Leave(generation, List(random, static random => random.Next())),
            9 => new News(generation, Encoding.UTF8.GetBytes(Text(random))),
            10 => new SpoolRequest(generation),
            11 => new SpoolAnswer(generation, (Errno)random.Next()),
            12 => new FileRequest(generation, random.Next()),
            13 => new FileAnswer(generation, random.Next(), (Errno)random.Next()),
            14 => new AreaOffer(generation, new AreaKey(Text(random), random.Next()), random.Next(), Any<PageAccess>(random)),
            15 => new DescriptorOffer(generation, Text(random)),
            16 => new VerbosityChange(generation, random.Next()),
            17 => new SteeringRequest(generation, random.Next(), Any<SteeringKind>(random), Encoding.UTF8.GetBytes(Text(random))),
            18 => new SteeringAnswer(generation, random.Next(), Any<SteeringOutcome>(random), Text(random)),
            19 => new Renewed(generation, random.Next()),
            20 => new KeysVerdict(generation, random.Next(), List(random, static random => random.Next())),
            21 => new SocketsRequest(generation, Any<TransparentKind>(random), random.Next(251)),
            22 => new SocketsAnswer(generation, Any<TransparentKind>(random), (Errno)random.Next()),
            23 => new ConnectRequest(generation),
            24 => new ConnectAnswer(generation, (Errno)random.Next()),
            25 => new KeysTrial(generation, random.Next()),
            26 => new KeysFaults(generation, random.Next(), List(random, Text)),
            _ => new LogLines(generation, (ulong)random.NextInt64(), List(random, static random =>
                new LogLine(Any<Severity>(random), Encoding.UTF8.GetBytes(Text(random))))),
        };
    }

    private static List<T> List<T>(Random random, Func<Random, T> element)
    {
        List<T> list = [];
        for (int left = random.Next(4); left > 0; left--)
        {
            list.Add(element(random));
        }

        return list;
    }

    private static T Any<T>(Random random)
        where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static string Text(Random random) => new(random.GetItems("ab /:\n\0é€".AsSpan(), random.Next(8)));

    private sealed class TakesMore : ProcessMessages
    {
        protected override Message? Read(ReadOnlySpan<byte> input) =>
            Message.Read(input) ?? (input.IsEmpty ? null : Message.Read(input[..^1]));
    }

    private sealed class TakesCutLists : ProcessMessages
    {
        // Of the ids that are announced, takes those that are there.
        protected override Message? Read(ReadOnlySpan<byte> input)
        {
            if (input.Length < HeaderBytes + sizeof(uint) || BinaryPrimitives.ReadUInt16LittleEndian(input) != (ushort)MessageType.Commit)
            {
                return Message.Read(input);
            }

            byte[] mended = input.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(
                mended.AsSpan(HeaderBytes), (uint)((input.Length - HeaderBytes - sizeof(uint)) / sizeof(uint)));
            return Message.Read(mended);
        }
    }
}
