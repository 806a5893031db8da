using System;
using System.Buffers;

namespace Sluice.Http.Text;

/// <summary>Where in a line of the log a text stands, and so what must not appear in it (D-10).</summary>
public enum LogPlace
{
    /// <summary>The rest of a line: blanks and quotes stay.</summary>
    Line,

    /// <summary>Between double quotes: a quote is written <c>\"</c>.</summary>
    Quoted,

    /// <summary>A field between blanks: a blank is written <c>\s</c>, a quote <c>\"</c>.</summary>
    Field,
}

/// <summary>
/// Encodes what peers sent so that no line, field or quote of a log can be forged: vis(3) in C style (H-LOG-21), which can be
/// turned back. For URIs see <see cref="PercentEncoding"/>.
/// </summary>
public static class LogEncoding
{
    /// <summary>Bytes that <see cref="Encode"/> writes for one byte at most.</summary>
    public const int MostBytesPerByte = 4;

    private static readonly SearchValues<byte> _plainInField = SearchValues.Create(Visible(" \"\\"u8));
    private static readonly SearchValues<byte> _plainInQuotes = SearchValues.Create([(byte)' ', .. Visible("\"\\"u8)]);
    private static readonly SearchValues<byte> _plainInLine = SearchValues.Create([(byte)' ', .. Visible("\\"u8)]);

    /// <summary>Encodes a text.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="destination">Four times as long at least.</param>
    /// <param name="place">Where it will stand.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination, LogPlace place)
    {
        SearchValues<byte> plain = place switch
        {
            LogPlace.Line => _plainInLine,
            LogPlace.Quoted => _plainInQuotes,
            _ => _plainInField,
        };
        int written = 0;
        while (true)
        {
            int length = source.IndexOfAnyExcept(plain);
            ReadOnlySpan<byte> run = length < 0 ? source : source[..length];
            run.CopyTo(destination[written..]);
            written += run.Length;
            if (length < 0)
            {
                return written;
            }

            byte next = length + 1 < source.Length ? source[length + 1] : (byte)0;
            written += Escape(source[length], next, destination[written..], place);
            source = source[(length + 1)..];
        }
    }

    private static int Escape(byte value, byte next, Span<byte> destination, LogPlace place)
    {
        destination[0] = (byte)'\\';
        byte letter = Letter(value);
        if (letter != 0 && !(value == 0 && char.IsBetween((char)next, '0', '7')))
        {
            destination[1] = letter;
            return 2;
        }

        // In a field \M-" would end a quote, and \M-\, \^\ or \M^\ before a quote would keep it from ending.
        int low = value & 0x7f;
        bool isAmbiguous = place != LogPlace.Line && low is '"' or '\\' or ('\\' ^ 0x40);
        if (value == 0 || low == ' ' || isAmbiguous)
        {
            destination[1] = (byte)('0' + (value >> 6));
            destination[2] = (byte)('0' + ((value >> 3) & 7));
            destination[3] = (byte)('0' + (value & 7));
            return 4;
        }

        int at = 1;
        if (value >= 0x80)
        {
            destination[at++] = (byte)'M';
        }

        bool isControl = low is < 0x20 or 0x7f;
        destination[at++] = (byte)(isControl ? '^' : '-');
        destination[at++] = (byte)(isControl ? low ^ 0x40 : low);
        return at;
    }

    private static byte Letter(byte value) => (char)value switch
    {
        '\n' => (byte)'n',
        '\r' => (byte)'r',
        '\t' => (byte)'t',
        '\a' => (byte)'a',
        '\b' => (byte)'b',
        '\v' => (byte)'v',
        '\f' => (byte)'f',
        '\0' => (byte)'0',
        ' ' => (byte)'s',
        '"' => (byte)'"',
        '\\' => (byte)'\\',
        _ => 0,
    };

    private static byte[] Visible(ReadOnlySpan<byte> without)
    {
        byte[] all = new byte[0x7f - 0x21];
        int count = 0;
        for (int value = 0x21; value < 0x7f; value++)
        {
            if (!without.Contains((byte)value))
            {
                all[count++] = (byte)value;
            }
        }

        return all[..count];
    }
}
