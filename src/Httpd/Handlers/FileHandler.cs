using System;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers;

/// <summary>Serves files of a document root: GET and HEAD, conditionally, whole or in parts, plain or compressed in advance.</summary>
/// <remarks>A file from memory is answered without waiting: head and content are put into the output together.</remarks>
/// <param name="loop">Its time.</param>
/// <param name="files">Where files come from.</param>
/// <param name="errors">The pages of errors.</param>
/// <param name="warn">Tells the operator what went wrong with a file.</param>
/// <param name="warnRarely">The same where each request would say it again.</param>
internal sealed class FileHandler(EventLoop loop, FileCache files, ErrorAnswers errors, Action<string> warn, Action<string> warnRarely)
{
    private readonly CompressedFiles _compressed = new(loop, files);
    private readonly byte[] _path = new byte[FilePath.MostBytes];

    /// <summary>What a request's path leads to in a place. Valid until the next call.</summary>
    /// <param name="place">Whose root it is looked up below.</param>
    /// <param name="path">The canonical path, before <c>request strip</c>.</param>
    public CachedFile Find(Place place, ReadOnlySpan<byte> path) =>
        files.Find(FilePath.Join(place.Root.Span, PathComponents.Strip(path, place.Settings.Strip), _path));

    /// <summary>Whether the root of a place can be opened; an empty one is the chroot itself (H-LOC-06, H-EXT-06).</summary>
    public bool HasRoot(Place place) => place.Root.IsEmpty || files.Find(place.Root.Span).Kind == PathKind.Directory;

    /// <summary>Answers with a file, with parts of it, with its head, or with 304, 405, 412 or 416.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="place">Where the file is served from.</param>
    /// <param name="file">A regular file.</param>
    public ValueTask<Outcome> Serve(Exchange exchange, Place place, CachedFile file)
    {
        RequestHead head = exchange.Head;
        if (head.Method is not (Method.Get or Method.Head))
        {
            return SendPage(exchange, place, StatusCode.MethodNotAllowed);
        }

        // Only GET has ranges (RFC 9110 14.2). One that is understood is a range of the plain file (H-FILE-37).
        FileRanges? ranges = null;
        if (head.Has(KnownField.Range) && head.Method == Method.Get)
        {
            ranges = FileRanges.Read(head, file.Status.Length);
        }

        Representation representation = !place.Settings.GzipStatic ? Representation.Plain(file)
            : ranges is null ? _compressed.Choose(head, file)
            : new(file, ContentCoding.Identity, file.Modified, _compressed.CodingsOf(file));
        CachedFile sent = representation.File;
        if (sent.Kind != PathKind.Regular)
        {
            return SendPage(exchange, place, StatusCode.InternalServerError);
        }

        FileHeads heads = FileHeads.Of(representation, place);
        switch (head.IsConditional ? Preconditions.Of(head, heads.ValidatorsAt(loop.Utc)) : Precondition.Holds)
        {
            case Precondition.NotModified:
                return exchange.Response.Send(heads.NotModified, default);
            case Precondition.Failed:
                return SendPage(exchange, place, StatusCode.PreconditionFailed);
            case Precondition.Holds:
            default:
                break;
        }

        if (ranges is not null && Preconditions.AllowRange(head, heads.ValidatorsAt(loop.Utc)))
        {
            return SendParts(exchange, place, file, heads, ranges);
        }

        if (sent.File is null)
        {
            return exchange.Response.Send(heads.Found, sent.Content);
        }

        ReadOnlyMemory<byte> copy = place.Scheme == UriScheme.Https ? files.Copy(sent) : default;
        return copy.IsEmpty ? SendHeld(exchange, place, heads, sent) : exchange.Response.Send(heads.Found, copy);
    }

    /// <summary>Answers that there is no such file, or that it may not be read; where nothing can be found below the root, that is our
    /// mistake and not the client's, and 500 (H-EXT-06).</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="place">Where the file was looked for.</param>
    /// <param name="status">403 or 404.</param>
    public ValueTask<Outcome> SendLack(Exchange exchange, Place place, int status)
    {
        if (HasRoot(place) || CanSearch(place))
        {
            return SendPage(exchange, place, status);
        }

        warnRarely($"document root {Encoding.Latin1.GetString(place.Root.Span)} cannot be searched: what is asked for below it is answered 500");
        return SendPage(exchange, place, StatusCode.InternalServerError);
    }

