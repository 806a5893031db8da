using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Applications;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Handlers.Listings;
using Sluice.Httpd.Notices;
using Sluice.Httpd.Passwords;

namespace Sluice.Httpd.Serving;

/// <summary>From a request to the handler that answers it, in the order of httpd.conf(5): path, location, rewrite, block, file.</summary>
/// <remarks>One a process. All that it keeps about a request is used before the first wait.</remarks>
internal sealed class RequestHandler
{
    /// <summary>The longest URI that a client is sent to (H-LIMIT-12).</summary>
    private const int LongestRedirect = 65535;

    /// <summary>When a client may come again that could not be let in now, in seconds.</summary>
    private const int Later = 5;

    private readonly FileHandler _files;
    private readonly ApplicationHandler _applications;
    private readonly ListingHandler _listings;
    private readonly PasswordChannel _passwords;
    private readonly BlockNotices _notices;
    private readonly CaptureSlot _captures = new();
    private readonly RequestMacros _macros;

    /// <summary>Room for the path of the longest head that is accepted, and for the name of an index file behind it.</summary>
    private readonly byte[] _path = new byte[16 * 1024];

    /// <summary>The path after a rewrite.</summary>
    private readonly byte[] _rewritten = new byte[FilePath.MostBytes];

    /// <summary>Name and password of the request; cleared at once.</summary>
    private readonly Engine.Buffers.SecretBytes _credentials = new(BasicCredentials.Longest + 2);

    /// <summary>What a template was made to.</summary>
    private readonly byte[] _text = new byte[LongestRedirect];

    /// <summary>The query of a rewrite; null where the client's stays.</summary>
    private ReadOnlyMemory<byte>? _query;

    /// <summary>Who is asked.</summary>
    private ServedHost _host = null!;

    /// <summary>Why it is that host.</summary>
    private HostChoice _choice;

    /// <summary>What is known of the user's password; null while nobody was asked.</summary>
    private Admission? _admission;

    /// <summary>Answers requests with files, what applications say and listings of directories, and tells of those that are refused.</summary>
    public RequestHandler(
        FileHandler files, ApplicationHandler applications, ListingHandler listings, PasswordChannel passwords, BlockNotices notices)
    {
        _files = files;
        _applications = applications;
        _listings = listings;
        _passwords = passwords;
        _notices = notices;
        _macros = new RequestMacros(_captures);
    }

    /// <summary>The settings in force for the request that is being answered; its log is in them.</summary>
    public Place Place { get; private set; } = null!;

    /// <summary>Answers a request.</summary>
    /// <param name="exchange">A whole head, or one that was rejected.</param>
    /// <param name="host">Who is asked.</param>
    /// <param name="choice">Why it is that host.</param>
    public ValueTask<Outcome> Serve(Exchange exchange, ServedHost host, HostChoice choice)
    {
        _admission = null;
        return Begin(exchange, host, choice);
    }

    private ValueTask<Outcome> Begin(Exchange exchange, ServedHost host, HostChoice choice)
    {
        ServedServer server = host.Server;
        RequestHead head = exchange.Head;
        Place = server.Place;
        _host = host;
        _choice = choice;
        _query = null;
        if (exchange.Rejection != Rejection.None)
        {
            return _files.Reject(exchange, Place, exchange.Rejection);
        }

        switch (head.TargetForm)
        {
            case TargetForm.Authority:
                return _files.SendPage(exchange, Place, StatusCode.MethodNotAllowed);
            case TargetForm.Asterisk:
                return SendOptions(exchange);
            case TargetForm.Origin or TargetForm.Absolute:
            default:
                break;
        }

        if (Resolve(head.Path, out int length) is { } mistake)
        {
            return _files.SendPage(exchange, Place, mistake);
        }

        ServedPath path = new(_path, length, PathOrigin.Request);
        exchange.Log.Path = path.Memory;
        exchange.Body.Limit = server.Limits.MaxRequestBody ?? long.MaxValue;
        _macros.Begin(exchange, host, choice);
        _macros.Path = path.Memory;
        return Choose(exchange, server, path);
    }

