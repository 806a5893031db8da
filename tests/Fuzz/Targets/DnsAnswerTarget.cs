using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Daemon.Names;
using Sluice.Engine.Io;

namespace Sluice.Fuzz.Targets;

/// <summary>What is read of answers with SRV records, against a reader that cuts the message into records first and follows names by a list of where it was.</summary>
internal sealed class DnsAnswerTarget : FuzzTarget
{
    private const string Rejected = "no";
    private const string InName = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    private readonly Func<byte[], string> _read;

    public DnsAnswerTarget()
        : this(Read)
    {
    }

    private DnsAnswerTarget(Func<byte[], string> read)
    {
        _read = read;
    }

    public override string Name => "dns-answer";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("counts the time of the first record alone", new DnsAnswerTarget(static message => Read(message) is var read && read != Rejected && message.Length > 24 ? read[(read.IndexOf(' ', StringComparison.Ordinal) + 1)..] : read)),
        new("reads records that the header does not count", new DnsAnswerTarget(static message => Read([.. message.Take(7), .. message.Skip(7).Take(1).Select(static count => (byte)(count + 1)), .. message.Skip(8)]))),
        new("takes what is cut off", new DnsAnswerTarget(static message => Read([.. message, 0]) is var longer && longer != Rejected ? longer : Read(message))),
    ];

    public override byte[] Generate(Random random)
    {
        List<byte> message = [0, 0, 0x81, 0x80, 0, (byte)(random.Next(8) == 0 ? random.Next(3) : 1), 0, 0, 0, 0, 0, 0, .. AName(random, 0), 0, 33, 0, 1];
        int records = random.Next(4);
        message[7] = (byte)records;
        for (; records > 0; records--)
        {
            message.AddRange(AName(random, message.Count));
            byte[] target = AName(random, message.Count + 16);
            bool isService = random.Next(5) > 0;
            message.AddRange([0, isService ? (byte)33 : (byte)5, 0, (byte)(random.Next(8) == 0 ? 3 : 1), (byte)(random.Next(9) == 0 ? 128 : 0), 0, 0, (byte)random.Next(256)]);
            byte[] data = isService ? [0, (byte)random.Next(3), 0, (byte)random.Next(3), 1, (byte)random.Next(3), .. target] : target;
            message.AddRange([0, (byte)(data.Length + (random.Next(12) == 0 ? random.Next(-1, 2) : 0)), .. data]);
        }

        byte[] bytes = [.. message];
        if (random.Next(4) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.GetItems([0, 1, 12, 63, 64, 0xc0, 0xff, random.Next(256)], 1)[0];
        }

        return bytes[..(random.Next(6) == 0 ? random.Next(bytes.Length) : bytes.Length)];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string read = _read(input.ToArray());
        string expected = Reference(input.ToArray());
        return read == expected ? null : $"it is read as {read}, and is {expected}";
    }

    // Labels, and often a pointer to where something stands already.
    private static byte[] AName(Random random, int position)
    {
        List<byte> name = [];
        for (int left = random.Next(3); left > 0; left--)
        {
            int length = random.Next(1, random.Next(20) == 0 ? 64 : 4);
            name.Add((byte)length);
            name.AddRange(Enumerable.Range(0, length).Select(_ => (byte)"aB-_.\0"[random.Next(random.Next(10) == 0 ? 6 : 4)]));
        }

        int target = random.Next(12, int.Max(13, position + random.Next(4)));
        return random.Next(2) == 0 ? [.. name, 0] : [.. name, (byte)(0xc0 | (target >> 8)), (byte)(target & 0xff)];
    }

    private static string Read(byte[] message) => DnsAnswer.Read(message, RecordType.Srv) is { } answer
        ? $"{(long)answer.Lifetime.TotalSeconds} {string.Join(' ', answer.Services.Select(static service => $"{service.Priority}/{service.Weight}/{service.Port}/{service.Target}"))}"
        : Rejected;

    private static string Reference(byte[] message)
    {
        try
        {
            int at = 12;
            for (int questions = Short(message, 4); questions > 0; questions--)
            {
                (_, at) = NameAt(message, at);
                at += 4;
            }

            if (at > message.Length || message.Length < 12 || Short(message, 6) > 1024)
            {
                return Rejected;
            }

            long shortest = long.MaxValue;
            List<string> services = [];
            for (int records = Short(message, 6); records > 0; records--)
            {
                (_, at) = NameAt(message, at);
                int type = Short(message, at);
                int @class = Short(message, at + 2);
                long time = ((long)Short(message, at + 4) << 16) + Short(message, at + 6);
                int end = at + 10 + Short(message, at + 8);
                shortest = long.Min(shortest, time >= 1L << 31 ? 0 : time);
                byte[] known = message[..end];
                if (type == 33 && @class == 1)
                {
                    (string target, int behind) = NameAt(known, at + 16);
                    if (behind != end || target.Any(static letter => !InName.Contains(letter) && letter != '.') || target.Length > 255)
                    {
                        return Rejected;
                    }

                    services.Add($"{Short(known, at + 10)}/{Short(known, at + 12)}/{Short(known, at + 14)}/{target}");
                }

                at = end;
            }

            return services.Count == 0 ? Rejected : $"{shortest} {string.Join(' ', services)}";
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            return Rejected;
        }
    }

    // Its text, and where it ends; no byte before the place that a pointer left may be read after it but those before its target.
    private static (string Name, int End) NameAt(byte[] message, int start)
    {
        List<string> labels = [];
        int? end = null;
        int total = 0;
        for (int at = start, before = start; ;)
        {
            byte length = message[at];
            if (length >= 0xc0)
            {
                int target = ((length & 0x3f) << 8) + message[at + 1];
                end ??= at + 2;
                at = target < before ? target : throw new ArgumentOutOfRangeException(nameof(start));
                before = target;
                continue;
            }

            total += length + 1;
            string label = length > 63 || total > 255 ? throw new ArgumentOutOfRangeException(nameof(start)) : Encoding.Latin1.GetString(message[(at + 1)..(at + 1 + length)]);
            if (label.Contains('.', StringComparison.Ordinal))
            {
                throw new ArgumentOutOfRangeException(nameof(start));
            }

            at += 1 + length;
            if (length == 0)
            {
                return (string.Join('.', labels), end ?? at);
            }

            labels.Add(label);
        }
    }

    private static int Short(byte[] message, int at) => (message[at] << 8) + message[at + 1];
}
