using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>Reads a message that arrives in pieces.</summary>
internal delegate MessageReading MessageReader(ReadOnlySpan<byte> input, int[] cuts);

/// <summary>The head of a request, against <see cref="MessageReference"/>, and whole against cut.</summary>
internal sealed class RequestHeadTarget : FuzzTarget
{
    // What could follow a part of a head: where the parser has given it up, none of these may make it a good one.
    private static readonly string[] _completions =
    [
        "\r\n\r\n", "\n\r\n", "\n", "x\r\n\r\n", ":\r\n\r\n", "x: y\r\n\r\n", "\r\nHost: a\r\n\r\n", "\nHost: a\r\n\r\n", " / HTTP/1.1\r\nHost: a\r\n\r\n",
        "/ HTTP/1.1\r\nHost: a\r\n\r\n", " HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1\r\nHost: a\r\n\r\n", "1\r\nHost: a\r\n\r\n", ".1\r\nHost: a\r\n\r\n", ".0\r\n\r\n",
    ];

    private readonly MessageReader _read;

    public RequestHeadTarget()
        : this(MessageReading.OfHead)
    {
    }

    private RequestHeadTarget(MessageReader read)
    {
        _read = read;
    }

    public override string Name => "request-head";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("accepts a space before the colon", new RequestHeadTarget((input, cuts) =>
            MessageReading.OfHead(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(input).Replace(" :", ":", StringComparison.Ordinal)), cuts))),
        new("takes a line feed for the end of a line", new RequestHeadTarget((input, cuts) =>
            MessageReading.OfHead(input, cuts) is { Status: ParseStatus.Rejected } && RequestParser.Parse(input, new RequestHead(), HeadLimits.Relayd) == ParseStatus.Complete
                ? new MessageReading(ParseStatus.Complete, "")
                : MessageReading.OfHead(input, cuts))),
        new("forgets between two pieces what the first one said", new RequestHeadTarget((input, cuts) =>
            MessageReading.OfHead(input[(cuts.Length == 1 ? cuts[0] % 2 : 0)..], []))),
    ];

    public override byte[] Generate(Random random) => MessageGenerator.Head(random);

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
            string? expected = MessageReference.Head(text);
            MessageReading right = new(expected is null ? ParseStatus.Rejected : ParseStatus.Complete, expected ?? "");
            return whole == right ? null : $"it is {right}, and the parser says {whole}";
        }

        return whole.Status switch
        {
            ParseStatus.Complete => $"it has no end, and the parser says {whole}",
            ParseStatus.NeedMore => input.Length <= HeadLimits.Httpd.MostBytes ? null : "it is too long, and the parser waits for more",
            _ => Array.Find(_completions, completion =>
                (text + completion).Contains("\r\n\r\n", StringComparison.Ordinal) && MessageReference.Head(text + completion) is not null) is { } good
                    ? $"it is rejected, and with {good} it is a good head"
                    : null,
        };
    }
}