    /// <summary>Finds the settings in force, rewrites once where they say so, and searches once more (H-LOC-09).</summary>
    private ValueTask<Outcome> Choose(Exchange exchange, ServedServer server, in ServedPath path)
    {
        if (!TryLocate(exchange, server, path))
        {
            return _files.SendPage(exchange, Place, StatusCode.InternalServerError);
        }

        return Place.Rewrite is { } template ? ChooseAnew(exchange, server, template) : ServeIn(exchange, server, path);
    }

    private ValueTask<Outcome> ChooseAnew(Exchange exchange, ServedServer server, MacroTemplate template)
    {
        if (Rewrite.Of(template, _macros, _text, _rewritten) is not { } rewrite)
        {
            return _files.SendPage(exchange, Place, StatusCode.BadRequest);
        }

        ServedPath path = new(_rewritten, rewrite.PathLength, PathOrigin.Rewrite);
        _query = rewrite.Query;
        return TryLocate(exchange, server, path)
            ? ServeIn(exchange, server, path)
            : _files.SendPage(exchange, Place, StatusCode.InternalServerError);
    }

    private ValueTask<Outcome> SendOptions(Exchange exchange)
    {
        exchange.Response.Fields.Add("Allow"u8, ErrorAnswers.Allowed);
        Place.AddFields(exchange.Response.Fields);
        return exchange.Response.Send(StatusCode.NoContent, default);
    }

    /// <summary>Decodes once, then resolves (H-FILE-01 to H-FILE-04); the result is in the buffer.</summary>
    /// <returns>The status that answers a path with a mistake, or one longer than that of any file.</returns>
    private int? Resolve(ReadOnlySpan<byte> target, out int length)
    {
        length = 0;
        if (PercentEncoding.Decode(target, _path, out int decoded) != DecodeStatus.Done)
        {
            return StatusCode.BadRequest;
        }

        bool isPath = CanonicalPath.TryResolve(_path.AsSpan(0, decoded), _path, out length);
        return isPath ? null : length > CanonicalPath.Longest ? StatusCode.NotFound : StatusCode.BadRequest;
    }

    /// <summary>Makes the first location that matches and whose conditions hold the one in force; else all stays as it is.</summary>
    /// <returns>False where a condition cannot be tried, because the location's root cannot be opened (H-LOC-06).</returns>
    private bool TryLocate(Exchange exchange, ServedServer server, in ServedPath path)
    {
        long kept = _captures.Kept;
        Place? place = server.Locations.Select(path.Span, _captures);
        Condition condition = Condition.Holds;
        while (place is not null && (condition = ConditionOf(place, path.Span, exchange.Peer.Client)) == Condition.Fails)
        {
            place = server.Locations.SelectAfter(place, path.Span, _captures);
        }

        if (_captures.Kept != kept)
        {
            _macros.CapturedPath = path.Memory;
        }

        Place = place ?? Place;
        return place is null || condition == Condition.Holds;
    }

    /// <summary><c>from</c>, and <c>found</c> or <c>not found</c>; the root itself counts as not found (H-LOC-05).</summary>
    private Condition ConditionOf(Place place, ReadOnlySpan<byte> path, in SocketAddress client)
    {
        if (place.Clients is { } clients && !clients.Holds(client))
        {
            return Condition.Fails;
        }

        if (place.Existence == Existence.Any)
        {
            return Condition.Holds;
        }

        if (!_files.HasRoot(place))
        {
            return Condition.Untried;
        }

        ReadOnlySpan<byte> stripped = PathComponents.Strip(path, place.Settings.Strip);
        bool isFound = stripped.Length > 1 && _files.Find(place, path).Kind is PathKind.Regular or PathKind.Directory;
        return isFound == (place.Existence == Existence.Found) ? Condition.Holds : Condition.Fails;
    }

    private ValueTask<Outcome> ServeIn(Exchange exchange, ServedServer server, in ServedPath path)
    {
        if (exchange.Body.IsTooLarge)
        {
            return _files.Reject(exchange, Place, Rejection.BodyTooLarge);
        }

        if (Place.Settings.Block is { } block)
        {
            return Refuse(exchange, block);
        }

        if (Place.Guard is { } guard && _admission?.Admits(guard) != true)
        {
            return Admit(exchange, guard);
        }

        if (Place.Application is not null)
        {
            return ServeApplication(exchange, path);
        }

        if (path.Span[^1] == (byte)'/')
        {
            return ServeDirectory(exchange, server, path);
        }

        CachedFile file = _files.Find(Place, path.Span);
        if (file.Kind != PathKind.Directory || !Place.ServesDirectories)
        {
            return ServeFile(exchange, file);
        }

        // A client that were sent to a path it did not ask for would be sent there again and again (H-LOC-35).
        return path.Origin == PathOrigin.Request
            ? _files.SendToDirectory(exchange, Place, path.Span)
            : ServeDirectory(exchange, server, path.Append("/"u8));
    }

