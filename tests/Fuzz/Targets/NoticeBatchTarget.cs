using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Httpd.Logging;
using Sluice.Httpd.Notices;

namespace Sluice.Fuzz.Targets;

/// <summary>What a reader makes of the message of a server.</summary>
internal delegate string BatchReader(ReadOnlySpan<byte> message);

/// <summary>
/// What a server, maybe a captured one, hands to the notifier. The oracle walks over the message by offsets of its own: every notice
/// stays within its run, and every run within the message. A message that was written is read as what was written.
/// </summary>
/// <remarks>The first byte says what the input is: a message, or notices to write one of.</remarks>
internal sealed class NoticeBatchTarget : FuzzTarget
{
    private const int HeaderBytes = 8, RunHeaderBytes = 4, LengthBytes = 2;
    private const byte Written = 1;

    private readonly BatchReader _read;

    public NoticeBatchTarget()
        : this(Read)
    {
    }

    private NoticeBatchTarget(BatchReader read)
    {
        _read = read;
    }

    public override string Name => "notice-batch";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes a notice that is longer than its run", new NoticeBatchTarget(message => Walk(message, NoticeEnd.OfMessage))),
        new("takes what there is of a notice that was cut", new NoticeBatchTarget(message => Walk(message, NoticeEnd.Cut))),
        new("takes a message without its last byte for a whole one", new NoticeBatchTarget(message => Read([.. message, 0]))),
        new("forgets the number of the receiver", new NoticeBatchTarget(message => Read(message).Replace("|1:", "|0:", StringComparison.Ordinal))),
    ];

    private enum NoticeEnd
    {
        OfRun,
        OfMessage,
        Cut,
    }

    public override byte[] Generate(Random random)
    {
        if (random.Next(3) == 0)
        {
            byte[] script = new byte[1 + random.Next(40)];
            random.NextBytes(script);
            script[0] = Written;
            return script;
        }

        byte[] message = Write(Script(random));
        return random.Next(4) switch
        {
            0 => [0, .. message],
            1 => [0, .. message.AsSpan(0, random.Next(message.Length + 1))],
            2 => [0, .. message, (byte)random.Next(256)],
            _ => [0, .. Damaged(message, random)],
        };
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = input[1..];
        if (input[0] == Written)
        {
            byte[] message = Write(rest);
            string found = _read(message);
            return string.Equals(found, Told(rest), StringComparison.Ordinal) ? null : $"written {Told(rest)} is read as {found}";
        }

        string expected = Walk(rest, NoticeEnd.OfRun);
        string told = _read(rest);
        return string.Equals(told, expected, StringComparison.Ordinal) ? null : $"{told} should be {expected}";
    }

    /// <summary>As the notifier does.</summary>
    private static string Read(ReadOnlySpan<byte> message)
    {
        if (!LogBatch.TryReadHeader(ref message, out uint generation, out uint dropped))
        {
            return "none";
        }

        StringBuilder told = Begin(generation, dropped);
        while (LogBatch.TryReadRun(ref message, out ushort receiver, out ReadOnlySpan<byte> run))
        {
            while (BlockNotices.TryRead(ref run, out ReadOnlySpan<byte> text))
            {
                Add(told, receiver, text);
            }
        }

        return told.ToString();
    }

    /// <summary>The reference, and with another end of notices the faulty ones.</summary>
    private static string Walk(ReadOnlySpan<byte> message, NoticeEnd end)
    {
        if (message.Length < HeaderBytes)
        {
            return "none";
        }

        StringBuilder told = Begin(BinaryPrimitives.ReadUInt32LittleEndian(message), BinaryPrimitives.ReadUInt32LittleEndian(message[4..]));
        for (int at = HeaderBytes; at + RunHeaderBytes <= message.Length;)
        {
            ushort receiver = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
            int runEnd = at + RunHeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(message[(at + 2)..]);
            at += RunHeaderBytes;
            if (runEnd > message.Length)
            {
                break;
            }

            while (at + LengthBytes <= runEnd)
            {
                int start = at + LengthBytes;
                int length = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
                int most = end == NoticeEnd.OfMessage ? message.Length : runEnd;
                if (start + length > most && end != NoticeEnd.Cut)
                {
                    break;
                }

                at = int.Min(start + length, most);
                Add(told, receiver, message[start..at]);
            }

            at = runEnd;
        }

        return told.ToString();
    }

    /// <summary>A message of notices, each a byte for the receiver and one for the text.</summary>
    private static byte[] Write(ReadOnlySpan<byte> script)
    {
        LogBatch batch = new() { Generation = (uint)script.Length, Dropped = script.IsEmpty ? 0u : script[0] };
        for (int at = 0; at + 1 < script.Length; at += 2)
        {
            byte[] text = Text(script[at + 1]);
            if (batch.TryReserve(LengthBytes + text.Length, out Span<byte> room))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(room, (ushort)text.Length);
                text.CopyTo(room[LengthBytes..]);
                batch.Commit(Receiver(script[at]), LengthBytes + text.Length);
            }
        }

        return batch.Message().ToArray();
    }

    private static string Told(ReadOnlySpan<byte> script)
    {
        StringBuilder told = Begin((uint)script.Length, script.IsEmpty ? 0u : script[0]);
        for (int at = 0; at + 1 < script.Length; at += 2)
        {
            Add(told, Receiver(script[at]), Text(script[at + 1]));
        }

        return told.ToString();
    }

    private static byte[] Script(Random random)
    {
        byte[] script = new byte[random.Next(12)];
        random.NextBytes(script);
        return script;
    }

    private static byte[] Damaged(byte[] message, Random random)
    {
        // Lengths stand in low bytes: small changes there move the borders a little.
        int at = random.Next(message.Length);
        message[at] = random.Next(3) switch
        {
            0 => 0xff,
            1 => unchecked((byte)(message[at] + random.Next(-3, 4))),
            _ => (byte)random.Next(256),
        };
        return message;
    }

    private static ushort Receiver(byte value) => (ushort)(value % 3);

    private static byte[] Text(byte value) => [.. Enumerable.Repeat((byte)('a' + (value % 26)), value % 9)];

    private static StringBuilder Begin(uint generation, uint dropped) => new(string.Create(CultureInfo.InvariantCulture, $"{generation} {dropped}"));

    private static void Add(StringBuilder told, ushort receiver, ReadOnlySpan<byte> text) =>
        told.Append(CultureInfo.InvariantCulture, $"|{receiver}:{Convert.ToHexString(text)}");
}
