using System;
using System.Buffers.Binary;
using System.Linq;

namespace Sluice.Engine.Tls.Certificates;

/// <summary>Elements of DER (X.690), to write them and to take them apart: what certificates are made of. Nothing else than the shortest form of a length is read, and none above 64 KiB.</summary>
internal static class Der
{
    public const byte Boolean = 0x01;
    public const byte Integer = 0x02;
    public const byte BitString = 0x03;
    public const byte OctetString = 0x04;
    public const byte ObjectIdentifier = 0x06;
    public const byte Utf8String = 0x0c;
    public const byte UtcTime = 0x17;
    public const byte GeneralizedTime = 0x18;
    public const byte Sequence = 0x30;
    public const byte Set = 0x31;

    private const byte ManyByteTag = 0x1f;
    private const byte LongLength = 0x80;
    private const int MostShort = 0x7f;

    /// <summary>A tag that means what its place says, and holds bytes.</summary>
    public static byte Place(int number) => (byte)(0x80 | number);

    /// <summary>The same, and holds elements.</summary>
    public static byte PlaceOfElements(int number) => (byte)(0xa0 | number);

    /// <summary>An element of these parts.</summary>
    public static byte[] Element(byte tag, params ReadOnlySpan<byte[]> parts)
    {
        int length = 0;
        foreach (byte[] part in parts)
        {
            length += part.Length;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue, nameof(parts));
        byte[] head = length switch
        {
            <= MostShort => [tag, (byte)length],
            <= byte.MaxValue => [tag, LongLength | 1, (byte)length],
            _ => [tag, LongLength | 2, (byte)(length >> 8), (byte)(length & byte.MaxValue)],
        };
        return [.. head, .. parts.ToArray().SelectMany(static part => part)];
    }

    /// <summary>Takes the content of the first element, which has to have this tag.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, byte tag, out ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> all = rest;
        bool isTaken = TryTakeAny(ref rest, out byte found, out content, out _) && found == tag;
        if (!isTaken)
        {
            rest = all;
            content = default;
        }

        return isTaken;
    }

    /// <summary>The same with tag and length.</summary>
    public static bool TryTakeWhole(ref ReadOnlySpan<byte> rest, byte tag, out ReadOnlySpan<byte> element)
    {
        ReadOnlySpan<byte> all = rest;
        bool isTaken = TryTake(ref rest, tag, out _);
        element = all[..(all.Length - rest.Length)];
        return isTaken;
    }

    /// <summary>Takes the first element, whatever it is.</summary>
    /// <param name="rest">What is left behind it; as it was where there is none.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="element">All of it.</param>
    public static bool TryTakeAny(ref ReadOnlySpan<byte> rest, out byte tag, out ReadOnlySpan<byte> content, out ReadOnlySpan<byte> element)
    {
        tag = 0;
        content = default;
        element = default;
        if (!TryReadLength(rest, out int head, out int length) || length > rest.Length - head)
        {
            return false;
        }

        tag = rest[0];
        element = rest[..(head + length)];
        content = element[head..];
        rest = rest[element.Length..];
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> element, out int head, out int length)
    {
        const int ShortHead = 2;
        (head, length) = (ShortHead, 0);
        if (element.Length < ShortHead || (element[0] & ManyByteTag) == ManyByteTag)
        {
            return false;
        }

        byte first = element[1];
        int more = first & MostShort;
        head = first <= MostShort ? ShortHead : ShortHead + more;
        if (element.Length < head || first == LongLength)
        {
            return false;
        }

        length = (first <= MostShort, more) switch
        {
            (true, _) => first,
            (_, 1) => element[ShortHead],
            (_, 2) => BinaryPrimitives.ReadUInt16BigEndian(element[ShortHead..]),
            _ => -1,
        };
        return first <= MostShort || (more == 1 && length > MostShort) || (more == 2 && length > byte.MaxValue);
    }
}
