using System;
using System.Buffers;

namespace Sluice.Engine.Tls;

/// <summary>What is the name of a host where a client says which one it wants (RFC 6066 3): the one rule for whoever compares it, or tells it to others.</summary>
public static class HostName
{
    /// <summary>The longest one (RFC 1035 2.3.4), without a dot at its end.</summary>
    public const int Longest = 253;

    private const int LongestLabel = 63;

    // The underscore is in no name of a host (RFC 952), and in many that are asked for.
    private static readonly SearchValues<byte> _bytes = SearchValues.Create("-_0123456789abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Copies a name as it is compared: in lower case, without the dot of the root at its end.</summary>
    /// <param name="sent">As the client wrote it.</param>
    /// <param name="name">Gets it; at least <see cref="Longest"/> bytes.</param>
    /// <returns>Its length; 0 where it is no name of a host.</returns>
    public static int Copy(ReadOnlySpan<byte> sent, Span<byte> name)
    {
        // No client is to send that dot, and servers that are sent it leave it out.
        sent = sent is [.. ReadOnlySpan<byte> rest, (byte)'.'] ? rest : sent;
        if (sent.Length is 0 or > Longest)
        {
            return 0;
        }

        for (int i = 0; i < sent.Length; i++)
        {
            name[i] = (byte)char.ToLowerInvariant((char)sent[i]);
        }

        ReadOnlySpan<byte> copied = name[..sent.Length];
        ReadOnlySpan<byte> last = default;
        foreach (Range label in copied.Split((byte)'.'))
        {
            last = copied[label];
            if (last.Length is 0 or > LongestLabel || last.ContainsAnyExcept(_bytes))
            {
                return 0;
            }
        }

        // Addresses are no names (RFC 6066 3), and no name ends with a number.
        return last.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? sent.Length : 0;
    }
}
