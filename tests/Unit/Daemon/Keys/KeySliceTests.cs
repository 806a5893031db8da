using System;
using System.Collections.Generic;
using System.Linq;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Daemon.Keys;
using Sluice.Engine.Buffers;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Daemon.Keys;

public sealed class KeySliceTests
{
    [Fact]
    public void What_was_sealed_reads_as_the_same() =>
        Prop.ForAll<NonNegativeInt, byte[][]>((next, keys) =>
        {
            KeySlice slice = new(next.Get, [.. keys.Select((key, index) => new HeldKey(index, index % 8, new KeyPair($"c{index}", "/c", "/k", ["a", "b"]), Held(key ?? [])) { Use = (KeyUse)(index % 2), Passphrase = Held(key ?? []) })]);
            using SealedMemory memory = slice.Seal();
            return Words(slice).SequenceEqual(Words(KeySlice.Read(memory)!), StringComparer.Ordinal);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_no_slice_is_refused()
    {
        KeySlice slice = new(2, [new HeldKey(1, 0, new KeyPair("c", "/c", "/k", ["a"]), Held("key"u8.ToArray()))]);
        using SealedMemory memory = slice.Seal();
        byte[] bytes = memory.Read();

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(KeySlice.Read(bytes.AsSpan(0, length))));
    }

    [Fact]
    public void A_cleared_slice_has_cleared_its_keys()
    {
        KeySlice slice = new(2, [new HeldKey(1, 0, new KeyPair("c", "/c", "/k", ["a"]), Held("key"u8.ToArray())) { Passphrase = Held("pass"u8.ToArray()) }]);

        slice.Clear();

        Assert.Equal(new byte[3], slice.Keys[0].Pem.Span.ToArray());
        Assert.Equal(new byte[4], slice.Keys[0].Passphrase.Span.ToArray());
    }

    private static SecretBytes Held(byte[] bytes)
    {
        SecretBytes held = new(bytes.Length);
        bytes.CopyTo(held.Span);
        return held;
    }

    private static IEnumerable<string> Words(KeySlice slice) => slice.Keys.Select(Words).Prepend($"{slice.NextId}");

    private static string Words(HeldKey key) => string.Join(
        ' ', [$"{key.Id} {key.Age} {key.Pair.Certificate} {key.Pair.CertificateFile} {key.Pair.KeyFile}", .. key.Pair.Owners, $"{key.Use}", Convert.ToHexString(key.Pem.Span), Convert.ToHexString(key.Passphrase.Span)]);
}