    /// <summary>Ends without a word, sends the client elsewhere, or answers with the page of the code.</summary>
    private ValueTask<Outcome> Refuse(Exchange exchange, Block block)
    {
        if (block.Action == BlockAction.Drop)
        {
            Tell(0, default);
            return exchange.Response.Drop();
        }

        if (block.Code < StatusCode.Ok)
        {
            // Behind an interim answer a client waits for the final one, which does not come (RFC 9110 15.2).
            exchange.Response.Continuation = Continuation.Close;
        }

        if (Place.Redirect is not { } template)
        {
            Tell(block.Code, default);
            return _files.SendPage(exchange, Place, block.Code);
        }

        if (template.Expand(_macros, _text, out int length) != MacroStatus.Done)
        {
            Tell(StatusCode.InternalServerError, default);
            return _files.SendPage(exchange, Place, StatusCode.InternalServerError);
        }

        Tell(block.Code, _text.AsMemory(0, length));
        return _files.SendRedirect(exchange, Place, block.Code, _text.AsSpan(0, length));
    }

    /// <summary>Asks for a password, or has the one that came verified; then the request begins anew, with what is known of it.</summary>
    private ValueTask<Outcome> Admit(Exchange exchange, Guard guard)
    {
        switch (_admission?.VerdictOf(guard) ?? Verdict.None)
        {
            case Verdict.Refused:
                return _files.SendPage(exchange, Place, StatusCode.Unauthorized);
            case Verdict.None when _admission is not { IsLast: true }:
                break;
            default:
                return _files.SendLater(exchange, Place, Later);
        }

        RequestHead head = exchange.Head;
        ReadOnlySpan<byte> value = head.IsRepeated(KnownField.Authorization) ? default : head.Value(KnownField.Authorization);
        if (BasicCredentials.Read(value, _credentials.Span, out int userLength, out int length) != CredentialStatus.Given)
        {
            head.Wipe(KnownField.Authorization);
            return _files.SendPage(exchange, Place, StatusCode.Unauthorized);
        }

        // In the log, whether the password is right or not (H-AUTH-07).
        exchange.ClaimUser(_credentials.Span[..userLength]);
        ValueTask<Verdict> asking = _passwords.Ask(guard, exchange.Peer.Client, _credentials.Span[..length], userLength);
        _credentials.Clear();
        return BeginAnew(exchange, _host, _choice, guard, asking, _admission);
    }

