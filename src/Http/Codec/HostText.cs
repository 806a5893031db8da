using System;
using System.Net;

namespace Sluice.Http.Codec;

/// <summary>A host with an optional port, as in Host and in an authority without user (RFC 9110 7.2, H-SRV-23 to H-SRV-26).</summary>
public static class HostText
{
    private const int Longest = 255;

    /// <summary>Whether a text is <c>name</c>, <c>name:port</c>, <c>[address]</c> or <c>[address]:port</c>.</summary>
    /// <param name="text">At most 255 bytes, else false.</param>
    /// <param name="name">Where the name stands, or the address without its brackets.</param>
    /// <param name="port">0 to 65535 in decimal digits; null where there is none.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out Range name, out ushort? port)
    {
        port = null;
        name = default;
        if (text.IsEmpty || text.Length > Longest)
        {
            return false;
        }

        int end;
        if (text[0] == '[')
        {
            int close = text.IndexOf((byte)']');
            if (close < 0 || !IsIpv6(text[1..close]))
            {
                return false;
            }

            name = 1..close;
            end = close + 1;
        }
        else
        {
            end = text.IndexOfAnyExcept(Characters.HostName);
            end = end < 0 ? text.Length : end;
            name = 0..end;
        }

        return end > 0 && (end == text.Length || (text[end] == ':' && TryParsePort(text[(end + 1)..], out port)));
    }

    private static bool IsIpv6(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(Characters.Ipv6) && text.Contains((byte)':') && IPAddress.IsValidUtf8(text);

    private static bool TryParsePort(ReadOnlySpan<byte> digits, out ushort? port)
    {
        const int MostDigits = 5;
        port = null;
        if (digits.IsEmpty || digits.Length > MostDigits)
        {
            return false;
        }

        int value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        port = value <= ushort.MaxValue ? (ushort)value : null;
        return port is not null;
    }
}
