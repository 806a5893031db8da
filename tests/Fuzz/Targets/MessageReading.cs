using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Fuzz.Targets;

/// <summary>What the codec makes of a message that arrives in pieces: a status, and for a whole one everything as text.</summary>
internal readonly record struct MessageReading(ParseStatus Status, string Text)
{
    private static readonly MessageReading _rejected = new(ParseStatus.Rejected, "");
    private static readonly MessageReading _open = new(ParseStatus.NeedMore, "");

    /// <summary>Ways to cut an input, always the same for the same input.</summary>
    public static IEnumerable<int[]> Cuts(int length)
    {
        Random random = new(length);
        yield return [random.Next(length + 1)];
        yield return [random.Next(length + 1), random.Next(length + 1), random.Next(length + 1)];
        if (length < 400)
        {
            int[] every = new int[length];
            for (int i = 0; i < length; i++)
            {
                every[i] = i;
            }

            yield return every;
        }
    }

    /// <summary>Reads a head.</summary>
    public static MessageReading OfHead(ReadOnlySpan<byte> input, int[] cuts)
    {
        RequestHead head = new();
        ParseStatus status = Parse(input, Ends(input, cuts), head);
        return status switch
        {
            ParseStatus.Complete => new MessageReading(status, Describe(head)),
            ParseStatus.Rejected => _rejected,
            _ => _open,
        };
    }

    /// <summary>Reads a head and its body.</summary>
    public static MessageReading OfMessage(ReadOnlySpan<byte> input, int[] cuts)
    {
        RequestHead head = new();
        List<int> ends = Ends(input, cuts);
        ParseStatus status = Parse(input, ends, head);
        if (status != ParseStatus.Complete)
        {
            return status == ParseStatus.Rejected ? _rejected : _open;
        }

        BodyFraming framing = BodyFraming.OfRequest(head);
        switch (framing.Kind)
        {
            case BodyKind.Rejected:
                return _rejected;
            case BodyKind.Chunked:
                ends.RemoveAll(end => end < head.Length);
                return Chunks(input, head.Length, ends);
            default:
                return framing.Length > input.Length - head.Length
                    ? _open
                    : new MessageReading(ParseStatus.Complete, Encoding.Latin1.GetString(input.Slice(head.Length, (int)framing.Length)));
        }
    }

    /// <summary>Reads the head of a response to GET, and where its body ends.</summary>
    public static MessageReading OfResponse(ReadOnlySpan<byte> input, int[] cuts)
    {
        ResponseHead head = new();
        List<int> ends = Ends(input, cuts);
        ParseStatus status = ParseStatus.NeedMore;
        for (int next = 0; next < ends.Count && status == ParseStatus.NeedMore; next++)
        {
            status = ResponseParser.Parse(input[..ends[next]], head, HeadLimits.Httpd);
        }

        if (status != ParseStatus.Complete)
        {
            return status == ParseStatus.Rejected ? _rejected : _open;
        }

        BodyFraming framing = BodyFraming.OfResponse(head, Method.Get);
        return new MessageReading(status, $"{head.Version} {head.Status} {Latin(head.Reason)} {head.Length}\n{Fields(head)}{framing.Kind} {framing.Length}");
    }

    private static List<int> Ends(ReadOnlySpan<byte> input, int[] cuts)
    {
        List<int> ends = [.. cuts, input.Length];
        ends.Sort();
        return ends;
    }

    private static ParseStatus Parse(ReadOnlySpan<byte> input, List<int> ends, RequestHead head)
    {
        ParseStatus status = ParseStatus.NeedMore;
        for (int next = 0; next < ends.Count && status == ParseStatus.NeedMore; next++)
        {
            status = RequestParser.Parse(input[..ends[next]], head, HeadLimits.Httpd);
        }

        return status;
    }

    private static MessageReading Chunks(ReadOnlySpan<byte> input, int at, List<int> ends)
    {
        ChunkedDecoder decoder = new();
        StringBuilder body = new();
        foreach (int end in ends)
        {
            ChunkStatus status;
            do
            {
                ReadOnlySpan<byte> piece = input[at..end];
                status = decoder.Read(piece, out int taken, out Range content);
                body.Append(Encoding.Latin1.GetString(piece[content]));
                at += taken;
            }
            while (status == ChunkStatus.Content);

            if (status != ChunkStatus.NeedMore)
            {
                return status == ChunkStatus.End ? new MessageReading(ParseStatus.Complete, $"{body} to {at}") : _rejected;
            }
        }

        return _open;
    }

    private static string Describe(RequestHead head)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Latin(head.MethodText)} {Latin(head.Target)} {head.Version} {head.Length}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Latin(head.Path)} {head.HasQuery} {Latin(head.Query)} {Latin(head.Host)} {head.HostPort}\n");
        return text.Append(Fields(head)).ToString();
    }

    private static string Fields(MessageHead head)
    {
        StringBuilder text = new();
        for (int index = 0; index < head.FieldCount; index++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Latin(head.FieldName(index))}={Latin(head.FieldValue(index))}\n");
        }

        return text.ToString();
    }

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
