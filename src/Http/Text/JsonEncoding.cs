using System;
using System.Buffers;

namespace Sluice.Http.Text;

/// <summary>Bytes of a peer inside a string of JSON (RFC 8259 7): a character a byte, so that each can be turned back, and nothing but
/// visible ASCII is written, so that no line can be forged.</summary>
public static class JsonEncoding
{
    /// <summary>Bytes that <see cref="Encode"/> writes for one byte at most.</summary>
    public const int MostBytesPerByte = 6;

    private static readonly SearchValues<byte> _plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Encodes a text, without the quotes around it.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="destination">Six times as long at least.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int written = 0;
        while (true)
        {
            int length = source.IndexOfAnyExcept(_plain);
            ReadOnlySpan<byte> run = length < 0 ? source : source[..length];
            run.CopyTo(destination[written..]);
            written += run.Length;
            if (length < 0)
            {
                return written;
            }

            written += Escape(source[length], destination[written..]);
            source = source[(length + 1)..];
        }
    }

    private static int Escape(byte value, Span<byte> destination)
    {
        destination[0] = (byte)'\\';
        if (value is (byte)'"' or (byte)'\\')
        {
            destination[1] = value;
            return 2;
        }

        "u00"u8.CopyTo(destination[1..]);
        destination[4] = "0123456789abcdef"u8[value >> 4];
        destination[5] = "0123456789abcdef"u8[value & 0xf];
        return MostBytesPerByte;
    }
}
