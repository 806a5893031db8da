using System;
using System.Collections.Generic;

namespace Sluice.Engine.Tls;

/// <summary>What a session ticket is encrypted with: 80 random bytes, the first 16 of which name it.</summary>
public sealed class TicketKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Size = NameSize + CipherSize + MacSize;

    internal const int NameSize = 16;
    internal const int CipherSize = 32;
    internal const int MacSize = 32;

    private readonly byte[] _bytes;

    /// <summary>Takes a key that was made elsewhere.</summary>
    public TicketKey(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size, nameof(bytes));
        _bytes = bytes.ToArray();
    }

    /// <summary>The name, the cipher's key and the authentication's, to be handed on.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    internal ReadOnlySpan<byte> Name => _bytes.AsSpan(0, NameSize);

    internal ReadOnlySpan<byte> Cipher => _bytes.AsSpan(NameSize, CipherSize);

    internal ReadOnlySpan<byte> Mac => _bytes.AsSpan(NameSize + CipherSize, MacSize);

    /// <summary>Makes a new one.</summary>
    public static TicketKey Make()
    {
        byte[] bytes = new byte[Size];
        SystemRandom.Fill(bytes);
        return new TicketKey(bytes);
    }
}

/// <summary>
/// The keys of one daemon's tickets: the same in all its processes, and replaced from time to time. The newest encrypts; the
/// others still decrypt, until nothing that they encrypted is valid any more.
/// </summary>
/// <param name="lifetime">How long a ticket is valid, in whole seconds.</param>
public sealed class TicketKeys(TimeSpan lifetime)
{
    private TicketKey[] _keys = [];

    /// <summary>How long a ticket is valid.</summary>
    public TimeSpan Lifetime { get; } = lifetime;

    /// <summary>The key for new tickets; none are given out without one.</summary>
    internal TicketKey? Newest => _keys.Length > 0 ? _keys[0] : null;

    /// <summary>Takes other keys, the newest first.</summary>
    public void Replace(IEnumerable<TicketKey> keys) => _keys = [.. keys];

    internal TicketKey? Find(ReadOnlySpan<byte> name)
    {
        foreach (TicketKey key in _keys)
        {
            if (key.Name.SequenceEqual(name))
            {
                return key;
            }
        }

        return null;
    }
}
