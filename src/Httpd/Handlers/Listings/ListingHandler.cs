using System;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers.Listings;

/// <summary>Answers with the listing of a directory (H-FILE-18 to H-FILE-23): GET and HEAD, always whole.</summary>
internal sealed class ListingHandler(EventLoop loop, ListingPage page, ListingCache cache, Action<string> warn)
{
    /// <summary>Bytes of a large page that are written at a time; its head fits.</summary>
    private const int PieceBytes = 64 * 1024;

    /// <summary>A listing that is there.</summary>
    /// <param name="path">The directory's path inside the chroot.</param>
    /// <param name="title">The path that was asked for, decoded.</param>
    public Listing? Find(ReadOnlySpan<byte> path, ReadOnlySpan<byte> title) => cache.Find(path, title);

    /// <summary>Reads a listing.</summary>
    /// <param name="path">The directory's path inside the chroot.</param>
    /// <param name="title">The path that was asked for, decoded.</param>
    /// <returns>The listing and 200, or none and the status to answer with.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(int Status, Listing? Listing)> Read(byte[] path, byte[] title)
    {
        (Errno error, Listing? listing) = await cache.Read(path, title);
        if (listing is not null)
        {
            return (StatusCode.Ok, listing);
        }

        switch (error)
        {
            case Errno.AccessDenied or Errno.NotPermitted:
                return (StatusCode.Forbidden, null);
            case Errno.NotFound or Errno.NotDirectory:
                return (StatusCode.NotFound, null);
            default:
                warn($"directory {Encoding.Latin1.GetString(path)} cannot be listed: {error.Describe()}");
                return (StatusCode.InternalServerError, null);
        }
    }

    /// <summary>Sends a listing.</summary>
    public ValueTask<Outcome> Send(Exchange exchange, Place place, Listing listing) =>
        listing.Page.IsEmpty && exchange.Head.Method == Method.Get
            ? SendPieces(exchange, place, listing)
            : exchange.Response.Send(listing.HeadFor(place), listing.Page);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome> SendPieces(Exchange exchange, Place place, Listing listing)
    {
        listing.AddFields(exchange.Response.Fields, place);
        Outcome outcome = await exchange.Response.Start(StatusCode.Ok, listing.PageBytes);
        ListingText text = new(listing, page);
        byte[] piece = new byte[PieceBytes];
        while (outcome == Outcome.Sent && text.TryWrite(piece))
        {
            outcome = await exchange.Response.Write(page.Written);
            await loop.NextTurn();
        }

        return outcome == Outcome.Sent ? await exchange.Response.Finish() : outcome;
    }
}
