using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers.Listings;

/// <summary>How large listings may be, and how much a server process keeps of them.</summary>
internal sealed record ListingLimits
{
    /// <summary>Bytes of all names of a directory; one with more is not listed.</summary>
    public int NameBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Names of a directory; one with more is not listed.</summary>
    public int Entries { get; init; } = 1_000_000;

    /// <summary>The largest page that is kept whole.</summary>
    public int PageBytes { get; init; } = 512 * 1024;

    /// <summary>Bytes of all listings that are kept.</summary>
    public long MemoryBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Listings that are kept.</summary>
    public int Listings { get; init; } = 256;

    /// <summary>Directories that are read at the same time; further ones wait for their turn.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>How long a listing is believed before the system is asked whether the directory changed.</summary>
    public TimeSpan Belief { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After this it is read anew in any case: files grow without a change of their directory.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Listings by directory and title, read when they are asked for and kept for a while; bounded.</summary>
internal sealed class ListingCache
{
    private readonly Dictionary<byte[], Listing> _listings = new(ByteKeys.Exact);
    private readonly Dictionary<byte[], Listing>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    private readonly HashSet<byte[]> _underway = new(ByteKeys.Exact);
    private readonly byte[] _key = new byte[2 * FilePath.MostBytes];
    private readonly EventLoop _loop;
    private readonly ListingPage _page;
    private readonly ListingLimits _limits;

    /// <summary>Bytes of all listings that are kept.</summary>
    private long _memoryBytes;

    /// <summary>An empty cache.</summary>
    public ListingCache(EventLoop loop, ListingPage page, ListingLimits limits)
    {
        _loop = loop;
        _page = page;
        _limits = limits;
        _byKey = _listings.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>A listing that is there and holds; null where the directory is to be read.</summary>
    /// <param name="path">The directory's path inside the chroot.</param>
    /// <param name="title">The path that was asked for, decoded.</param>
    public Listing? Find(ReadOnlySpan<byte> path, ReadOnlySpan<byte> title)
    {
        path.CopyTo(_key);
        _key[path.Length] = 0;
        title.CopyTo(_key.AsSpan(path.Length + 1));
        return Find(_key.AsSpan(0, path.Length + 1 + title.Length));
    }

    /// <summary>Reads a directory, or waits for who is reading it.</summary>
    /// <param name="path">The directory's path inside the chroot.</param>
    /// <param name="title">The path that was asked for, decoded.</param>
    /// <returns>The listing, or why there is none.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(Errno Error, Listing? Listing)> Read(byte[] path, byte[] title)
    {
        byte[] key = [.. path, 0, .. title];
        while (_underway.Contains(key) || _underway.Count >= _limits.AtOnce)
        {
            // Whoever reads has a piece of its work in each turn, so the loop does not spin for nothing.
            await _loop.NextTurn();
        }

        if (Find(key) is { } found)
        {
            return (Errno.None, found);
        }

        _underway.Add(key);
        try
        {
            (Errno error, Listing? listing) = await new ListingReader(_loop, _page, _limits).Read(path, title, key);
            Keep(listing);
            return (error, listing);
        }
        finally
        {
            _underway.Remove(key);
        }
    }

    private Listing? Find(ReadOnlySpan<byte> key)
    {
        if (!_byKey.TryGetValue(key, out Listing? listing) || _loop.Now < listing.BelievedUntil)
        {
            return listing;
        }

        if (_loop.Now < listing.StaleAt
            && Files.Stat(listing.Path.Span, out FileStatus status) == Errno.None && status == listing.Status)
        {
            listing.BelievedUntil = _loop.Now + _limits.Belief;
            return listing;
        }

        Forget(listing);
        return null;
    }

    private void Keep(Listing? listing)
    {
        if (listing is null || listing.MemoryBytes > _limits.MemoryBytes)
        {
            return;
        }

        listing.BelievedUntil = _loop.Now + _limits.Belief;
        listing.StaleAt = _loop.Now + _limits.Age;
        _listings.Add(listing.Key, listing);
        _memoryBytes += listing.MemoryBytes;
        while (_memoryBytes > _limits.MemoryBytes || _listings.Count > _limits.Listings)
        {
            Forget(Oldest());
        }
    }

    /// <summary>The listing that was read first: all are read anew after some seconds, so their order of use matters little.</summary>
    private Listing Oldest()
    {
        Listing? oldest = null;
        foreach (Listing listing in _listings.Values)
        {
            oldest = oldest is null || listing.StaleAt < oldest.StaleAt ? listing : oldest;
        }

        return oldest!;
    }

    private void Forget(Listing listing)
    {
        _listings.Remove(listing.Key);
        _memoryBytes -= listing.MemoryBytes;
    }
}
