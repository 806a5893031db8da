using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Unit.Http.Codec;

/// <summary>What the codec makes of a message that arrives in pieces: all of it as text, so that two can be compared.</summary>
internal sealed record Reading(ParseStatus Status, Rejection Rejection, string Text)
{
    public static Reading Of(string message, params int[] cuts) => Of(Encoding.Latin1.GetBytes(message), HeadLimits.Httpd, cuts);

    public static Reading Of(ReadOnlySpan<byte> message, HeadLimits limits, params int[] cuts)
    {
        RequestHead head = new();
        List<int> ends = [.. cuts, message.Length];
        ends.Sort();
        ParseStatus status = ParseStatus.NeedMore;
        int next = 0;
        while (status == ParseStatus.NeedMore && next < ends.Count)
        {
            status = RequestParser.Parse(message[..ends[next++]], head, limits);
        }

        if (status != ParseStatus.Complete)
        {
            return new Reading(status, head.Rejection, "");
        }

        BodyFraming framing = BodyFraming.OfRequest(head);
        if (framing.Kind != BodyKind.Chunked)
        {
            return new Reading(
                framing.Kind == BodyKind.Rejected ? ParseStatus.Rejected
                    : framing.Length > message.Length - head.Length ? ParseStatus.NeedMore
                    : ParseStatus.Complete,
                framing.Rejection,
                Describe(head) + framing.Kind + framing.Length);
        }

        ends.RemoveAll(end => end < head.Length);
        return Chunks(message, head.Length, ends, Describe(head));
    }

    private static Reading Chunks(ReadOnlySpan<byte> message, int start, List<int> ends, string text)
    {
        ChunkedDecoder decoder = new();
        StringBuilder body = new(text);
        foreach (int end in ends)
        {
            while (true)
            {
                ChunkStatus status = decoder.Read(message[start..end], out int taken, out Range content);
                body.Append(Encoding.Latin1.GetString(message[start..end][content]));
                start += taken;
                if (status == ChunkStatus.NeedMore)
                {
                    break;
                }

                if (status != ChunkStatus.Content)
                {
                    return status == ChunkStatus.End
                        ? new Reading(ParseStatus.Complete, Rejection.None, $"{body} to {start}")
                        : new Reading(ParseStatus.Rejected, decoder.Rejection, "");
                }
            }
        }

        return new Reading(ParseStatus.NeedMore, Rejection.None, body.ToString());
    }

    private static string Describe(RequestHead head)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{head.Method} {head.TargetForm} {head.Version} {head.HostPort} {head.Length}\n");
        foreach (ReadOnlyMemory<byte> part in new ReadOnlyMemory<byte>[]
            { head.MethodText.ToArray(), head.Target.ToArray(), head.Path.ToArray(), head.Query.ToArray(), head.Host.ToArray() })
        {
            text.Append(Encoding.Latin1.GetString(part.Span)).Append('\n');
        }

        for (int index = 0; index < head.FieldCount; index++)
        {
            text.Append(Encoding.Latin1.GetString(head.FieldName(index))).Append('=')
                .Append(Encoding.Latin1.GetString(head.FieldValue(index))).Append(head.FieldKind(index)).Append('\n');
        }

        return text.ToString();
    }
}
