using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;

using Sluice.Engine.Tls;

namespace Sluice.Daemon.Keys;

/// <summary>Keys of session tickets that several machines have in common (D-42): each computes them from the same secret and the time of day.</summary>
/// <remarks>The secret stays in the parent, and the processes that meet clients get the keys of their time: whoever breaks into one of these does not learn former keys.</remarks>
/// <param name="number">Whom they are for; from 1.</param>
/// <param name="lifetime">How long a ticket is valid.</param>
/// <param name="secret">At least <see cref="ShortestSecret"/> bytes.</param>
public sealed class SharedTickets(int number, TimeSpan lifetime, ReadOnlyMemory<byte> secret)
{
    /// <summary>As strong as the cipher of a ticket.</summary>
    public const int ShortestSecret = 32;

    /// <summary>Whom they are for.</summary>
    public int Number => number;

    /// <summary>How long a ticket is valid.</summary>
    public TimeSpan Lifetime => lifetime;

    /// <summary>What a file has to say: all of it but blanks and line ends around it; null where that is too short.</summary>
    public static ReadOnlyMemory<byte>? SecretIn(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        ReadOnlyMemory<byte> secret = content.AsMemory().Trim(" \t\r\n"u8);
        return secret.Length < ShortestSecret ? default(ReadOnlyMemory<byte>?) : secret;
    }

    /// <summary>The keys of a time: the one for new tickets, those before it whose tickets may be good, and those that come, for clocks differ.</summary>
    /// <param name="now">The time of day.</param>
    public IEnumerable<TicketKey> At(DateTimeOffset now)
    {
        long turn = now.UtcTicks / (lifetime.Ticks / TicketRings.KeysPerLifetime);
        return Enumerable.Range(0, TicketRings.KeysPerLifetime + 1).Select(back => turn - back).Append(turn + 1).Select(Key);
    }

    // RFC 5869.
    private TicketKey Key(long turn)
    {
        ReadOnlySpan<byte> what = "sluice session tickets"u8;
        Span<byte> info = stackalloc byte[what.Length + (2 * sizeof(long))];
        what.CopyTo(info);
        BinaryPrimitives.WriteInt64BigEndian(info[what.Length..], lifetime.Ticks);
        BinaryPrimitives.WriteInt64BigEndian(info[(what.Length + sizeof(long))..], turn);
        Span<byte> key = stackalloc byte[TicketKey.Size];
        HKDF.DeriveKey(HashAlgorithmName.SHA512, secret.Span, key, salt: default, info);
        return new TicketKey(key);
    }
}
