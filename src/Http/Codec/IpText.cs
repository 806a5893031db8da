using System;
using System.Buffers.Binary;

namespace Sluice.Http.Codec;

/// <summary>IP addresses as peers write them: strictly, without names, zones, octal or hexadecimal parts; allocates nothing.</summary>
public static class IpText
{
    /// <summary>Bytes of the longest address.</summary>
    public const int MostBytes = 16;

    private const int Groups = 8;

    /// <summary>Reads an address that is the whole text.</summary>
    /// <param name="text">Such as <c>192.0.2.1</c> or <c>2001:db8::1</c>, without brackets.</param>
    /// <param name="address">Room for <see cref="MostBytes"/>; gets the address in network order.</param>
    /// <returns>4 or 16; 0 where the text is no address.</returns>
    public static int Parse(ReadOnlySpan<byte> text, Span<byte> address) =>
        text.Contains((byte)':')
            ? ParseVersion6(text, address) ? MostBytes : 0
            : ParseVersion4(text, address) ? 4 : 0;

    /// <summary>Reads a decimal number of a port: no sign, no leading zero.</summary>
    public static bool TryParsePort(ReadOnlySpan<byte> text, out ushort port) => TryParseDecimal(text, out port);

    // Four decimal numbers, as inet_pton(3) takes them.
    private static bool ParseVersion4(ReadOnlySpan<byte> text, Span<byte> address)
    {
        const int Parts = 4;
        for (int part = 0; part < Parts; part++)
        {
            int end = part == Parts - 1 ? text.Length : text.IndexOf((byte)'.');
            if (end < 0 || !TryParseDecimal(text[..end], out ushort value) || value > byte.MaxValue)
            {
                return false;
            }

            address[part] = (byte)value;
            text = end == text.Length ? default : text[(end + 1)..];
        }

        return true;
    }

    private static bool TryParseDecimal(ReadOnlySpan<byte> text, out ushort value)
    {
        const int MostDigits = 5;
        value = 0;
        if (text.Length is 0 or > MostDigits || (text.Length > 1 && text[0] == (byte)'0'))
        {
            return false;
        }

        int number = 0;
        foreach (byte digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        value = (ushort)int.Min(number, ushort.MaxValue);
        return number <= ushort.MaxValue;
    }

    // RFC 4291 2.2: eight groups, of which one run of zeros may be "::" and the last two an IPv4 address.
    private static bool ParseVersion6(ReadOnlySpan<byte> text, Span<byte> address)
    {
        address[..MostBytes].Clear();
        int group = 0;
        int gap = -1; // the group before which "::" stands
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)':');
            ReadOnlySpan<byte> part = end < 0 ? text : text[..end];
            if (end < 0 && part.Contains((byte)'.'))
            {
                if (group > Groups - 2 || !ParseVersion4(part, address[(2 * group)..]))
                {
                    return false;
                }

                group += 2;
                break;
            }

            if (group == Groups || !TryParseGroup(part, address[(2 * group)..]))
            {
                return false;
            }

            group++;
            if (end < 0)
            {
                break;
            }

            text = text[(end + 1)..];
            if (!text.IsEmpty && text[0] == (byte)':')
            {
                if (gap >= 0)
                {
                    return false;
                }

                gap = group;
                text = text[1..];
            }
            else if (text.IsEmpty)
            {
                return false;
            }
        }

        return gap < 0 ? group == Groups : Spread(address[..MostBytes], group, gap);
    }

    private static bool TryParseGroup(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        if (text.Length is 0 or > 4)
        {
            return false;
        }

        int value = 0;
        foreach (byte digit in text)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            value = (value << 4) | ((digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10) & 0xf);
        }

        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)value);
        return true;
    }

    /// <summary>Moves what stands behind the gap to the end; a gap stands for one group at least.</summary>
    private static bool Spread(Span<byte> address, int groups, int gap)
    {
        if (groups >= Groups)
        {
            return false;
        }

        int behind = 2 * (groups - gap);
        Span<byte> rest = address.Slice(2 * gap, behind);
        rest.CopyTo(address[^behind..]);
        address[(2 * gap)..^behind].Clear();
        return true;
    }
}
