using System;
using System.Buffers;

namespace Sluice.Http.Text;

/// <summary>What decoding came to.</summary>
public enum DecodeStatus
{
    /// <summary>It is decoded.</summary>
    Done,

    /// <summary>A percent sign is not followed by two hexadecimal digits.</summary>
    Malformed,

    /// <summary>It holds <c>%00</c>: no path may (H-FILE-02 cut there; we refuse).</summary>
    Nul,
}

/// <summary>What a text becomes a part of, and so what is encoded in it.</summary>
public enum UriText
{
    /// <summary>It is data: what would end or change a URI is encoded too (H-LOC-49).</summary>
    Encoded,

    /// <summary>It is a part of a URI already: only control bytes are encoded, which could end a field.</summary>
    Raw,
}

/// <summary>Percent-encoding of URIs (RFC 3986 2.1), decoded once, in bytes (H-FILE-01, H-LOC-49).</summary>
public static class PercentEncoding
{
    /// <summary>Bytes that encoding writes for one byte at most.</summary>
    public const int MostBytesPerByte = 3;

    private static readonly SearchValues<byte> _plain =
        SearchValues.Create("!$'()*+,-./0123456789:;=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    // Without what HTML or a browser reads as more than itself: & ' < > " ? # and the backslash, which browsers take for a slash.
    private static readonly SearchValues<byte> _plainInReference =
        SearchValues.Create("!$()*+,-.0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"u8);

    private static readonly SearchValues<byte> _plainInQuery =
        SearchValues.Create("!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private static readonly SearchValues<byte> _plainInLog =
        SearchValues.Create("!$'()*+,-./0123456789:;=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private static readonly SearchValues<byte> _anyButControl = SearchValues.Create(AnyButControl());

    /// <summary>Decodes each <c>%XX</c> once; <c>+</c> stays. The result is never longer than the source.</summary>
    /// <param name="source">A path as sent.</param>
    /// <param name="destination">As long as the source at least; may begin where the source does.</param>
    /// <param name="written">Bytes of the result.</param>
    public static DecodeStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        written = 0;
        while (true)
        {
            int percent = source.IndexOf((byte)'%');
            ReadOnlySpan<byte> run = percent < 0 ? source : source[..percent];
            run.CopyTo(destination[written..]);
            written += run.Length;
            if (percent < 0)
            {
                return DecodeStatus.Done;
            }

            if (source.Length < percent + 3 || !char.IsAsciiHexDigit((char)source[percent + 1]) || !char.IsAsciiHexDigit((char)source[percent + 2]))
            {
                return DecodeStatus.Malformed;
            }

            int value = (HexValue(source[percent + 1]) << 4) | HexValue(source[percent + 2]);
            if (value == 0)
            {
                return DecodeStatus.Nul;
            }

            destination[written++] = (byte)value;
            source = source[(percent + 3)..];
        }
    }

    /// <summary>Encodes what a URI may not hold, and what would end or change one: H-LOC-49's set, the percent sign too.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="destination">Three times as long at least.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination) => Encode(source, destination, _plain);

    /// <summary>As <see cref="Encode(ReadOnlySpan{byte}, Span{byte})"/>, and the backslash too, which could keep a quote of the line from ending it.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="destination">Three times as long at least.</param>
    /// <returns>Bytes written.</returns>
    public static int EncodeLogged(ReadOnlySpan<byte> source, Span<byte> destination) => Encode(source, destination, _plainInLog);

    /// <summary>Encodes only what a line of a log may not hold: control bytes, blanks, quotes, backslashes, bytes from 0x7f on. What is
    /// encoded already stays as it is (H-LOG-17).</summary>
    /// <param name="source">A query as sent.</param>
    /// <param name="destination">Three times as long at least.</param>
    /// <returns>Bytes written.</returns>
    public static int EncodeQuery(ReadOnlySpan<byte> source, Span<byte> destination) => Encode(source, destination, _plainInQuery);

    /// <summary>Encodes one component of a path so that a browser asks for exactly these bytes, and so that it may stand in a
    /// quoted attribute of HTML.</summary>
    /// <param name="source">The name of a file, any bytes.</param>
    /// <param name="destination">Three times as long at least.</param>
    /// <returns>Bytes written.</returns>
    public static int EncodeComponent(ReadOnlySpan<byte> source, Span<byte> destination) => Encode(source, destination, _plainInReference);

    /// <summary>Encodes as far as there is room.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="destination">Any length.</param>
    /// <param name="text">What is encoded.</param>
    /// <param name="written">Bytes written, also where not all was.</param>
    /// <returns>Whether all of it is written.</returns>
    public static bool TryEncode(ReadOnlySpan<byte> source, Span<byte> destination, UriText text, out int written)
    {
        SearchValues<byte> plain = text == UriText.Encoded ? _plain : _anyButControl;
        written = 0;
        while (true)
        {
            int length = source.IndexOfAnyExcept(plain);
            ReadOnlySpan<byte> run = length < 0 ? source : source[..length];
            if (!run.TryCopyTo(destination[written..]))
            {
                return false;
            }

            written += run.Length;
            if (length < 0)
            {
                return true;
            }

            if (destination.Length - written < MostBytesPerByte)
            {
                return false;
            }

            WriteEncoded(source[length], destination[written..]);
            written += MostBytesPerByte;
            source = source[(length + 1)..];
        }
    }

    private static int Encode(ReadOnlySpan<byte> source, Span<byte> destination, SearchValues<byte> plain)
    {
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

            WriteEncoded(source[length], destination[written..]);
            written += MostBytesPerByte;
            source = source[(length + 1)..];
        }
    }

    private static void WriteEncoded(byte value, Span<byte> destination)
    {
        destination[0] = (byte)'%';
        destination[1] = HexDigit(value >> 4);
        destination[2] = HexDigit(value & 0xf);
    }

    private static byte[] AnyButControl()
    {
        byte[] all = new byte[byte.MaxValue - 0x20];
        int count = 0;
        for (int value = 0x20; value <= byte.MaxValue; value++)
        {
            if (value != 0x7f)
            {
                all[count++] = (byte)value;
            }
        }

        return all;
    }

    private static byte HexDigit(int value) => "0123456789ABCDEF"u8[value];

    private static int HexValue(byte digit) => char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
