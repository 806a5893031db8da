using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.Relayd.Snmp;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// What a master agent asks. The oracle reads a request by places in an array, has all objects in one list, and goes through it from its beginning. Answers say whose they are, and how long.
/// </summary>
internal sealed class AgentXTarget : FuzzTarget
{
    private const int HeaderBytes = 20;

    private static readonly uint[] _root = [1, 3, 6, 1, 4];
    private static readonly uint[][] _indices = [[1], [2], [2, 1], [300]];

    private readonly Func<byte[], byte[]?> _answer;

    public AgentXTarget()
        : this(static message => new AgentXAnswers(World(static rows => rows)).To(message))
    {
    }

    private AgentXTarget(Func<byte[], byte[]?> answer)
    {
        _answer = answer;
    }

    public override string Name => "agentx";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("leaves the last row out", new AgentXTarget(static message => new AgentXAnswers(World(static rows => [.. rows.SkipLast(1)])).To(message))),
        new("answers somebody else", new AgentXTarget(static message => Changed(message, 12))),
        new("is longer than it says", new AgentXTarget(static message => new AgentXAnswers(World(static rows => rows)).To(message) is { } answer ? [.. answer, 0, 0, 0, 0] : null)),
    ];

    public override byte[] Generate(Random random)
    {
        bool isBig = random.Next(2) == 0;
        List<byte> body = [];
        byte type = (byte)(random.Next(6) == 0 ? random.Next(20) : random.Next(5, 8));
        if (type == 7)
        {
            body.AddRange(Four(((uint)random.Next(3) << (isBig ? 16 : 0)) | ((uint)random.Next(5) << (isBig ? 0 : 16)), isBig));
        }

        for (int range = random.Next(4); range > 0; range--)
        {
            AddName(body, random, isBig);
            AddName(body, random, isBig);
        }

        List<byte> message = [1, type, (byte)(isBig ? 0x10 : 0), 0, .. Four(7, isBig), .. Four((uint)random.Next(), isBig), .. Four((uint)random.Next(), isBig), .. Four((uint)body.Count, isBig), .. body];
        for (int change = random.Next(4) == 0 ? random.Next(3) : 0; change > 0; change--)
        {
            message[random.Next(message.Count)] = (byte)random.Next(256);
        }

        return [.. message.Take(random.Next(8) == 0 ? random.Next(message.Count) : message.Count)];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[] message = input.ToArray();
        byte[]? answer = _answer(message);
        if (message.Length < HeaderBytes || message[0] != 1 || (message[2] & 0x08) != 0 || message[1] is < 5 or > 7)
        {
            return answer is null || IsFramed(answer) ? null : "an answer is not as long as it says";
        }

        if (answer is null || !IsFramed(answer))
        {
            return "an answer is missing, or not as long as it says";
        }

        bool isBig = (message[2] & 0x10) != 0;
        bool isTheirs = Enumerable.Range(1, 3).All(number => Number(message, number * 4, isBig) == Number(answer, number * 4, isBig: true));
        string said = Said(answer);
        string right = Right(message, isBig);
        return !isTheirs ? "the answer is somebody else's" : said == right ? null : $"answered {said} instead of {right}";
    }

    private static Mib World(Func<MibRow[], MibRow[]> change)
    {
        MibRow[] rows = [.. _indices.Select(static index => new MibRow(new ObjectId(index), [ObjectValue.Integer(index[0]), ObjectValue.Counter(index[0] * 0x1_0000_0001)]))];
        return new Mib(new ObjectId(_root), [new MibTable(2, () => change(rows)), new MibTable(1, static () => []), new MibTable(1, () => change(rows))]);
    }

    private static byte[]? Changed(byte[] message, int at) =>
        new AgentXAnswers(World(static rows => rows)).To(message) is { } answer ? [.. answer[..at], (byte)(answer[at] ^ 1), .. answer[(at + 1)..]] : null;

    private static void AddName(List<byte> body, Random random, bool isBig)
    {
        uint[] whole = random.Next(4) switch
        {
            0 => [],
            1 => [.. _root.Take(random.Next(_root.Length + 1))],
            _ => [.. _root, (uint)random.Next(5), (uint)random.Next(3), (uint)random.Next(4), .. _indices[random.Next(_indices.Length)]],
        };
        uint[] parts = [.. whole.Take(whole.Length - (random.Next(4) == 0 ? random.Next(whole.Length + 1) : 0))];
        bool isShort = parts.Length >= 5 && random.Next(2) == 0;
        body.AddRange([(byte)(parts.Length - (isShort ? 5 : 0)), (byte)(isShort ? 4 : 0), (byte)random.Next(2), 0]);
        foreach (uint part in isShort ? parts[5..] : parts)
        {
            body.AddRange(Four(part, isBig));
        }
    }

    private static byte[] Four(uint number, bool isBig)
    {
        byte[] four = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(four, isBig ? number : BinaryPrimitives.ReverseEndianness(number));
        return four;
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at, bool isBig) => isBig
        ? ((uint)bytes[at] << 24) | ((uint)bytes[at + 1] << 16) | ((uint)bytes[at + 2] << 8) | bytes[at + 3]
        : ((uint)bytes[at + 3] << 24) | ((uint)bytes[at + 2] << 16) | ((uint)bytes[at + 1] << 8) | bytes[at];

    private static bool IsFramed(byte[] answer) => answer.Length >= HeaderBytes && answer[1] == 18 && Number(answer, 16, isBig: true) == answer.Length - HeaderBytes;

    // The reference: all objects in order.
    private static IEnumerable<uint[]> All() =>
        from column in (uint[][])[[1, 1, 1], [1, 1, 2], [3, 1, 1]]
        from index in _indices
        select (uint[])[.. _root, .. column, .. index];

    private static string Right(byte[] message, bool isBig)
    {
        int at = HeaderBytes;
        (uint single, uint repetitions) = (uint.MaxValue, 0);
        if (message[1] == 7)
        {
            if (message.Length < at + 4)
            {
                return "wrong";
            }

            uint both = Number(message, at, isBig);
            (single, repetitions) = isBig ? (both >> 16, both & 0xffff) : (both & 0xffff, both >> 16);
            at += 4;
        }

        List<(uint[] Start, bool IsIncluded, uint[] End)> ranges = [];
        while (at < message.Length)
        {
            if (!TryName(message, ref at, isBig, out uint[] start, out bool isIncluded) || !TryName(message, ref at, isBig, out uint[] end, out _))
            {
                return "wrong";
            }

            ranges.Add((start, isIncluded, end));
        }

        uint length = Number(message, 16, isBig);
        return length % 4 != 0 || length > int.MaxValue ? "wrong" : string.Join(' ', message[1] == 5 ? ranges.Select(static range => Get(range.Start)) : Next(ranges, single, repetitions));
    }

    private static bool TryName(byte[] message, ref int at, bool isBig, out uint[] name, out bool isIncluded)
    {
        (name, isIncluded) = ([], false);
        if (at + 4 > message.Length || message[at] > 128 || message[at + 2] > 1 || at + 4 + (message[at] * 4) > message.Length)
        {
            return false;
        }

        isIncluded = message[at + 2] == 1;
        int from = at + 4;
        byte[] all = message;
        name = [.. message[at + 1] == 0 ? [] : (uint[])[1, 3, 6, 1, message[at + 1]], .. Enumerable.Range(0, message[at]).Select(part => Number(all, from + (part * 4), isBig))];
        at = from + (message[at] * 4);
        return name.Length <= 128;
    }

    private static string Get(uint[] name)
    {
        bool isKnown = name.AsSpan().StartsWith(_root) && name.Length > _root.Length + 2 && name[_root.Length + 1] == 1 && (name[_root.Length], name[_root.Length + 2]) is (1, 1) or (1, 2) or (2, 1) or (3, 1);
        return All().Any(each => each.AsSpan().SequenceEqual(name)) ? Dots(name) : isKnown ? $"{Dots(name)}!129" : $"{Dots(name)}!128";
    }

    private static IEnumerable<string> Next(List<(uint[] Start, bool IsIncluded, uint[] End)> ranges, uint single, uint repetitions)
    {
        int first = (int)uint.Min(single, (uint)ranges.Count);
        foreach ((uint[] start, bool isIncluded, uint[] end) in ranges.Take(first))
        {
            yield return Next(start, isIncluded, end) is { } found ? Dots(found) : $"{Dots(start)}!130";
        }

        (uint[] Start, bool IsIncluded, uint[] End)[] rest = [.. ranges.Skip(first)];
        bool isMore = rest.Length > 0;
        for (int left = (int)repetitions; isMore && left > 0; left--)
        {
            isMore = false;
            for (int i = 0; i < rest.Length; i++)
            {
                uint[]? found = Next(rest[i].Start, rest[i].IsIncluded, rest[i].End);
                isMore |= found is not null;
                yield return found is null ? $"{Dots(rest[i].Start)}!130" : Dots(found);
                rest[i] = (found ?? rest[i].Start, false, rest[i].End);
            }
        }
    }

    private static uint[]? Next(uint[] start, bool isIncluded, uint[] end)
    {
        uint[]? found = All().FirstOrDefault(each => each.AsSpan().SequenceCompareTo(start) >= (isIncluded ? 0 : 1));
        return found is not null && (end.Length == 0 || found.AsSpan().SequenceCompareTo(end) < 0) ? found : null;
    }

    private static string Dots(uint[] name) => string.Join('.', name.Select(static part => part.ToString(CultureInfo.InvariantCulture)));

    // What an answer says, as the reference does.
    private static string Said(byte[] answer)
    {
        if (Number(answer, HeaderBytes + 4, isBig: true) != 0)
        {
            return "wrong";
        }

        List<string> said = [];
        int at = HeaderBytes + 8;
        while (at < answer.Length)
        {
            uint kind = Number(answer, at, isBig: true) >> 16;
            at += 4;
            _ = TryName(answer, ref at, isBig: true, out uint[] name, out _);
            said.Add(kind >= 128 ? $"{Dots(name)}!{kind}" : Dots(name));
            at += kind switch { 2 => 4, 70 => 8, _ => 0 };
        }

        return string.Join(' ', said);
    }
}
