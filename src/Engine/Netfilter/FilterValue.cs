using System;
using System.Buffers.Binary;

namespace Sluice.Engine.Netfilter;

/// <summary>A key or a value of a map of the packet filter, as the kernel keeps it: an address, a number, or several together, of up to 16 bytes.</summary>
public readonly record struct FilterValue
{
    /// <summary>The longest one.</summary>
    public const int MostBytes = 16;

    // Some hundred thousands of these may be there at once.
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly byte _length;

    private FilterValue(ReadOnlySpan<byte> whole, int length)
    {
        _high = BinaryPrimitives.ReadUInt64BigEndian(whole);
        _low = BinaryPrimitives.ReadUInt64BigEndian(whole[sizeof(ulong)..]);
        _length = (byte)length;
    }

    /// <summary>Bytes it has; 0 for the value of a set, which has none.</summary>
    public int Length => _length;

    /// <summary>Reads one; nothing where there are more bytes than <see cref="MostBytes"/>.</summary>
    public static FilterValue Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
        {
            return default;
        }

        Span<byte> whole = stackalloc byte[MostBytes];
        whole.Clear();
        bytes.CopyTo(whole);
        return new FilterValue(whole, bytes.Length);
    }

    /// <summary>Writes it.</summary>
    /// <param name="buffer">Has room for <see cref="MostBytes"/>.</param>
    /// <returns>As many bytes as it has.</returns>
    public ReadOnlySpan<byte> CopyTo(Span<byte> buffer)
    {
        BinaryPrimitives.WriteUInt64BigEndian(buffer, _high);
        BinaryPrimitives.WriteUInt64BigEndian(buffer[sizeof(ulong)..], _low);
        return buffer[..Length];
    }

    /// <summary>Its bytes.</summary>
    public byte[] ToArray() => CopyTo(stackalloc byte[MostBytes]).ToArray();
}

/// <summary>A map or a set of the packet filter.</summary>
/// <param name="Table">Family and name of its table, as nft(8) says them: <c>ip sluice</c>.</param>
/// <param name="Name">Its name.</param>
public readonly record struct FilterMap(string Table, string Name);

/// <summary>An element of a map or a set.</summary>
/// <param name="Key">Has a byte at least.</param>
/// <param name="Value">Empty in a set.</param>
public readonly record struct FilterElement(FilterValue Key, FilterValue Value);
