using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;

using Sluice.Daemon.Names;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// What the resolver says to the parent of the hosts of a source, as a resolver that is captured could say it. The oracle walks over the fields with a reader of its own; what is read
/// must be written as the very same bytes.
/// </summary>
internal sealed class HostAnswersTarget : FuzzTarget
{
    private const string InName = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    private readonly Rewrite _rewrite;

    public HostAnswersTarget()
        : this(Rewritten)
    {
    }

    private HostAnswersTarget(Rewrite rewrite)
    {
        _rewrite = rewrite;
    }

    private delegate byte[]? Rewrite(ReadOnlySpan<byte> message);

    public override string Name => "host-answers";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes what stands behind an answer", new HostAnswersTarget(static message => Rewritten(message) ?? (message.Length > 0 ? Rewritten(message[..^1]) : null))),
        new("takes a source of a kind that there is not", new HostAnswersTarget(
            static message => Rewritten(message) ?? (message is [4, ..] && Rewritten([0, .. message[1..]]) is not null ? message.ToArray() : null))),
        new("takes the same host twice", new HostAnswersTarget(static message => Rewritten(message) ?? (IsAnswer(message, Repeated.Taken) ? message.ToArray() : null))),
    ];

    public override byte[] Generate(Random random)
    {
        byte[] message = HostMessages.Write(Any(random));
        switch (random.Next(5))
        {
            case 0:
                return message[..random.Next(message.Length + 1)];
            case 1:
                return [.. message, (byte)random.Next(256)];
            case 2:
                message[random.Next(message.Length)] = (byte)random.GetItems([0, 1, 4, 127, 224, 255, random.Next(256)], 1)[0];
                return message;
            default:
                return message;
        }
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[]? rewritten = _rewrite(input);
        bool isAnswer = IsAnswer(input, Repeated.Refused);
        return (rewritten is not null) != isAnswer ? (isAnswer ? "an answer was refused" : "what is no answer was taken for one")
            : rewritten is null || input.SequenceEqual(rewritten) ? null
            : "it is written as other bytes";
    }

    private static byte[]? Rewritten(ReadOnlySpan<byte> message) => HostMessages.ReadAnswer(message) is { } answer ? HostMessages.Write(answer) : null;

    private static HostAnswer Any(Random random)
    {
        HostSource source = new((HostSourceKind)random.Next(4), Text(random));
        FoundHost[] hosts = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new FoundHost(
            random.Next(2) == 0 ? new IPAddress([(byte)random.Next(256), 0, 2, (byte)random.Next(2)]) : new IPAddress([(byte)random.Next(256), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], random.Next(3)),
            random.Next(3),
            random.Next(3),
            random.Next(2) == 0 ? null : Text(random)))];
        return new HostAnswer(source, hosts, TimeSpan.FromSeconds(random.Next(1, 3601)), random.Next(8) == 0 == (hosts.Length > 0) ? "why" : "");
    }

    private static string Text(Random random) => new([.. Enumerable.Range(0, random.Next(5)).Select(_ => "aZ0-._ /"[random.Next(random.Next(4) == 0 ? 8 : 6)])]);

    private static bool IsAnswer(ReadOnlySpan<byte> message, Repeated repeated)
    {
        using BinaryReader reader = new(new MemoryStream(message.ToArray()));
        try
        {
            return IsAnswer(reader, repeated) && reader.BaseStream.Position == reader.BaseStream.Length;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    private static bool IsAnswer(BinaryReader reader, Repeated repeated)
    {
        byte kind = reader.ReadByte();
        if (kind > 3)
        {
            return false;
        }

        _ = Bytes(reader);
        uint count = reader.ReadUInt32();
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (uint left = count; left > 0; left--)
        {
            byte[] address = Bytes(reader);
            ulong scope = reader.ReadUInt64();
            ulong port = reader.ReadUInt64();
            ulong weight = reader.ReadUInt64();
            bool isNew = seen.Add($"{Convert.ToHexString(address)} {scope} {port}") || repeated == Repeated.Taken;
            if (!isNew || !IsAddress(address, scope, kind == 0) || port > 65535 || weight > 255 || !IsOptionalName(reader))
            {
                return false;
            }
        }

        ulong lifetime = reader.ReadUInt64();
        int failure = Bytes(reader).Length;
        return count <= 1024 && lifetime is >= 10_000_000 and <= 36_000_000_000 && (count > 0 ? failure == 0 : failure > 0);
    }

    private static bool IsAddress(byte[] address, ulong scope, bool isAny) => address.Length switch
    {
        4 => scope == 0 && (isAny || (address[0] < 224 && address.Any(static each => each != 0))),
        16 => scope <= uint.MaxValue && (isAny || (address[0] != 0xff && (scope != 0 || address.Any(static each => each != 0)))),
        _ => false,
    };

    private static bool IsOptionalName(BinaryReader reader) => reader.ReadByte() switch
    {
        0 => true,
        1 => Encoding.Latin1.GetString(Bytes(reader)) is { Length: > 0 and < 256 } name && name.All(InName.Contains),
        _ => false,
    };

    private static byte[] Bytes(BinaryReader reader)
    {
        uint length = reader.ReadUInt32();
        return length > reader.BaseStream.Length - reader.BaseStream.Position ? throw new EndOfStreamException() : reader.ReadBytes((int)length);
    }

    private enum Repeated
    {
        Refused,
        Taken,
    }
}
