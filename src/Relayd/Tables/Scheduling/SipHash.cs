using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Relayd.Tables.Scheduling;

/// <summary>SipHash-2-4 by Aumasson and Bernstein: nobody who does not know the key can choose what falls on one host.</summary>
internal readonly record struct SipHash
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = 16;

    private readonly ulong _first;
    private readonly ulong _second;

    /// <summary>Takes a key.</summary>
    /// <param name="key">Exactly <see cref="KeyLength"/> bytes.</param>
    public SipHash(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength, nameof(key));
        _first = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _second = BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]);
    }

    /// <summary>The digest of bytes.</summary>
    public ulong Of(ReadOnlySpan<byte> bytes)
    {
        State state = new(_first, _second);
        ulong last = (ulong)(bytes.Length & 0xff) << 56;
        while (bytes.Length >= sizeof(ulong))
        {
            state.Absorb(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        state.Absorb(last);
        return state.End();
    }

    private ref struct State(ulong first, ulong second)
    {
        // The letters of the paper; the numbers are "somepseudorandomlygeneratedbytes".
        private ulong _v0 = first ^ 0x736f6d6570736575;
        private ulong _v1 = second ^ 0x646f72616e646f6d;
        private ulong _v2 = first ^ 0x6c7967656e657261;
        private ulong _v3 = second ^ 0x7465646279746573;

        public void Absorb(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong End()
        {
            _v2 ^= 0xff;
            Round();
            Round();
            Round();
            Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        private void Round()
        {
            unchecked
            {
                _v0 += _v1;
                _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
                _v0 = BitOperations.RotateLeft(_v0, 32);
                _v2 += _v3;
                _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
                _v0 += _v3;
                _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
                _v2 += _v1;
                _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
                _v2 = BitOperations.RotateLeft(_v2, 32);
            }
        }
    }
}
