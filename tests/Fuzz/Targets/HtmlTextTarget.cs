using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Http.Text;

namespace Sluice.Fuzz.Targets;

/// <summary>Writes bytes as text of a page.</summary>
internal delegate byte[] PageWriter(ReadOnlySpan<byte> text);

/// <summary>
/// Bytes as text of a page: nothing of them is markup, all of it can be seen, and a browser shows what the runtime's decoders of
/// UTF-8 and of HTML give, with U+FFFD for what is no character or hidden.
/// </summary>
internal sealed partial class HtmlTextTarget : FuzzTarget
{
    private static readonly string[] _pieces =
    [
        "<", ">", "&", "\"", "'", "&amp;", "&lt", "&#39;", "&copy", "</h1>", "<!--", "a", " ", "\u00e9", "\u65e5", "\ud83d\ude00", "\u00ad", "\u200b",
        "\u202e", "\u2066", "\ufeff", "\u061c", "\u180e", "\u3164", "\u2028", "\u0085", "\ufdd0", "\ufffe", "\udb40\udc41", "\ufffd", "\0", "\n", "\u007f",
    ];

    private readonly PageWriter _write;

    public HtmlTextTarget()
        : this(Write)
    {
    }

    private HtmlTextTarget(PageWriter write)
    {
        _write = write;
    }

    public override string Name => "html-text";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("leaves an apostrophe", Replacing("&#39;", "'")),
        new("leaves an ampersand", Replacing("&amp;", "&")),
        new("shows what turns the direction", new HtmlTextTarget(text => Write(text).AsSpan().SequenceEqual("\uFFFD"u8) ? text.ToArray() : Write(text))),
        new("takes one byte too many with what is not UTF-8", new HtmlTextTarget(text => text.IndexOf((byte)0xff) is >= 0 and int at && at + 1 < text.Length
            ? [.. Write(text[..(at + 1)]), .. Write(text[(at + 2)..])]
            : Write(text))),
    ];

    public override byte[] Generate(Random random)
    {
        List<byte> text = [];
        for (int count = random.Next(8); count > 0; count--)
        {
            byte[] piece = Encoding.UTF8.GetBytes(_pieces[random.Next(_pieces.Length)]);
            switch (random.Next(6))
            {
                case 0:
                    text.Add((byte)random.Next(256));
                    break;
                case 1:
                    // Cut short, or without its beginning.
                    text.AddRange(random.Next(2) == 0 ? piece[..^1] : piece[1..]);
                    break;
                default:
                    text.AddRange(piece);
                    break;
            }
        }

        return [.. text];
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        string page;
        try
        {
            page = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(_write(input));
        }
        catch (DecoderFallbackException)
        {
            return "the page is not UTF-8";
        }

        if (Markup().Match(page) is { Success: true } markup)
        {
            return $"'{markup.Value}' at {markup.Index} is markup";
        }

        string shown = WebUtility.HtmlDecode(page);
        string right = Right(input);
        return string.Equals(shown, right, StringComparison.Ordinal) ? null : $"it shows {Escaped(shown)} and not {Escaped(right)}";
    }

    private static HtmlTextTarget Replacing(string encoded, string bare) => new(
        text => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Write(text)).Replace(encoded, bare, StringComparison.Ordinal)));

    private static byte[] Write(ReadOnlySpan<byte> text)
    {
        byte[] page = new byte[text.Length * HtmlText.MostBytesPerByte];
        return page[..HtmlText.Write(text, page)];
    }

    private static string Right(ReadOnlySpan<byte> input)
    {
        StringBuilder text = new();
        foreach (Rune rune in Encoding.UTF8.GetString(input).EnumerateRunes())
        {
            text.Append((IsHidden(rune) ? Rune.ReplacementChar : rune).ToString());
        }

        return text.ToString();
    }

    /// <summary>By category, and what Unicode calls ignorable although it is a letter, a mark, or nothing yet.</summary>
    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        _ => (rune.Value & 0xfffe) == 0xfffe
            || rune.Value is 0x2065 or 0x115f or 0x1160 or 0x3164 or 0xffa0
            || rune.Value is (>= 0xfdd0 and <= 0xfdef) or (>= 0xe0000 and <= 0xe0fff),
    };

    private static string Escaped(string text)
    {
        StringBuilder escaped = new();
        foreach (char letter in text)
        {
            escaped.Append(letter is > ' ' and < '\u007f' ? letter.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"));
        }

        return escaped.ToString();
    }

    [GeneratedRegex("[<>\"']|&(?!(?:amp|lt|gt|quot|#39);)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Markup();
}
