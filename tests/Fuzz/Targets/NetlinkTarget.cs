using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Engine.Netlink;

namespace Sluice.Fuzz.Targets;

/// <summary>What a reader makes of a block of netlink messages.</summary>
internal delegate string NetlinkReader(ReadOnlySpan<byte> block, int type);

/// <summary>
/// What the kernel tells of flows and rules: messages of netlink(7), and an attribute of each that is looked for. The oracle reads numbers byte by byte and walks by steps of four. A message that
/// was written is read as what was written.
/// </summary>
/// <remarks>The first byte is the type of the attribute that is looked for.</remarks>
internal sealed class NetlinkTarget : FuzzTarget
{
    private const int HeaderBytes = 16, FamilyBytes = 4, AttributeBytes = 4;

    private readonly NetlinkReader _read;

    public NetlinkTarget()
        : this(Read)
    {
    }

    private NetlinkTarget(NetlinkReader read)
    {
        _read = read;
    }

    public override string Name => "netlink";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("finds attributes behind the end of their message", new NetlinkTarget(static (block, type) => Walk(block, type, static (_, whole) => whole, 0x3fff, 4))),
        new("takes the flags of a type for a part of it", new NetlinkTarget(static (block, type) => Walk(block, type, static (end, _) => end, 0xffff, 4))),
        new("forgets that attributes are aligned", new NetlinkTarget(static (block, type) => Walk(block, type, static (end, _) => end, 0x3fff, 1))),
        new("leaves out the last message", new NetlinkTarget(static (block, type) => string.Concat(Read(block, type).Split('/').SkipLast(2)))),
    ];

    public override byte[] Generate(Random random)
    {
        List<byte> block = [(byte)random.Next(4)];
        for (int message = random.Next(4); message >= 0; message--)
        {
            int start = block.Count;
            block.AddRange(new byte[HeaderBytes + FamilyBytes]);
            for (int attribute = random.Next(4); attribute > 0; attribute--)
            {
                int length = random.Next(8);
                block.AddRange([(byte)(AttributeBytes + length), 0, (byte)random.Next(4), (byte)(random.Next(3) == 0 ? 0x80 : 0)]);
                block.AddRange(Enumerable.Range(0, (length + 3) & ~3).Select(_ => (byte)random.Next(4)));
            }

            int whole = block.Count - start - random.Next(3);
            (block[start], block[start + 1]) = ((byte)whole, (byte)(whole >> 8));
            block[start + 4] = (byte)random.Next(4);
        }

        for (int change = random.Next(3); change > 0; change--)
        {
            block[random.Next(block.Count)] = (byte)random.Next(256);
        }

        return [.. block.Take(random.Next(4) == 0 ? random.Next(block.Count) : block.Count)];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return null;
        }

        string right = Walk(input[1..], input[0], static (end, _) => end, 0x3fff, 4);
        string read = _read(input[1..], input[0]);
        return read == right ? Again(input) : $"read as {read} instead of {right}";
    }

    private static string Read(ReadOnlySpan<byte> block, int type)
    {
        StringBuilder said = new();
        int at = 0;
        while (NetlinkText.TryReadMessage(block, ref at, out NetlinkPart message))
        {
            bool isFound = NetlinkText.TryFind(block, message.Start + FamilyBytes, message.End, type, out NetlinkPart found);
            said.Append(CultureInfo.InvariantCulture, $"{message.Type} {(isFound ? $"{found.Start}-{found.End}" : "")}/");
        }

        return said.ToString();
    }

    private static string Walk(ReadOnlySpan<byte> block, int type, Func<int, int, int> endOf, int mask, int alignment)
    {
        StringBuilder said = new();
        int at = 0;
        while (at + HeaderBytes <= block.Length && Four(block, at) is >= HeaderBytes and { } length && length <= block.Length - at)
        {
            int end = at + (int)length;
            said.Append(CultureInfo.InvariantCulture, $"{Two(block, at + 4)} {Find(block, at + HeaderBytes + FamilyBytes, endOf(end, block.Length), type, mask, alignment)}/");
            at = end + ((4 - (end & 3)) & 3);
        }

        return said.ToString();
    }

    private static string Find(ReadOnlySpan<byte> block, int at, int end, int type, int mask, int alignment)
    {
        while (at + AttributeBytes <= end && Two(block, at) is >= AttributeBytes and { } length && at + length <= end)
        {
            if ((Two(block, at + 2) & mask) == type)
            {
                return $"{at + AttributeBytes}-{at + length}";
            }

            at += (length + alignment - 1) / alignment * alignment;
        }

        return "";
    }

    private static int Two(ReadOnlySpan<byte> block, int at) => block[at] | (block[at + 1] << 8);

    private static long Four(ReadOnlySpan<byte> block, int at) => Two(block, at) + ((long)Two(block, at + 2) << 16);

    private static string? Again(ReadOnlySpan<byte> input)
    {
        Span<byte> block = new byte[HeaderBytes + FamilyBytes + AttributeBytes + input.Length + 3];
        int end = NetlinkText.Add(block, NetlinkText.Begin(block, 10, 2, 0, 7), input[0], input);
        ReadOnlySpan<byte> written = NetlinkText.End(block, end);
        int at = 0;
        return NetlinkText.TryReadMessage(written, ref at, out NetlinkPart message)
            && NetlinkText.TryFind(written, message.Start + FamilyBytes, message.End, input[0], out NetlinkPart found)
            && written[found.Start..found.End].SequenceEqual(input)
                ? null
                : "what was written is read as something else";
    }
}
