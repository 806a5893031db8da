using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>Where a body ends and what it holds, against <see cref="MessageReference"/>, and whole against cut.</summary>
internal sealed class BodyFramingTarget : FuzzTarget
{
    private static readonly string[] _completions =
        ["\r\n", "\n", "0\r\n\r\n", "\r\n0\r\n\r\n", "\n0\r\n\r\n", "\r\n\r\n", "\n\r\n", ":\r\n\r\n", "a\r\n\r\n", "\"\r\n\r\n", "x\r\n0\r\n\r\n"];

    private readonly MessageReader _read;

    public BodyFramingTarget()
        : this(MessageReading.OfMessage)
    {
    }

    private BodyFramingTarget(MessageReader read)
    {
        _read = read;
    }

    public override string Name => "body-framing";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("reads 0x before a chunk size", new BodyFramingTarget((input, cuts) =>
            MessageReading.OfMessage(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(input).Replace("0x", "", StringComparison.Ordinal)), []))),
        new("takes the first of two lengths", new BodyFramingTarget((input, cuts) =>
        {
            string text = Encoding.Latin1.GetString(input);
            int second = text.LastIndexOf("\r\nContent-Length", StringComparison.Ordinal);
            return second > text.IndexOf("\r\nContent-Length", StringComparison.Ordinal)
                ? MessageReading.OfMessage(Encoding.Latin1.GetBytes(text.Remove(second + 2, 7)), cuts)
                : MessageReading.OfMessage(input, cuts);
        })),
        new("ends a body at any empty line", new BodyFramingTarget((input, cuts) =>
            MessageReading.OfMessage(input, cuts) is { Status: ParseStatus.Rejected } && input.EndsWith("\r\n\r\n"u8)
                ? new MessageReading(ParseStatus.Complete, "")
                : MessageReading.OfMessage(input, cuts))),
    ];

    public override byte[] Generate(Random random) => MessageGenerator.Message(random);

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

        // Heads have a target of their own.
        string text = Encoding.Latin1.GetString(input);
        if (!text.Contains("\r\n\r\n", StringComparison.Ordinal) || MessageReference.Head(text) is null)
        {
            return whole.Status == ParseStatus.Complete ? "its head is bad, and the parser takes it" : null;
        }

        MessageReading right = MessageReference.Body(text);
        if (right.Status == ParseStatus.NeedMore && whole.Status == ParseStatus.Rejected)
        {
            return Array.Find(_completions, completion => MessageReference.Body(text + completion).Status == ParseStatus.Complete) is { } good
                ? $"it is rejected, and with {good} it is a good body"
                : null;
        }

        return whole == right ? null : $"it is {right}, and the parser says {whole}";
    }
}
