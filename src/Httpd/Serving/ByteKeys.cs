using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Sluice.Httpd.Serving;

/// <summary>Byte strings as keys of dictionaries that are asked with spans.</summary>
/// <remarks>The hash is keyed by a secret of the process: a client that chooses paths cannot choose collisions.</remarks>
internal sealed class ByteKeys : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>Every byte counts.</summary>
    public static readonly ByteKeys Exact = new(fold: 0);

    /// <summary>ASCII letters are equal in either case; a key with other bytes equals nothing, so leave it out.</summary>
    public static readonly ByteKeys IgnoringCase = new(fold: 0x2020_2020_2020_2020);

    private const ulong First = 0xa076_1d64_78bd_642f;
    private const ulong Second = 0xe703_7ed1_a0b4_28db;

    private static readonly ulong _secret = MakeSecret();

    /// <summary>The bits that are set in every byte before it is hashed.</summary>
    private readonly ulong _fold;

    private ByteKeys(ulong fold)
    {
        _fold = fold;
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    public bool Equals(byte[]? x, byte[]? y) => x is not null && y is not null && Equals(x.AsSpan(), y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) =>
        _fold == 0 ? alternate.SequenceEqual(other) : Ascii.EqualsIgnoreCase(alternate, other);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    /// <summary>Multiplies 16 bytes a round into 128 bits and folds them, as wyhash does.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        ulong state = _secret ^ (uint)alternate.Length;
        while (alternate.Length > 16)
        {
            state = Mix(Word(alternate) ^ First, Word(alternate[8..]) ^ state);
            alternate = alternate[16..];
        }

        ulong low;
        ulong high;
        if (alternate.Length >= 8)
        {
            low = Word(alternate);
            high = Word(alternate[^8..]);
        }
        else if (alternate.Length >= 4)
        {
            low = BinaryPrimitives.ReadUInt32LittleEndian(alternate) | (_fold & uint.MaxValue);
            high = BinaryPrimitives.ReadUInt32LittleEndian(alternate[^4..]) | (_fold & uint.MaxValue);
        }
        else
        {
            low = 0;
            high = 0;
            foreach (byte value in alternate)
            {
                low = (low << 8) | value | (_fold & 0xff);
            }
        }

        state = Mix(low ^ First, high ^ state);
        state = Mix(state ^ Second, _secret);
        return unchecked((int)state);
    }

    /// <summary>122 random bits, and no need of a library of cryptography, which a server never loads.</summary>
    private static ulong MakeSecret()
    {
        Span<byte> random = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(random);
        return Mix(BinaryPrimitives.ReadUInt64LittleEndian(random), BinaryPrimitives.ReadUInt64LittleEndian(random[8..]));
    }

    private ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes) | _fold;

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
