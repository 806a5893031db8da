using System;
using System.Buffers;

namespace Sluice.Http.Codec;

/// <summary>The character sets of RFC 9110 5.6 and RFC 9112, as the parsers use them.</summary>
internal static class Characters
{
    /// <summary>tchar (RFC 9110 5.6.2).</summary>
    public static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What a target may hold: visible ASCII without <c>#</c>, which never travels (RFC 9112 3.2).</summary>
    public static readonly SearchValues<byte> Target = SearchValues.Create(Where(value => value is > 0x20 and < 0x7f and not (byte)'#'));

    /// <summary>Control bytes but the tab: what a field value may not hold, and where it ends.</summary>
    public static readonly SearchValues<byte> Control = SearchValues.Create(Where(value => value is (< 0x20 and not (byte)'\t') or 0x7f));

    /// <summary>unreserved (RFC 3986 2.3): all that a registered name has in practice.</summary>
    public static readonly SearchValues<byte> HostName =
        SearchValues.Create("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What an IPv6 address in brackets may hold.</summary>
    public static readonly SearchValues<byte> Ipv6 = SearchValues.Create(":.0123456789ABCDEFabcdef"u8);

    /// <summary>Without the blanks (space, tab) around it (OWS, RFC 9110 5.6.3).</summary>
    public static ReadOnlySpan<byte> TrimBlanks(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    private static byte[] Where(Predicate<byte> belongs)
    {
        byte[] all = new byte[256];
        for (int value = 0; value < all.Length; value++)
        {
            all[value] = (byte)value;
        }

        return Array.FindAll(all, belongs);
    }
}