    /// <summary>Others are served meanwhile, and all that is kept about this request here is theirs then.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> BeginAnew(
        Exchange exchange, ServedHost host, HostChoice choice, Guard guard, ValueTask<Verdict> asking, Admission? earlier)
    {
        Verdict verdict = await asking;
        if (verdict == Verdict.Granted)
        {
            exchange.AdmitUser();
        }

        // Its paths are in memory that others have used since.
        exchange.Log.Path = default;
        exchange.Log.Sought = default;
        _admission = new Admission(guard, verdict, earlier);
        ValueTask<Outcome> serving = Begin(exchange, host, choice);
        exchange.Head.Wipe(KnownField.Authorization);
        return await serving;
    }

    private void Tell(int status, ReadOnlyMemory<byte> target)
    {
        if (Place.Notice is { } notice)
        {
            _macros.Answered(status, target);
            _notices.Tell(notice, Place.Generation, _macros);
        }
    }

    /// <summary>Answers with the first index file that is there (H-FILE-14), from the location that its longer path has.</summary>
    private ValueTask<Outcome> ServeDirectory(Exchange exchange, ServedServer server, in ServedPath path)
    {
        Place first = Place;
        ServedPath longer = path;
        foreach (byte[] index in first.Indexes)
        {
            longer = path.Append(index);
            Place = first;
            if (!TryLocate(exchange, server, longer))
            {
                return _files.SendPage(exchange, Place, StatusCode.InternalServerError);
            }

            CachedFile file = _files.Find(Place, longer.Span);
            if (file.Kind == PathKind.Missing)
            {
                continue;
            }

            exchange.Log.Sought = longer.Memory;

            // The longer path may be in a location that refuses it, although the directory is not (H-LOC-31).
            if (Place != first && Place.Settings.Block is { } block)
            {
                return Refuse(exchange, block);
            }

            if (Place != first && Place.Guard is { } guard && _admission?.Admits(guard) != true)
            {
                return Admit(exchange, guard);
            }

            return Place.Application is not null ? ServeApplication(exchange, longer)
                : file.Kind == PathKind.Directory ? _files.SendPage(exchange, Place, StatusCode.InternalServerError)
                : ServeFile(exchange, file);
        }

        Place = first;
        CachedFile directory = _files.Find(first, path.Span);
        if (directory.Kind == PathKind.Directory && first.Settings.AutoIndex)
        {
            return ServeListing(exchange, directory, path.Span);
        }

        exchange.Log.Sought = directory.Kind == PathKind.Directory ? longer.Memory : default;
        return ServeFile(exchange, directory);
    }

    private ValueTask<Outcome> ServeApplication(Exchange exchange, in ServedPath path) =>
        _applications.Serve(exchange, Place, _host, path.Span, _query is { } query ? query.Span : exchange.Head.Query);

    private ValueTask<Outcome> ServeListing(Exchange exchange, CachedFile directory, ReadOnlySpan<byte> path) => exchange.Head.Method switch
    {
        Method.Options => SendOptions(exchange),
        Method.Get or Method.Head => _listings.Find(directory.Path, path) is { } listing
            ? _listings.Send(exchange, Place, listing)
            : ReadListing(exchange, directory.Path, path.ToArray(), Place),
        _ => _files.SendPage(exchange, Place, StatusCode.MethodNotAllowed),
    };

    /// <summary>Reads a directory first. Other requests are served meanwhile, so this one keeps what it needs itself.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> ReadListing(Exchange exchange, byte[] directory, byte[] path, Place place)
    {
        exchange.Log.Path = path;
        (int status, Listing? listing) = await _listings.Read(directory, path);
        Place = place;
        return listing is not null
            ? await _listings.Send(exchange, place, listing)
            : await _files.SendPage(exchange, place, status);
    }

    private ValueTask<Outcome> ServeFile(Exchange exchange, CachedFile file) => file.Kind switch
    {
        PathKind.Regular when exchange.Head.Method == Method.Options => SendOptions(exchange),
        PathKind.Regular => _files.Serve(exchange, Place, file),
        PathKind.Missing => _files.SendLack(exchange, Place, StatusCode.NotFound),
        PathKind.Forbidden => _files.SendLack(exchange, Place, StatusCode.Forbidden),
        PathKind.Directory => _files.SendPage(exchange, Place, StatusCode.Forbidden),
        _ => _files.SendPage(exchange, Place, StatusCode.InternalServerError),
    };
}

/// <summary>What became of trying a location's conditions.</summary>
internal enum Condition
{
    /// <summary>They hold, or there are none.</summary>
    Holds,

    /// <summary>One does not: the next location is tried.</summary>
    Fails,

    /// <summary>The root that it is about cannot be opened.</summary>
    Untried,
}

/// <summary>Where the path comes from that a request is served by.</summary>
internal enum PathOrigin
{
    /// <summary>The client asked for it.</summary>
    Request,

    /// <summary><c>request rewrite</c> made it.</summary>
    Rewrite,
}

/// <summary>A canonical path at the beginning of a buffer that has room behind it for the name of an index file.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Length">Bytes of the path.</param>
/// <param name="Origin">Where it comes from.</param>
internal readonly record struct ServedPath(byte[] Buffer, int Length, PathOrigin Origin)
{
    /// <summary>The path.</summary>
    public ReadOnlySpan<byte> Span => Buffer.AsSpan(0, Length);

    /// <summary>The path.</summary>
    public ReadOnlyMemory<byte> Memory => Buffer.AsMemory(0, Length);

    /// <summary>A longer path in the same buffer.</summary>
    public ServedPath Append(ReadOnlySpan<byte> name)
    {
        name.CopyTo(Buffer.AsSpan(Length));
        return this with { Length = Length + name.Length };
    }
}
