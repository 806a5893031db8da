using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sluice.Http.Text;

/// <summary>Bytes from anywhere as text of an HTML page in UTF-8, that can be nothing but text (H-FILE-22).</summary>
public static class HtmlText
{
    /// <summary>Bytes that one byte becomes at most: a quote is <c>&amp;quot;</c>.</summary>
    public const int MostBytesPerByte = 6;

    private static readonly SearchValues<byte> _plain = SearchValues.Create(
        " !#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Writes the text, for an element or a quoted attribute.</summary>
    /// <remarks>What is not UTF-8, what cannot be seen, and what turns the direction of the text around it is shown
    /// as U+FFFD: a name must not look like another one.</remarks>
    /// <param name="source">Any bytes.</param>
    /// <param name="destination">Six times as long at least.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> source, Span<byte> destination)
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

            source = source[length..];
            OperationStatus status = Rune.DecodeFromUtf8(source, out Rune rune, out int consumed);
            ReadOnlySpan<byte> text = source[0] switch
            {
                (byte)'&' => "&amp;"u8,
                (byte)'<' => "&lt;"u8,
                (byte)'>' => "&gt;"u8,
                (byte)'"' => "&quot;"u8,
                (byte)'\'' => "&#39;"u8,
                _ => status == OperationStatus.Done && !IsHidden(rune) ? source[..consumed] : "\uFFFD"u8,
            };
            text.CopyTo(destination[written..]);
            written += text.Length;
            source = source[consumed..];
        }
    }

    // What has no shape of its own: controls, separators of lines and paragraphs, marks of direction, zero width, tags; letters that
    // Unicode has as fillers; what is reserved for such; noncharacters.
    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x115f or 0x1160 or 0x2065 or 0x3164 or 0xffa0 or (>= 0xfdd0 and <= 0xfdef) or (>= 0xe0000 and <= 0xe0fff)
        || (rune.Value & 0xfffe) == 0xfffe;
}
