using System;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Httpd.Handlers;

/// <summary>The parts of a file that one request asks for, and the body of the answer: one part, or several in a multipart
/// (RFC 9110 14.6, H-FILE-36). They are sent from where the file is; nothing is put together in memory.</summary>
internal sealed class FileRanges
{
    private readonly long _length;
    private readonly FilePart[] _parts;

    /// <param name="length">Bytes of the whole file.</param>
    /// <param name="parts">None where nothing can be satisfied.</param>
    private FileRanges(long length, FilePart[] parts)
    {
        _length = length;
        _parts = parts;
    }

    /// <summary>There is at least one part; otherwise the answer is 416.</summary>
    public bool IsSatisfiable => _parts.Length > 0;

    /// <summary>The text of Content-Range in a 416 answer.</summary>
    public byte[] Unsatisfied => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"bytes */{_length}"));

    /// <summary>What a request asks for of a file; null where its Range is ignored.</summary>
    /// <param name="head">A head with Range. Given twice, it is no Range.</param>
    /// <param name="length">Bytes of the whole file.</param>
    public static FileRanges? Read(RequestHead head, long length)
    {
        Span<FilePart> parts = stackalloc FilePart[RangeField.MostParts];
        return head.IsRepeated(KnownField.Range)
            || RangeField.Read(head.Value(KnownField.Range), length, parts, out int count) == RangeRequest.None
            ? null
            : new FileRanges(length, parts[..count].ToArray());
    }

    /// <summary>Answers 206.</summary>
    /// <param name="response">Its fields are complete but for Content-Range or the Content-Type of the multipart.</param>
    /// <param name="file">Held until the result is there, if it has a descriptor.</param>
    /// <param name="type">The media type of the file.</param>
    public ValueTask<Outcome> Send(ResponseWriter response, CachedFile file, ReadOnlyMemory<byte> type)
    {
        if (_parts.Length > 1)
        {
            return SendMultipart(response, file, type);
        }

        FilePart part = _parts[0];
        response.Fields.Add("Content-Range"u8, Encoding.ASCII.GetBytes(ContentRange(part)));
        return file.File is null
            ? response.Send(StatusCode.PartialContent, file.Content.Slice((int)part.First, (int)part.Length))
            : response.Send(StatusCode.PartialContent, file.File, part.First, part.Length);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> SendMultipart(ResponseWriter response, CachedFile file, ReadOnlyMemory<byte> type)
    {
        string boundary = SystemRandom.Next().ToString(CultureInfo.InvariantCulture);
        byte[][] heads = new byte[_parts.Length][];
        byte[] end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        long length = end.Length;
        for (int index = 0; index < heads.Length; index++)
        {
            heads[index] = PartHead(_parts[index], boundary, type.Span);
            length += heads[index].Length + _parts[index].Length;
        }

        response.Fields.Set("Content-Type"u8, Encoding.ASCII.GetBytes($"multipart/byteranges; boundary={boundary}"));
        Outcome outcome = await response.Start(StatusCode.PartialContent, length);
        for (int index = 0; index < heads.Length && outcome == Outcome.Sent; index++)
        {
            outcome = await response.Put(heads[index]);
            if (outcome == Outcome.Sent)
            {
                FilePart part = _parts[index];
                outcome = await (file.File is null
                    ? response.Write(file.Content.Slice((int)part.First, (int)part.Length))
                    : response.Write(file.File, part.First, part.Length));
            }
        }

        outcome = outcome == Outcome.Sent ? await response.Put(end) : outcome;
        return outcome == Outcome.Sent ? await response.Finish() : outcome;
    }

    private byte[] PartHead(FilePart part, string boundary, ReadOnlySpan<byte> type) =>
    [
        .. "\r\n--"u8, .. Encoding.ASCII.GetBytes(boundary),
        .. "\r\nContent-Type: "u8, .. type,
        .. "\r\nContent-Range: "u8, .. Encoding.ASCII.GetBytes(ContentRange(part)), .. "\r\n\r\n"u8,
    ];

    private string ContentRange(FilePart part) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {part.First}-{part.Last}/{_length}");
}
