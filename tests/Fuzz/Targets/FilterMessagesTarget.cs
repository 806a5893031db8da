using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Engine.Netfilter;
using Sluice.Engine.Netlink;

namespace Sluice.Fuzz.Targets;

/// <summary>What a reader makes of a message about the packet filter.</summary>
internal delegate string FilterReader(ReadOnlySpan<byte> message);

/// <summary>
/// What the kernel tells of the elements of maps, and of chains, counters and maps: one message of nftables. The oracle reads numbers byte by byte and looks for attributes by steps of four.
/// What is read is removed by a batch in which it stands again.
/// </summary>
internal sealed class FilterMessagesTarget : FuzzTarget
{
    private const int HeaderBytes = 20, AttributeBytes = 4;
    private const string Table = "ip sluice";

    private static readonly byte[] _kinds = [12, 12, 12, 3, 9, 18, 14];

    private readonly FilterReader _read;

    public FilterMessagesTarget()
        : this(Read)
    {
    }

    private FilterMessagesTarget(FilterReader read)
    {
        _read = read;
    }

    public override string Name => "filter-messages";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes keys of any length", new FilterMessagesTarget(static message => Expect(message, mostBytes: 64, elements: 9, family: 2))),
        new("reads the first element alone", new FilterMessagesTarget(static message => Expect(message, mostBytes: 16, elements: 1, family: 2))),
        new("takes tables of the other family", new FilterMessagesTarget(static message => Expect(message, mostBytes: 16, elements: 9, family: 10))),
    ];

    public override byte[] Generate(Random random)
    {
        List<byte> message = [.. new byte[HeaderBytes]];
        (message[4], message[5]) = (_kinds[random.Next(_kinds.Length)], (byte)(random.Next(10) == 0 ? random.Next(16) : 10));
        message[HeaderBytes - 4] = (byte)(random.Next(3) == 0 ? 10 : 2);
        bool hasElements = message[4] is 12 or 14;
        message.AddRange(Attribute(1, random.Next(6) == 0 ? "slui\0"u8 : "sluice\0"u8));
        message.AddRange(Attribute(2, "named\0"u8));
        message.AddRange(hasElements ? Attribute(3, [.. Enumerable.Range(0, random.Next(4)).SelectMany(_ => Attribute(random.Next(8) == 0 ? 2 : 1, Element(random)))]) : Attribute(3, [(byte)'f', 0, 0, (byte)random.Next(16)]));
        (message[0], message[1]) = ((byte)(message.Count & 255), (byte)(message.Count >> 8));
        for (int change = random.Next(3) == 0 ? 1 : 0; change > 0; change--)
        {
            message[random.Next(message.Count)] = (byte)random.Next(256);
        }

        return [.. message.Take(random.Next(8) == 0 ? random.Next(message.Count) : message.Count)];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string right = Expect(input, mostBytes: FilterValue.MostBytes, elements: int.MaxValue, family: 2);
        string read = _read(input);
        return read == right ? Again(input) : $"read as {read} instead of {right}";
    }

    private static byte[] Element(Random random)
    {
        List<byte> sides = [];
        for (int side = random.Next(4); side > 0; side--)
        {
            byte[] value = new byte[((int[])[0, 1, 4, 4, 16, 16, 17, 20])[random.Next(8)]];
            random.NextBytes(value);
            sides.AddRange(Attribute(1 + random.Next(3), Attribute(random.Next(8) == 0 ? 2 : 1, value)));
        }

        return [.. sides];
    }

    private static byte[] Attribute(int type, ReadOnlySpan<byte> content) =>
        [(byte)((AttributeBytes + content.Length) & 255), (byte)((AttributeBytes + content.Length) >> 8), (byte)type, 0, .. content, .. new byte[-content.Length & 3]];

    private static string Read(ReadOnlySpan<byte> block)
    {
        int at = 0;
        if (!NetlinkText.TryReadMessage(block, ref at, out NetlinkPart message))
        {
            return "no message";
        }

        List<FilterElement> elements = [];
        FilterMessages.ReadElements(block, message, elements);
        FilterMapName? map = FilterMessages.ReadMap(block, message, Table);
        return string.Concat(elements.Select(static element => $"{Convert.ToHexString(element.Key.ToArray())}:{Convert.ToHexString(element.Value.ToArray())} "))
            + $"{FilterMessages.ReadChain(block, message, Table)}|{FilterMessages.ReadCounter(block, message, Table)}|{(map is { } named ? $"{named.Name} {named.Kind}" : "")}";
    }

    private static string Expect(ReadOnlySpan<byte> block, int mostBytes, int elements, int family)
    {
        if (block.Length < HeaderBytes - AttributeBytes || Four(block, 0) < HeaderBytes - AttributeBytes || Four(block, 0) > (uint)block.Length)
        {
            return "no message";
        }

        ReadOnlySpan<byte> message = block[..(int)Four(block, 0)];
        int kind = Two(message, 4);
        bool isOurs = message.Length > HeaderBytes - AttributeBytes && (message[HeaderBytes - AttributeBytes] == 2 || message[HeaderBytes - AttributeBytes] == family) && Text(message, 1) == "sluice";
        string chain = isOurs && kind == 0xa03 ? Text(message, 3) ?? "" : "";
        string counter = isOurs && kind == 0xa12 ? Text(message, 2) ?? "" : "";
        string map = isOurs && kind == 0xa09 && Text(message, 2) is { } name ? Map(message, name) : "";
        return $"{(kind == 0xa0c ? Elements(message, mostBytes, elements) : "")}{chain}|{counter}|{map}";
    }

    private static string Map(ReadOnlySpan<byte> message, string name)
    {
        (int start, int end) = Find(message, HeaderBytes, message.Length, 3);
        int flags = end - start >= 4 ? message[start + 3] : 0;
        return (flags & 1) != 0 ? "" : $"{name} {((flags & 8) != 0 ? "Map" : "Set")}";
    }

    private static string Elements(ReadOnlySpan<byte> message, int mostBytes, int most)
    {
        StringBuilder said = new();
        (int at, int end) = Find(message, HeaderBytes, message.Length, 3);
        (int start, int stop) = Find(message, at, end, 1);
        for (int count = 0; start > 0 && count < most; count++)
        {
            (string? key, string? value) = (Value(message, start, stop, 1, mostBytes), Value(message, start, stop, 2, mostBytes));
            bool hasValue = Find(message, start, stop, 2).Start > 0;
            if (key is not null && (value is not null || !hasValue))
            {
                said.Append(CultureInfo.InvariantCulture, $"{key}:{value} ");
            }

            (start, stop) = Find(message, (stop + 3) / 4 * 4, end, 1);
        }

        return said.ToString();
    }

    private static string? Value(ReadOnlySpan<byte> message, int start, int end, int type, int mostBytes)
    {
        (int side, int sideEnd) = Find(message, start, end, type);
        (int value, int valueEnd) = Find(message, side, sideEnd, 1);
        return valueEnd - value is > 0 and { } length && length <= mostBytes ? Convert.ToHexString(message[value..valueEnd]) : null;
    }

    private static string? Text(ReadOnlySpan<byte> message, int type)
    {
        (int start, int end) = Find(message, HeaderBytes, message.Length, type);
        return start == 0 ? null : Encoding.UTF8.GetString(message[start..end]).TrimEnd('\0');
    }

    // Where the content is; (0, 0) where there is none.
    private static (int Start, int End) Find(ReadOnlySpan<byte> message, int at, int end, int type)
    {
        while (at > 0 && at + AttributeBytes <= end && Two(message, at) is >= AttributeBytes and { } length && at + length <= end)
        {
            if ((Two(message, at + 2) & 0x3fff) == type)
            {
                return (at + AttributeBytes, at + length);
            }

            at += (length + 3) / 4 * 4;
        }

        return (0, 0);
    }

    private static string? Again(ReadOnlySpan<byte> input)
    {
        List<FilterElement> elements = [];
        int at = 0;
        if (NetlinkText.TryReadMessage(input, ref at, out NetlinkPart message))
        {
            FilterMessages.ReadElements(input, message, elements);
        }

        Span<byte> batch = FilterMessages.WriteRemoval(new byte[FilterMessages.BatchBytes], new FilterMap(Table, "named"), [.. elements.Take(FilterMessages.MostRemoved)]);
        List<FilterElement> again = [];
        for (at = 0; NetlinkText.TryReadMessage(batch, ref at, out NetlinkPart written);)
        {
            FilterMessages.ReadElements(batch, written, again);
        }

        return elements.SequenceEqual(again) ? null : "what is to be removed is another element";
    }

    private static int Two(ReadOnlySpan<byte> block, int at) => block[at] | (block[at + 1] << 8);

    private static uint Four(ReadOnlySpan<byte> block, int at) => (uint)Two(block, at) + ((uint)Two(block, at + 2) << 16);
}
