using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;

namespace Sluice.Engine.Io;

/// <summary>The numeric text of addresses.</summary>
internal static class SocketAddressText
{
    public static int Write(in SocketAddress address, Span<byte> destination)
    {
        int length;
        switch (address.Kind)
        {
            case AddressKind.IPv4:
                length = WriteHost(address, destination);
                break;
            case AddressKind.IPv6:
                destination[0] = (byte)'[';
                length = 1 + WriteHost(address, destination[1..]);
                destination[length++] = (byte)']';
                break;
            default:
                return WriteHost(address, destination);
        }

        destination[length++] = (byte)':';
        return length + Decimal(destination[length..], (uint)address.Port);
    }

    public static int WriteHost(in SocketAddress address, Span<byte> destination)
    {
        Span<byte> ip = stackalloc byte[16];
        switch (address.Kind)
        {
            case AddressKind.IPv4:
                _ = address.CopyIp(ip);
                return WriteIPv4(ip[..4], destination);
            case AddressKind.IPv6:
                _ = address.CopyIp(ip);
                int length = WriteIPv6(ip, destination);
                if (address.Zone != 0)
                {
                    destination[length++] = (byte)'%';
                    length += Decimal(destination[length..], address.Zone);
                }

                return length;
            default:
                address.Path.CopyTo(destination);
                return address.Path.Length;
        }
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out SocketAddress address)
    {
        address = default;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is (byte)'/' or 0)
        {
            bool fits = text.Length <= SocketAddress.LongestPath;
            address = fits ? SocketAddress.FromUnix(text) : default;
            return fits;
        }

        int colon = text.LastIndexOf((byte)':');
        if (colon < 0 || !ushort.TryParse(text[(colon + 1)..], out ushort port))
        {
            return false;
        }

        ReadOnlySpan<byte> host = text[..colon];
        bool bracketed = host is [(byte)'[', .., (byte)']'];
        if (!IPAddress.TryParse(bracketed ? host[1..^1] : host, out IPAddress? parsed))
        {
            return false;
        }

        Span<byte> ip = stackalloc byte[16];
        _ = parsed.TryWriteBytes(ip, out int length);
        if (bracketed != (length == 16))
        {
            return false;
        }

        address = SocketAddress.FromIp(ip[..length], port, length == 16 ? (uint)parsed.ScopeId : 0);
        return true;
    }

    // Where it is not there, everything.
    public static int IndexOfOrLength(this ReadOnlySpan<byte> bytes, byte wanted)
    {
        int index = bytes.IndexOf(wanted);
        return index < 0 ? bytes.Length : index;
    }

    private static int WriteIPv4(ReadOnlySpan<byte> ip, Span<byte> destination)
    {
        int length = 0;
        foreach (byte part in ip)
        {
            length += Decimal(destination[length..], part);
            destination[length++] = (byte)'.';
        }

        return length - 1;
    }

    // RFC 5952 4: lower case, no leading zeros, the first longest run of two or more zero groups becomes "::".
    private static int WriteIPv6(ReadOnlySpan<byte> ip, Span<byte> destination)
    {
        (int start, int count) = LongestZeroRun(ip);
        bool isMapped = start == 0 && count == 5 && ip[10] == 0xff && ip[11] == 0xff;
        int groups = isMapped ? 6 : 8;
        int length = 0;
        for (int group = 0; group < groups;)
        {
            if (group == start && count > 1)
            {
                "::"u8.CopyTo(destination[length..]);
                length += 2;
                group += count;
                continue;
            }

            if (length > 0 && destination[length - 1] != (byte)':')
            {
                destination[length++] = (byte)':';
            }

            ushort value = BinaryPrimitives.ReadUInt16BigEndian(ip[(group * 2)..]);
            _ = Utf8Formatter.TryFormat(value, destination[length..], out int written, new('x'));
            length += written;
            group++;
        }

        if (isMapped)
        {
            destination[length++] = (byte)':';
            length += WriteIPv4(ip[12..], destination[length..]);
        }

        return length;
    }

    private static (int Start, int Count) LongestZeroRun(ReadOnlySpan<byte> ip)
    {
        (int start, int count, int run) = (0, 0, 0);
        for (int group = 0; group < 8; group++)
        {
            run = BinaryPrimitives.ReadUInt16BigEndian(ip[(group * 2)..]) == 0 ? run + 1 : 0;
            if (run > count)
            {
                (start, count) = (group - run + 1, run);
            }
        }

        return (start, count);
    }

    private static int Decimal(Span<byte> destination, uint value)
    {
        _ = Utf8Formatter.TryFormat(value, destination, out int written);
        return written;
    }
}
