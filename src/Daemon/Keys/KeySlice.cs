using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

using Sluice.Daemon.Wire;
using Sluice.Engine.Buffers;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Keys;

/// <summary>A private key on its way from its file to the process that keeps it, unread.</summary>
/// <param name="Id">By what servers ask for it. In a daemon's life it is never that of another key or another certificate.</param>
/// <param name="Age">How many configurations ago it was used last; 0 for the one that is being loaded.</param>
/// <param name="Pair">What it is used with.</param>
/// <param name="Pem">Its text. Whoever holds this clears it.</param>
internal sealed record HeldKey(int Id, int Age, KeyPair Pair, SecretBytes Pem)
{
    /// <summary>What it does.</summary>
    public KeyUse Use { get; init; }

    /// <summary>What opens it; empty for a key that is open. Whoever holds this clears it.</summary>
    public SecretBytes Passphrase { get; init; } = new(0);

    /// <summary>Clears what is secret.</summary>
    public void Clear()
    {
        Pem.Clear();
        Passphrase.Clear();
    }
}

/// <summary>What a key does. None does both, so whoever may ask for the one cannot get the other.</summary>
internal enum KeyUse
{
    /// <summary>Signs handshakes.</summary>
    Handshakes,

    /// <summary>Issues leaves.</summary>
    Leaves,
}

/// <summary>
/// The slice of the keys process: the keys of a configuration, and those of former ones whose certificates servers may still
/// show (D-32). Beside that process it is the one place where the daemon keeps keys: sealed memory that the parent does not map.
/// </summary>
/// <param name="NextId">The id of the next new key: what is not below it belongs to a later slice.</param>
/// <param name="Keys">The keys.</param>
internal sealed record KeySlice(int NextId, IReadOnlyList<HeldKey> Keys)
{
    /// <summary>Reads what the parent keeps, and clears what it has read.</summary>
    public static KeySlice? Read(SealedMemory memory)
    {
        SecretBytes all = new(checked((int)memory.Measure()));
        memory.Read(all.Span);
        KeySlice? slice = Read(all.Span);
        all.Clear();
        return slice;
    }

    /// <summary>The id of the next new key; 0 where there is no slice.</summary>
    public static int NextIdOf(SealedMemory? memory)
    {
        Span<byte> first = stackalloc byte[sizeof(uint)];
        if (memory is null || memory.Measure() < first.Length)
        {
            return 0;
        }

        memory.Read(first);
        return new WireReader(first).Number();
    }

    /// <summary>Reads what <see cref="Seal"/> wrote; null where it is something else.</summary>
    public static KeySlice? Read(ReadOnlySpan<byte> slice)
    {
        WireReader reader = new(slice);
        int next = reader.Number();
        KeySlice read = new(next, reader.List(ReadKey, 3 * sizeof(uint)));
        if (reader.IsWhole)
        {
            return read;
        }

        read.Clear();
        return null;
    }

    /// <summary>Writes it where nobody can change it, and leaves no copy: the buffer has its length from the beginning, and is cleared.</summary>
    public SealedMemory Seal()
    {
        byte[][] heads = [.. Keys.Select(Head)];
        SecretBytes all = new(
            (2 * sizeof(uint)) + Keys.Select((key, index) => heads[index].Length + (2 * sizeof(uint)) + key.Pem.Span.Length + key.Passphrase.Span.Length).Sum());
        Span<byte> rest = all.Span;
        Put(ref rest, NextId);
        Put(ref rest, Keys.Count);
        for (int index = 0; index < heads.Length; index++)
        {
            Put(ref rest, heads[index]);
            PutSecret(ref rest, Keys[index].Pem.Span);
            PutSecret(ref rest, Keys[index].Passphrase.Span);
        }

        SealedMemory memory = SealedMemory.Create("keys", all.Span);
        all.Clear();
        return memory;
    }

    /// <summary>Clears the keys.</summary>
    public void Clear()
    {
        foreach (HeldKey key in Keys)
        {
            key.Clear();
        }
    }

    private static HeldKey ReadKey(ref WireReader reader)
    {
        int id = reader.Number();
        int age = reader.Number();
        KeyPair pair = KeyPair.Read(ref reader);
        KeyUse use = (KeyUse)reader.Small((int)KeyUse.Leaves);
        return new HeldKey(id, age, pair, ReadSecret(ref reader)) { Use = use, Passphrase = ReadSecret(ref reader) };
    }

    private static SecretBytes ReadSecret(ref WireReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.Bytes();
        SecretBytes held = new(bytes.Length);
        bytes.CopyTo(held.Span);
        return held;
    }

    /// <summary>All of it that is no secret.</summary>
    private static byte[] Head(HeldKey key)
    {
        WireWriter writer = new();
        writer.Count(key.Id);
        writer.Count(key.Age);
        key.Pair.Write(writer);
        writer.Small((int)key.Use);
        return writer.Written.ToArray();
    }

    private static void PutSecret(ref Span<byte> rest, ReadOnlySpan<byte> secret)
    {
        Put(ref rest, secret.Length);
        Put(ref rest, secret);
    }

    private static void Put(ref Span<byte> rest, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, number);
        rest = rest[sizeof(int)..];
    }

    private static void Put(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}
