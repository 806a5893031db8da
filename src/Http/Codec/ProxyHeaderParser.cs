using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Http.Codec;

/// <summary>Reads the PROXY header that a trusted proxy sends first. Strict and bounded: what is not a header is rejected at the first
/// byte that shows it.</summary>
/// <remarks>See proxy-protocol.txt of HAProxy, sections 2.1 and 2.2.</remarks>
public static class ProxyHeaderParser
{
    /// <summary>The longest header of version 2 that is taken, its extensions included.</summary>
    public const int MostBytes = 4096;

    // Section 2.1: the longest line, its end included.
    private const int MostBytesOfLine = 107;

    // Signature, version and command, family and protocol, length.
    private const int FixedBytes = 16;

    private const byte ChecksumType = 0x03;

    private static ReadOnlySpan<byte> LineStart => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads a header at the start of the input.</summary>
    /// <param name="input">All that came so far.</param>
    /// <param name="header">The header, where the result is <see cref="ParseStatus.Complete"/>.</param>
    public static ParseStatus Parse(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        header = default;
        if (input.IsEmpty)
        {
            return ParseStatus.NeedMore;
        }

        ReadOnlySpan<byte> start = input[0] == Signature[0] ? Signature : LineStart;
        int known = int.Min(input.Length, start.Length);
        if (!input[..known].SequenceEqual(start[..known]))
        {
            return ParseStatus.Rejected;
        }

        return known < start.Length ? ParseStatus.NeedMore
            : start.Length == LineStart.Length ? ParseLine(input, out header)
            : ParseBinary(input, out header);
    }

    private static ParseStatus ParseLine(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        header = default;
        ReadOnlySpan<byte> seen = input[..int.Min(input.Length, MostBytesOfLine)];
        int end = seen.IndexOf("\r\n"u8);
        if (end < 0)
        {
            // A line end in another form, or a control character, never becomes a header.
            ReadOnlySpan<byte> text = seen[^1] == (byte)'\r' ? seen[..^1] : seen;
            bool mayGoOn = seen.Length < MostBytesOfLine && text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
            return mayGoOn ? ParseStatus.NeedMore : ParseStatus.Rejected;
        }

        ReadOnlySpan<byte> line = seen[LineStart.Length..end];
        int length = end + 2;
        if (line.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0)
        {
            return ParseStatus.Rejected;
        }

        // Whatever follows UNKNOWN is to be ignored.
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
        {
            header = new ProxyHeader(length);
            return ParseStatus.Complete;
        }

        return TryReadAddresses(line, length, out header) ? ParseStatus.Complete : ParseStatus.Rejected;
    }

    /// <summary>"TCP4" or "TCP6", the two addresses and the two ports, one blank between them.</summary>
    private static bool TryReadAddresses(ReadOnlySpan<byte> line, int length, out ProxyHeader header)
    {
        header = default;
        int expected = line.StartsWith("TCP4 "u8) ? 4 : line.StartsWith("TCP6 "u8) ? IpText.MostBytes : 0;
        Span<Range> words = stackalloc Range[6];
        Span<byte> source = stackalloc byte[IpText.MostBytes];
        Span<byte> destination = stackalloc byte[IpText.MostBytes];
        if (expected == 0 || Split(line, words) != 5
            || IpText.Parse(line[words[1]], source) != expected
            || IpText.Parse(line[words[2]], destination) != expected
            || !IpText.TryParsePort(line[words[3]], out ushort port)
            || !IpText.TryParsePort(line[words[4]], out _))
        {
            return false;
        }

        header = new ProxyHeader(length, source[..expected], port);
        return true;
    }

    private static int Split(ReadOnlySpan<byte> line, Span<Range> words)
    {
        int count = 0;
        foreach (Range word in line.Split((byte)' '))
        {
            if (count == words.Length)
            {
                break;
            }

            words[count++] = word;
        }

        return count;
    }

    private static ParseStatus ParseBinary(ReadOnlySpan<byte> input, out ProxyHeader header)
    {
        const int VersionAt = 12;
        header = default;
        if (input.Length > VersionAt && (input[VersionAt] is not (0x20 or 0x21)))
        {
            return ParseStatus.Rejected;
        }

        if (input.Length > VersionAt + 1 && !IsKnownFamily(input[VersionAt + 1]))
        {
            return ParseStatus.Rejected;
        }

        if (input.Length < FixedBytes)
        {
            return ParseStatus.NeedMore;
        }

        int length = FixedBytes + BinaryPrimitives.ReadUInt16BigEndian(input[(FixedBytes - 2)..]);
        if (length > MostBytes)
        {
            return ParseStatus.Rejected;
        }

        if (input.Length < length)
        {
            return ParseStatus.NeedMore;
        }

        return TryReadBinary(input[..length], out header) ? ParseStatus.Complete : ParseStatus.Rejected;
    }

    // Family in the upper half: unspecified, IPv4, IPv6, unix; protocol in the lower: unspecified, stream, datagram.
    private static bool IsKnownFamily(byte value) => value >> 4 <= 3 && (value & 0xf) <= 2;

    private static bool TryReadBinary(ReadOnlySpan<byte> whole, out ProxyHeader header)
    {
        header = default;
        bool isLocal = whole[12] == 0x20;
        byte family = whole[13];
        ReadOnlySpan<byte> rest = whole[FixedBytes..];
        int addressBytes = (family >> 4) switch
        {
            1 => 4,
            2 => IpText.MostBytes,
            3 => 108,
            _ => 0,
        };
        bool hasPorts = addressBytes is 4 or IpText.MostBytes;
        int block = (2 * addressBytes) + (hasPorts ? 4 : 0);
        if (rest.Length < block)
        {
            // Section 2.2: of LOCAL the addresses are discarded, whatever they are.
            header = new ProxyHeader(whole.Length);
            return isLocal;
        }

        // Without a family the receiver ignores the rest, and what it ignores has no form.
        if (addressBytes != 0 && !AreExtensionsSound(whole, FixedBytes + block))
        {
            return false;
        }

        bool isStream = (family & 0xf) == 1;
        header = isLocal || !hasPorts || !isStream
            ? new ProxyHeader(whole.Length)
            : new ProxyHeader(whole.Length, rest[..addressBytes], BinaryPrimitives.ReadUInt16BigEndian(rest[(2 * addressBytes)..]));
        return true;
    }

    /// <summary>Reads over the extensions; a checksum among them must be right (section 2.2.3).</summary>
    private static bool AreExtensionsSound(ReadOnlySpan<byte> whole, int at)
    {
        const int HeaderBytes = 3;
        while (at < whole.Length)
        {
            if (whole.Length - at < HeaderBytes)
            {
                return false;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(whole[(at + 1)..]);
            int value = at + HeaderBytes;
            if (length > whole.Length - value)
            {
                return false;
            }

            if (whole[at] == ChecksumType && (length != 4 || !IsChecksumRight(whole, value)))
            {
                return false;
            }

            at = value + length;
        }

        return true;
    }

    // CRC32c over the whole header, in which the checksum itself counts as zero.
    private static bool IsChecksumRight(ReadOnlySpan<byte> whole, int at)
    {
        uint checksum = uint.MaxValue;
        for (int index = 0; index < whole.Length; index++)
        {
            bool isChecksum = index >= at && index < at + sizeof(uint);
            checksum = BitOperations.Crc32C(checksum, isChecksum ? (byte)0 : whole[index]);
        }

        return ~checksum == BinaryPrimitives.ReadUInt32BigEndian(whole[at..]);
    }
}
