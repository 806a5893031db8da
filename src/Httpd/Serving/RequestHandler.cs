using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Http.Text;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Handlers.Listings;

namespace Sluice.Httpd.Serving;

/// <summary>From a request to the handler that answers it, in the order of httpd.conf(5): path, location, block, file.</summary>
/// <remarks>One a process. All that it keeps about a request is used before the first wait.</remarks>
internal sealed class RequestHandler(FileHandler files, ListingHandler listings)
{
    /// <summary>Room for the path of the longest head that is accepted, and for the name of an index file behind it.</summary>
    private readonly byte[] _path = new byte[16 * 1024];

    /// <summary>The settings in force for the request that is being answered; its log is in them.</summary>
    public Place Place { get; private set; } = null!;

    /// <summary>Answers a request.</summary>
    /// <param name="exchange">A whole head, or one that was rejected.</param>
    /// <param name="host">Who is asked.</param>
    public ValueTask<Outcome> Serve(Exchange exchange, ServedHost host)
    {
        ServedServer server = host.Server;
        RequestHead head = exchange.Head;
        Place = server.Place;
        if (exchange.Rejection != Rejection.None)
        {
            return Reject(exchange, exchange.Rejection);
        }

        switch (head.TargetForm)
        {
            case TargetForm.Authority:
                return files.SendPage(exchange, Place, StatusCode.MethodNotAllowed);
            case TargetForm.Asterisk:
                return SendOptions(exchange);
            case TargetForm.Origin or TargetForm.Absolute:
            default:
                break;
        }

        if (Resolve(head.Path, out int length) is { } mistake)
        {
            return files.SendPage(exchange, Place, mistake);
        }

        exchange.Log.Path = _path.AsMemory(0, length);
        exchange.Body.Limit = server.Limits.MaxRequestBody ?? long.MaxValue;
        if (exchange.Body.IsTooLarge)
        {
            return Reject(exchange, Rejection.BodyTooLarge);
        }

        ReadOnlySpan<byte> path = _path.AsSpan(0, length);
        Place = Locate(server, path) ?? server.Place;
        return ServeIn(exchange, server, path);
    }

    /// <summary>Answers a mistake of the client, and closes where the end of its request is not known.</summary>
    private ValueTask<Outcome> Reject(Exchange exchange, Rejection rejection)
    {
        RejectionAnswer answer = RejectionStatus.Of(rejection);
        if (answer.Continuation == Continuation.Close)
        {
            exchange.Response.Continuation = Continuation.Close;
        }

        return files.SendPage(exchange, Place, answer.Status);
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

    /// <summary>The first location that matches and whose condition holds; null where there is none.</summary>
    private Place? Locate(ServedServer server, ReadOnlySpan<byte> path)
    {
        Place? place = server.Locations.Select(path);
        while (place is { Existence: not Existence.Any } && !Holds(place, path))
        {
            place = server.Locations.SelectAfter(place, path);
        }

        return place;
    }

    /// <summary>Whether <c>location found</c> or <c>not found</c> holds; the root itself counts as not found (H-LOC-05).</summary>
    private bool Holds(Place place, ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> stripped = PathComponents.Strip(path, place.Settings.Strip);
        bool isFound = stripped.Length > 1 && files.Find(place, path).Kind is PathKind.Regular or PathKind.Directory;
        return isFound == (place.Existence == Existence.Found);
    }

    private ValueTask<Outcome> ServeIn(Exchange exchange, ServedServer server, ReadOnlySpan<byte> path)
    {
        if (Place.Settings.Block is { } block)
        {
            return Refuse(exchange, block);
        }

        if (path[^1] == (byte)'/')
        {
            return ServeDirectory(exchange, server, path);
        }

        CachedFile file = files.Find(Place, path);
        return file.Kind == PathKind.Directory && Place.ServesDirectories
            ? files.SendToDirectory(exchange, Place, path)
            : ServeFile(exchange, file);
    }

    /// <summary>Ends without a word, or answers with the page of the code.</summary>
    private ValueTask<Outcome> Refuse(Exchange exchange, Block block)
    {
        if (block.Action == BlockAction.Drop)
        {
            exchange.Response.Continuation = Continuation.Close;
            return new ValueTask<Outcome>(Outcome.Sent);
        }

        return files.SendPage(exchange, Place, block.Code);
    }

    /// <summary>Answers with the first index file that is there (H-FILE-14), from the location that its longer path has.</summary>
    private ValueTask<Outcome> ServeDirectory(Exchange exchange, ServedServer server, ReadOnlySpan<byte> path)
    {
        Place first = Place;
        foreach (byte[] index in first.Indexes)
        {
            index.CopyTo(_path.AsSpan(path.Length));
            ReadOnlySpan<byte> longer = _path.AsSpan(0, path.Length + index.Length);
            Place = Locate(server, longer) ?? first;
            if (Place != first && Place.Settings.Block is { } block)
            {
                return Refuse(exchange, block);
            }

            CachedFile file = files.Find(Place, longer);
            switch (file.Kind)
            {
                case PathKind.Missing:
                    Place = first;
                    break;
                case PathKind.Directory:
                    return files.SendPage(exchange, Place, StatusCode.InternalServerError);
                case PathKind.Regular or PathKind.Forbidden or PathKind.Failed:
                default:
                    return ServeFile(exchange, file);
            }
        }

        CachedFile directory = files.Find(first, path);
        return directory.Kind == PathKind.Directory && first.Settings.AutoIndex
            ? ServeListing(exchange, directory, path)
            : ServeFile(exchange, directory);
    }

    private ValueTask<Outcome> ServeListing(Exchange exchange, CachedFile directory, ReadOnlySpan<byte> path) => exchange.Head.Method switch
    {
        Method.Options => SendOptions(exchange),
        Method.Get or Method.Head => listings.Find(directory.Path, path) is { } listing
            ? listings.Send(exchange, Place, listing)
            : ReadListing(exchange, directory.Path, path.ToArray(), Place),
        _ => files.SendPage(exchange, Place, StatusCode.MethodNotAllowed),
    };

    /// <summary>Reads a directory first. Other requests are served meanwhile, so this one keeps what it needs itself.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> ReadListing(Exchange exchange, byte[] directory, byte[] path, Place place)
    {
        exchange.Log.Path = path;
        (int status, Listing? listing) = await listings.Read(directory, path);
        Place = place;
        return listing is not null
            ? await listings.Send(exchange, place, listing)
            : await files.SendPage(exchange, place, status);
    }

    private ValueTask<Outcome> ServeFile(Exchange exchange, CachedFile file) => file.Kind switch
    {
        PathKind.Regular when exchange.Head.Method == Method.Options => SendOptions(exchange),
        PathKind.Regular => files.Serve(exchange, Place, file),
        PathKind.Missing => files.SendPage(exchange, Place, StatusCode.NotFound),
        PathKind.Directory or PathKind.Forbidden => files.SendPage(exchange, Place, StatusCode.Forbidden),
        _ => files.SendPage(exchange, Place, StatusCode.InternalServerError),
    };
}
