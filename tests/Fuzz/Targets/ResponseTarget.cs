using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>The head of a response and where its body ends, against regular expressions, and whole against cut.</summary>
internal sealed partial class ResponseTarget : FuzzTarget
{
    // What could follow a part of a head: where the parser has given it up, none of these may make it a good one.
    private static readonly string[] _completions =
    [
        "\r\n\r\n", "\n\r\n", "\n", "x\r\n\r\n", ":\r\n\r\n", "x: y\r\n\r\n", " 200\r\n\r\n", "200\r\n\r\n", "00\r\n\r\n", "0\r\n\r\n",
        "1 200\r\n\r\n", ".1 200\r\n\r\n", "1.1 200\r\n\r\n", "/1.1 200\r\n\r\n", "HTTP/1.1 200\r\n\r\n",
    ];

    private readonly MessageReader _read;

    public ResponseTarget()
        : this(MessageReading.OfResponse)
    {
    }

    private ResponseTarget(MessageReader read)
    {
        _read = read;
    }

    public override string Name => "response";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("accepts a space before the colon", new ResponseTarget((input, cuts) => MessageReading.OfResponse(Changed(input, " :", ":"), cuts))),
        new("reads a code of four digits", new ResponseTarget((input, cuts) => MessageReading.OfResponse(Changed(input, "2000", "200"), cuts))),
        new("asks for a reason", new ResponseTarget((input, cuts) =>
            MessageReading.OfResponse(input, cuts) is { Status: ParseStatus.Complete } reading && input.IndexOf("\r\n"u8) == 12 ? new MessageReading(ParseStatus.Rejected, "") : MessageReading.OfResponse(input, cuts))),
        new("takes the first of two lengths", new ResponseTarget((input, cuts) =>
            MessageReading.OfResponse(input, cuts) is { Status: ParseStatus.Complete } reading && reading.Text.Contains("=5\n", StringComparison.Ordinal)
                ? new MessageReading(ParseStatus.Complete, reading.Text.Replace("Rejected 0", "Length 5", StringComparison.Ordinal))
                : MessageReading.OfResponse(input, cuts))),
        new("forgets between two pieces what the first one said", new ResponseTarget((input, cuts) =>
            MessageReading.OfResponse(input[(cuts.Length == 1 ? cuts[0] % 2 : 0)..], []))),
    ];

    public override byte[] Generate(Random random) => MessageGenerator.Response(random);

    public override string? Check(ReadOnlySpan<byte> input)
    {
        MessageReading whole = _read(input, []);
        foreach (int[] cuts in MessageReading.Cuts(input.Length))
        {
            MessageReading cut = _read(input, cuts);
            if (cut != whole)
            {
                return $"whole it is {whole}, cut at {string.Join(',', cuts)} it is {cut}";
            }
        }

        string text = Encoding.Latin1.GetString(input);
        if (text.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            string? expected = Read(text);
            MessageReading right = new(expected is null ? ParseStatus.Rejected : ParseStatus.Complete, expected ?? "");
            return whole == right ? null : $"it is {right}, and the parser says {whole}";
        }

        return whole.Status switch
        {
            ParseStatus.Complete => $"it has no end, and the parser says {whole}",
            ParseStatus.NeedMore => input.Length <= HeadLimits.Httpd.MostBytes ? null : "it is too long, and the parser waits for more",
            _ => Array.Find(_completions, completion => (text + completion).Contains("\r\n\r\n", StringComparison.Ordinal) && Read(text + completion) is not null) is { } good
                ? $"it is rejected, and with {good} it is a good head"
                : null,
        };
    }

    // The reference: null where the head is to be rejected.
    private static string? Read(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string[] lines = text[..end].Split("\r\n");
        Match line = StatusLine().Match(lines[0]);
        Match[] fields = [.. lines.Skip(1).Select(each => Field().Match(each))];
        if (!line.Success || !fields.All(field => field.Success) || lines.Sum(each => each.Length) > HeadLimits.Httpd.LineBytes)
        {
            return null;
        }

        string version = line.Groups["minor"].ValueSpan is "0" ? "Http10" : "Http11";
        return $"{version} {line.Groups["code"].Value} {line.Groups["reason"].Value} {end + 4}\n"
            + string.Concat(fields.Select(field => $"{field.Groups["name"].Value}={field.Groups["value"].Value.Trim(' ', '\t')}\n"))
            + Framing(version, line.Groups["code"].Value, fields);
    }

    private static string Framing(string version, string code, Match[] fields)
    {
        string[] lengths = [.. Values(fields, "content-length")];
        string[] codings = [.. Values(fields, "transfer-encoding")];
        bool isChunked = codings is [var coding] && lengths is [] && version is "Http11" && coding.ToLowerInvariant() is "chunked";
        long length = -1;
        bool isLong = lengths is [{ Length: > 0 } digits] && codings is [] && digits.All(char.IsAsciiDigit) && long.TryParse(digits, CultureInfo.InvariantCulture, out length);
        bool saysSo = lengths.Length + codings.Length > 0;
        bool hasNone = code[0] is '1' || code is "204";
        return saysSo && !isChunked && !isLong ? "Rejected 0"
            : hasNone ? isChunked || length > 0 ? "Rejected 0" : "None 0"
            : code is "304" ? "None 0"
            : isChunked ? "Chunked 0"
            : isLong ? length > 0 ? $"Length {length}" : "None 0"
            : "UntilClose 0";
    }

    private static IEnumerable<string> Values(Match[] fields, string name) => fields
        .Where(field => string.Equals(field.Groups["name"].Value, name, StringComparison.OrdinalIgnoreCase))
        .Select(field => field.Groups["value"].Value.Trim(' ', '\t'));

    private static byte[] Changed(ReadOnlySpan<byte> input, string old, string other) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(input).Replace(old, other, StringComparison.Ordinal));

    [GeneratedRegex(@"^HTTP/1\.(?<minor>[0-9]) (?<code>[1-5][0-9]{2})(?: (?<reason>[\t \x21-\x7e\x80-\xff]*))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):(?<value>[\t \x21-\x7e\x80-\xff]*)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Field();
}
