using System;

namespace Sluice.Daemon.Logging;

/// <summary>Makes one harmless line of any bytes, so that nobody can forge a second one or control a terminal.</summary>
internal static class LineEncoding
{
    /// <summary>Bytes of the longest line; what is longer is cut and ends in "...".</summary>
    public const int LongestLine = 4096;

    /// <summary>Bytes of the longest printable text that stays whole.</summary>
    public const int LongestText = LongestLine - LongestEscape - 3; // "..."

    private const int LongestEscape = 4;

    /// <summary>Bytes that a text of this length may become.</summary>
    public static int Bound(int length) => (int)long.Min(LongestEscape * (long)length, LongestLine);

    /// <summary>Encodes what is not printable ASCII as vis(3) does in C style: \n, \t, \033.</summary>
    /// <remarks>A backslash stays as it is: the text may be encoded already, and encoding twice changes nothing.</remarks>
    /// <param name="text">Any bytes.</param>
    /// <param name="line">Room for <see cref="Bound"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Encode(ReadOnlySpan<byte> text, Span<byte> line)
    {
        int length = 0;
        if (text.Length <= LongestText && !text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            text.CopyTo(line);
            return text.Length;
        }

        foreach (byte value in text)
        {
            if (length > LongestText)
            {
                "..."u8.CopyTo(line[length..]);
                return length + "..."u8.Length;
            }

            if (value is >= 0x20 and < 0x7f)
            {
                line[length++] = value;
                continue;
            }

            line[length++] = (byte)'\\';
            length += Escape(value, line[length..]);
        }

        return length;
    }

    private static int Escape(byte value, Span<byte> destination)
    {
        byte letter = value switch
        {
            (byte)'\a' => (byte)'a',
            (byte)'\b' => (byte)'b',
            (byte)'\t' => (byte)'t',
            (byte)'\n' => (byte)'n',
            (byte)'\v' => (byte)'v',
            (byte)'\f' => (byte)'f',
            (byte)'\r' => (byte)'r',
            _ => 0,
        };
        if (letter != 0)
        {
            destination[0] = letter;
            return 1;
        }

        destination[0] = (byte)('0' + (value >> 6));
        destination[1] = (byte)('0' + ((value >> 3) & 7));
        destination[2] = (byte)('0' + (value & 7));
        return 3;
    }
}
