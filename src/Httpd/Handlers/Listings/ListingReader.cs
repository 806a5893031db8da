using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Httpd.Handlers.Listings;

/// <summary>Reads a directory into a listing, in pieces of a turn each.</summary>
/// <remarks>What is hidden, cannot be looked at, or is neither file nor directory is left out (H-FILE-19).</remarks>
internal sealed class ListingReader(EventLoop loop, ListingPage page, ListingLimits limits)
{
    /// <summary>What a loop turn is given up after when a page is measured.</summary>
    private const int PieceBytes = 64 * 1024;

    private static readonly byte[] _measure = new byte[PieceBytes];

    private byte[] _names = new byte[4096];
    private ListedEntry[] _entries = new ListedEntry[64];

    /// <summary>Bytes of the names.</summary>
    private int _nameBytes;

    /// <summary>How many lines there are.</summary>
    private int _count;

    /// <summary>Reads it.</summary>
    /// <param name="path">The directory's path inside the chroot.</param>
    /// <param name="title">The path that was asked for.</param>
    /// <param name="key">The listing's key.</param>
    /// <returns>The listing, or why there is none; <see cref="Errno.Overflow"/> for too many names.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(Errno Error, Listing? Listing)> Read(byte[] path, byte[] title, byte[] key)
    {
        Errno error = DirectoryReader.Open(path, out DirectoryReader? opened);
        using DirectoryReader? directory = opened;
        if (directory is null)
        {
            return (error, null);
        }

        error = await Collect(directory);
        if (error != Errno.None)
        {
            return (error, null);
        }

        ListedEntry[] entries = await EntryOrder.Sort(loop, _entries.AsSpan(0, _count).ToArray(), _names);
        Listing listing = new()
        {
            Key = key,
            Path = path,
            Title = title,
            Status = directory.Status,
            Modified = directory.Status.Modified < loop.Utc ? directory.Status.Modified : loop.Utc,
            Names = _names.AsSpan(0, _nameBytes).ToArray(),
            Entries = entries,
        };
        await Measure(listing);
        return (Errno.None, listing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Errno> Collect(DirectoryReader directory)
    {
        Errno error;
        while (directory.TryFill(out error))
        {
            if (!TryCollect(directory))
            {
                return Errno.Overflow;
            }

            await loop.NextTurn();
        }

        return error;
    }

    private bool TryCollect(DirectoryReader directory)
    {
        while (directory.TryTake(out ReadOnlySpan<byte> name))
        {
            if ((name[0] == (byte)'.' && !name.SequenceEqual(".."u8))
                || directory.Examine(out FileStatus status) != Errno.None
                || status.Kind is not (FileKind.Regular or FileKind.Directory))
            {
                continue;
            }

            if (_nameBytes + name.Length > limits.NameBytes || _count == limits.Entries)
            {
                return false;
            }

            if (_nameBytes + name.Length > _names.Length)
            {
                Array.Resize(ref _names, _names.Length * 2);
            }

            if (_count == _entries.Length)
            {
                Array.Resize(ref _entries, _count * 2);
            }

            name.CopyTo(_names.AsSpan(_nameBytes));
            _entries[_count++] = new ListedEntry(
                _nameBytes, (byte)name.Length, status.Kind, status.Length, status.Modified.ToUnixTimeSeconds());
            _nameBytes += name.Length;
        }

        return true;
    }

    /// <summary>Finds the length of the page, and keeps the page if it is small.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask Measure(Listing listing)
    {
        ListingText text = new(listing, page);
        byte[] kept = new byte[int.Min(limits.PageBytes, ListingText.MostBytes(listing))];
        int length = 0;
        while (text.TryWrite(_measure))
        {
            ReadOnlyMemory<byte> written = page.Written;
            if (listing.PageBytes + written.Length <= kept.Length)
            {
                written.CopyTo(kept.AsMemory(length));
                length += written.Length;
            }

            listing.PageBytes += written.Length;
            await loop.NextTurn();
        }

        if (length == listing.PageBytes)
        {
            listing.Page = kept.AsSpan(0, length).ToArray();
        }
    }
}
