using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Unit.Http.Codec;

/// <summary>What a chunked body that arrives in pieces is sent on as.</summary>
/// <param name="Status">Of the last read.</param>
/// <param name="Rejection">Why, where it is rejected.</param>
/// <param name="Sent">All that was sent on.</param>
/// <param name="Rest">Bytes that were not taken.</param>
internal sealed record Forwarding(ParseStatus Status, Rejection Rejection, string Sent, int Rest)
{
    public static Forwarding Of(string body, params int[] cuts) => Of(body, ForwardedForm.Chunked, Heads.With(), cuts);

    public static Forwarding Of(string body, ForwardedForm form, MessageHead head, params int[] cuts)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(body);
        ChunkedForwarder forwarder = new();
        forwarder.Begin(head, form);
        StringBuilder sent = new();
        ParseStatus status = ParseStatus.NeedMore;
        int at = 0;
        foreach (int end in (IEnumerable<int>)[.. cuts, bytes.Length])
        {
            do
            {
                ReadOnlySpan<byte> input = bytes.AsSpan(at..end);
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

        return new Forwarding(status, forwarder.Rejection, sent.ToString(), bytes.Length - at);
    }
}
