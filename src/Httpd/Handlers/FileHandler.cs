using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>Serves files of a document root: GET and HEAD, whole, and conditionally by date.</summary>
/// <remarks>A file from memory is answered without waiting: head and content are put into the output together.</remarks>
internal sealed class FileHandler(EventLoop loop, FileCache files, ErrorAnswers errors)
{
    private readonly byte[] _path = new byte[FilePath.MostBytes];

    /// <summary>What a request's path leads to in a place. Valid until the next call.</summary>
    /// <param name="place">Whose root it is looked up below.</param>
    /// <param name="path">The canonical path, before <c>request strip</c>.</param>
    public CachedFile Find(Place place, ReadOnlySpan<byte> path) =>
        files.Find(FilePath.Join(place.Root.Span, PathComponents.Strip(path, place.Settings.Strip), _path));

    /// <summary>Whether the root of a place can be opened; an empty one cannot (H-LOC-06).</summary>
    public bool HasRoot(Place place) => !place.Root.IsEmpty && files.Find(place.Root.Span).Kind == PathKind.Directory;

    /// <summary>Answers with a file, with its head, or with 304 or 405.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="place">Where the file is served from.</param>
    /// <param name="file">A regular file.</param>
    public ValueTask<Outcome> Serve(Exchange exchange, Place place, CachedFile file)
    {
        if (exchange.Head.Method is not (Method.Get or Method.Head))
        {
            return SendPage(exchange, place, StatusCode.MethodNotAllowed);
        }

        FileHeads heads = FileHeads.Of(file, place);
        if (IsUnmodified(exchange.Head, file, heads))
        {
            return exchange.Response.Send(heads.NotModified, default);
        }

        return file.File is null ? exchange.Response.Send(heads.Found, file.Content) : SendHeld(exchange, heads, file);
    }

    /// <summary>Answers with the page of a status.</summary>
    public ValueTask<Outcome> SendPage(Exchange exchange, Place place, int status)
    {
        PreparedAnswer answer = errors.Of(place, status);
        exchange.Log.IsPage = true;
        return exchange.Response.Send(answer.Head, answer.Body);
    }

    /// <summary>Answers 301 with the same path and a slash (H-FILE-13, D-23).</summary>
    public ValueTask<Outcome> SendToDirectory(Exchange exchange, Place place, ReadOnlySpan<byte> path)
    {
        RequestHead head = exchange.Head;
        Span<byte> location = stackalloc byte[(PercentEncoding.MostBytesPerByte * path.Length) + 1 + head.Target.Length];
        int length = PercentEncoding.Encode(path, location);
        location[length++] = (byte)'/';
        if (head.HasQuery)
        {
            location[length++] = (byte)'?';
            head.Query.CopyTo(location[length..]);
            length += head.Query.Length;
        }

        return SendRedirect(exchange, place, StatusCode.MovedPermanently, location[..length]);
    }

    /// <summary>Answers with the page of a redirect.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="place">Whose page it is.</param>
    /// <param name="status">A code that goes with Location.</param>
    /// <param name="location">Where to; without control bytes.</param>
    public ValueTask<Outcome> SendRedirect(Exchange exchange, Place place, int status, ReadOnlySpan<byte> location)
    {
        exchange.Response.Fields.Add("Location"u8, location);
        exchange.Response.Fields.Add("Content-Type"u8, "text/html"u8);
        place.AddFields(exchange.Response.Fields, AnswerKind.Page);
        return exchange.Response.SendPage(status, errors.PageOf(place, status));
    }

    /// <summary>The client has the file as it is (RFC 9110 13.1.3, H-FILE-27).</summary>
    private bool IsUnmodified(RequestHead head, CachedFile file, FileHeads heads)
    {
        // RFC 9110 13.1.3: beside If-None-Match the date must be ignored.
        if (!head.Has(KnownField.IfModifiedSince) || head.Has(KnownField.IfNoneMatch))
        {
            return false;
        }

        ReadOnlySpan<byte> text = head.Value(KnownField.IfModifiedSince);
        if (text.SequenceEqual(heads.ModifiedText))
        {
            return true;
        }

        return HttpDate.TryParse(text, loop.Utc, out DateTimeOffset date)
            && date.ToUnixTimeSeconds() >= file.Modified.ToUnixTimeSeconds();
    }

    private static ValueTask<Outcome> SendHeld(Exchange exchange, FileHeads heads, CachedFile file)
    {
        file.Hold();
        ValueTask<Outcome> sending = exchange.Response.Send(heads.Found, file.File!, 0, file.Status.Length);
        if (!sending.IsCompletedSuccessfully)
        {
            return ReleaseAfter(sending, file);
        }

        file.Release();
        return new ValueTask<Outcome>(sending.Result);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Outcome> ReleaseAfter(ValueTask<Outcome> sending, CachedFile file)
    {
        Outcome outcome = await sending;
        file.Release();
        return outcome;
    }
}
