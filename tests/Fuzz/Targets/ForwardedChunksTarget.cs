using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// What a chunked body is sent on as: read by an oracle that takes the one canonical form and nothing else, it is the content that
/// <see cref="MessageReference"/> finds in the input, in the same chunks; and any cut gives the same.
/// </summary>
internal sealed partial class ForwardedChunksTarget : FuzzTarget
{
    private const string Head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static readonly string[] _forbidden = ["content-length", "transfer-encoding", "host", "connection", "set-cookie"];

    private readonly Func<byte[], int[], Outcome> _forward;

    public ForwardedChunksTarget()
        : this(Forward)
    {
    }

    private ForwardedChunksTarget(Func<byte[], int[], Outcome> forward)
    {
        _forward = forward;
    }

    public override string Name => "forwarded-chunks";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("sends all bodies on as they came", new ForwardedChunksTarget((input, cuts) =>
            Forward(input, cuts) is { Status: ParseStatus.Complete } outcome ? outcome with { Sent = Latin(input)[..outcome.Taken] } : Forward(input, cuts))),
        new("drops no trailer", new ForwardedChunksTarget((input, cuts) =>
            Forward(Encoding.Latin1.GetBytes(Latin(input).Replace("Host", "Hose", StringComparison.OrdinalIgnoreCase)), cuts) is var outcome
                ? outcome with { Sent = outcome.Sent.Replace("Hose", "Host", StringComparison.Ordinal) }
                : outcome)),
        new("puts two chunks together", new ForwardedChunksTarget((input, cuts) =>
            Forward(input, cuts) is var outcome ? outcome with { Sent = outcome.Sent.Replace("1\r\nx\r\n1\r\nx\r\n", "2\r\nxx\r\n", StringComparison.Ordinal) } : outcome)),
        new("sends a line on before it is whole", new ForwardedChunksTarget((input, cuts) =>
            Forward(input, cuts) is { Status: ParseStatus.Rejected } outcome ? outcome with { Sent = outcome.Sent + Latin(input)[outcome.Taken..] } : Forward(input, cuts))),
        new("forgets at a cut what it had", new ForwardedChunksTarget((input, cuts) => Forward(input[(cuts.Length == 1 ? cuts[0] % 2 : 0)..], []))),
    ];

    public override byte[] Generate(Random random) => MessageGenerator.Chunks(random);

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[] body = input.ToArray();
        Outcome whole = _forward(body, []);
        foreach (int[] cuts in MessageReading.Cuts(input.Length))
        {
            Outcome cut = _forward(body, cuts);
            if (cut != whole)
            {
                return $"whole it is {whole}, cut at {string.Join(',', cuts)} it is {cut}";
            }
        }

        string text = Latin(body);
        MessageReading right = MessageReference.Body(Head + text);
        if (whole.Status == ParseStatus.Complete ? right.Status != ParseStatus.Complete : right.Status == ParseStatus.Complete)
        {
            return $"it is {right}, and sent on as {whole}";
        }

        (bool isWhole, bool isGood, List<string> chunks) = Canonical(whole.Sent);
        if (!isGood || isWhole != (whole.Status == ParseStatus.Complete))
        {
            return $"what is sent on is not in the form: {whole}";
        }

        if (whole.Status != ParseStatus.Complete)
        {
            return null;
        }

        bool isSame = string.Equals($"{string.Concat(chunks)} to {Head.Length + whole.Taken}", right.Text, StringComparison.Ordinal);
        return isSame && Sizes(text).SequenceEqual(chunks.Select(chunk => chunk.Length)) ? null : $"it is {right}, and sent on as {whole}";
    }

    private static Outcome Forward(byte[] body, int[] cuts)
    {
        ChunkedForwarder forwarder = new();
        forwarder.Begin(new RequestHead(), ForwardedForm.Chunked);
        StringBuilder sent = new();
        ParseStatus status = ParseStatus.NeedMore;
        int at = 0;
        foreach (int end in cuts.Append(body.Length).Order())
        {
            do
            {
                ReadOnlySpan<byte> input = body.AsSpan(at..int.Max(at, end));
                status = forwarder.Read(input, out int taken, out Range verbatim);
                sent.Append(Encoding.Latin1.GetString(input[verbatim])).Append(Encoding.Latin1.GetString(forwarder.Inserted));
                at += taken;
            }
            while (status == ParseStatus.NeedMore && at < end);

            if (status != ParseStatus.NeedMore)
            {
                break;
            }
        }

        return new Outcome(status, sent.ToString(), status == ParseStatus.Complete ? at : 0);
    }

    // Reads what was sent on: it may stop anywhere, and nothing in it may be in any other form.
    private static (bool IsWhole, bool IsGood, List<string> Chunks) Canonical(string sent)
    {
        List<string> chunks = [];
        int at = 0;
        while (at < sent.Length)
        {
            Match line = Line().Match(sent, at);
            if (!line.Success)
            {
                return (false, false, chunks);
            }

            at += line.Length;
            long size = long.Parse(line.Groups["size"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                string[] trailers = sent[at..].Split("\r\n");
                bool isGood = trailers is [.., "", ""] && trailers.SkipLast(2).All(trailer =>
                    trailer.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && !_forbidden.Contains(trailer[..colon].ToLowerInvariant(), StringComparer.Ordinal));
                return (true, isGood, chunks);
            }

            if (size > sent.Length - at - 2)
            {
                string rest = sent[(int)long.Min(sent.Length, at + size)..];
                return (false, "\r\n".StartsWith(rest, StringComparison.Ordinal), chunks);
            }

            int end = at + (int)size;
            chunks.Add(sent[at..end]);
            if (!string.Equals(sent.Substring(end, 2), "\r\n", StringComparison.Ordinal))
            {
                return (false, false, chunks);
            }

            at = end + 2;
        }

        return (false, true, chunks);
    }

    // Of a good body.
    private static IEnumerable<int> Sizes(string body)
    {
        int at = 0;
        while (true)
        {
            int digits = 0;
            while (char.IsAsciiHexDigit(body[at + digits]))
            {
                digits++;
            }

            int size = int.Parse(body.AsSpan(at, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                yield break;
            }

            yield return size;
            at = body.IndexOf("\r\n", at, StringComparison.Ordinal) + 2 + size + 2;
        }
    }

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    [GeneratedRegex(@"\G(?<size>0|[1-9a-f][0-9a-f]{0,15})\r\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    /// <param name="Status">How the body ended.</param>
    /// <param name="Sent">All that was sent on.</param>
    /// <param name="Taken">Bytes of a whole body; 0 for any other.</param>
    private sealed record Outcome(ParseStatus Status, string Sent, int Taken);
}