    /// <summary>Answers with the page of a status.</summary>
    public ValueTask<Outcome> SendPage(Exchange exchange, Place place, int status)
    {
        PreparedAnswer answer = errors.Of(place, status);
        exchange.Log.IsPage = true;
        return exchange.Response.Send(answer.Head, answer.Body);
    }

    /// <summary>Answers a mistake of the client, and closes where the end of its request is not known.</summary>
    public ValueTask<Outcome> Reject(Exchange exchange, Place place, Rejection rejection)
    {
        RejectionAnswer answer = RejectionStatus.Of(rejection);
        if (answer.Continuation == Continuation.Close)
        {
            exchange.Response.Continuation = Continuation.Close;
        }

        return SendPage(exchange, place, answer.Status);
    }

    /// <summary>Answers with the page of a status in place of an application, whose other fields stay.</summary>
    public ValueTask<Outcome> SendInstead(Exchange exchange, Place place, int status)
    {
        ResponseFields fields = exchange.Response.Fields;
        fields.Remove("Content-Type"u8);
        fields.Remove("Content-Encoding"u8);
        fields.Remove("Content-Range"u8);
        fields.Remove("ETag"u8);
        fields.Remove("Last-Modified"u8);
        place.AddFields(fields, AnswerKind.Page);
        return exchange.Response.SendPage(status, errors.PageOf(place, status));
    }

    /// <summary>Answers that it cannot be done now, and when to come again.</summary>
    /// <param name="exchange">The request and its answer.</param>
    /// <param name="place">Whose page it is.</param>
    /// <param name="seconds">When.</param>
    public ValueTask<Outcome> SendLater(Exchange exchange, Place place, int seconds)
    {
        exchange.Response.Fields.Add("Content-Type"u8, "text/html"u8);
        exchange.Response.Fields.Add("Retry-After"u8, seconds);
        place.AddFields(exchange.Response.Fields, AnswerKind.Page);
        return exchange.Response.SendPage(StatusCode.ServiceUnavailable, errors.PageOf(place, StatusCode.ServiceUnavailable));
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

    /// <summary>A root that may not be listed may be searched all the same.</summary>
    private bool CanSearch(Place place) => Files.Stat(FilePath.Join(place.Root.Span, "/."u8, _path), out _) == Errno.None;

    private ValueTask<Outcome> SendParts(Exchange exchange, Place place, CachedFile file, FileHeads heads, FileRanges ranges)
    {
        ResponseFields fields = exchange.Response.Fields;
        if (!ranges.IsSatisfiable)
        {
            fields.Add("Content-Range"u8, ranges.Unsatisfied);
            place.AddFields(fields, AnswerKind.Page);
            return exchange.Response.SendPage(
                StatusCode.RangeNotSatisfiable, errors.PageOf(place, StatusCode.RangeNotSatisfiable));
        }

        fields.Add("Accept-Ranges"u8, "bytes"u8);
        heads.AddFields(fields);
        place.AddFields(fields);
        if (file.File is null)
        {
            return ranges.Send(exchange.Response, file, heads.Type);
        }

        file.Hold();
        return Release(ranges.Send(exchange.Response, file, heads.Type), file);
    }

    /// <summary>From its descriptor. The head of a file that the cache did not keep is made for this answer alone.</summary>
    private ValueTask<Outcome> SendHeld(Exchange exchange, Place place, FileHeads heads, CachedFile file)
    {
        file.Hold();
        if (file.IsKept)
        {
            return Release(exchange.Response.Send(heads.Found, file.File!, 0, file.Status.Length), file);
        }

        heads.AddFieldsOfWhole(exchange.Response.Fields);
        place.AddFields(exchange.Response.Fields);
        return Release(exchange.Response.Send(StatusCode.Ok, file.File!, 0, file.Status.Length), file);
    }

    private ValueTask<Outcome> Release(ValueTask<Outcome> sending, CachedFile file) => sending.IsCompletedSuccessfully
        ? new ValueTask<Outcome>(Released(sending.Result, file))
        : ReleaseAfter(sending, file);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> ReleaseAfter(ValueTask<Outcome> sending, CachedFile file) =>
        Released(await sending, file);

    /// <summary>A file that became shorter ends its answer visibly, and is named once, however many were getting it (D-71).</summary>
    private Outcome Released(Outcome outcome, CachedFile file)
    {
        if (outcome == Outcome.Truncated && !file.IsTruncated)
        {
            file.IsTruncated = true;
            file.BelievedUntil = TimeSpan.MinValue;
            warn($"{Encoding.Latin1.GetString(file.Path)} became shorter while it was sent: its clients were cut off");
        }

        file.Release();
        return outcome;
    }
}
