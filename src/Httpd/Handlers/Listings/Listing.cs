using System;

using Sluice.Engine.Io;
using Sluice.Http.Messages;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Handlers.Listings;

/// <summary>One line of a listing.</summary>
/// <param name="Start">Where its name begins in the names.</param>
/// <param name="NameLength">1 to 255.</param>
/// <param name="Kind">Regular or directory.</param>
/// <param name="Length">Bytes of a regular file.</param>
/// <param name="Modified">Seconds since 1970.</param>
internal readonly record struct ListedEntry(int Start, byte NameLength, FileKind Kind, long Length, long Modified);

/// <summary>What a directory held when it was read, in order. It never changes.</summary>
/// <remarks>Of a small one the whole page is kept. Of a large one only names, sizes and dates, and each answer is
/// written anew in pieces, so that many names do not become many megabytes.</remarks>
internal sealed class Listing
{
    /// <summary>Directory and title: the same directory can be seen under several paths.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The directory's path inside the chroot.</summary>
    public required ReadOnlyMemory<byte> Path { get; init; }

    /// <summary>The path that was asked for, decoded.</summary>
    public required ReadOnlyMemory<byte> Title { get; init; }

    /// <summary>Identity and times of the directory.</summary>
    public required FileStatus Status { get; init; }

    /// <summary>When it was changed, as it is told: never later than now (H-FILE-18).</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>The names, one behind the other.</summary>
    public required byte[] Names { get; init; }

    /// <summary>The lines in the order of the page.</summary>
    public required ReadOnlyMemory<ListedEntry> Entries { get; init; }

    /// <summary>Bytes of the whole page.</summary>
    public long PageBytes { get; set; }

    /// <summary>The whole page, if it is kept; else empty.</summary>
    public ReadOnlyMemory<byte> Page { get; set; }

    /// <summary>Bytes of memory that it takes, about.</summary>
    public long MemoryBytes => Names.Length + ((long)Entries.Length * 32) + Page.Length + Key.Length + 512;

    /// <summary>Loop time up to which it is believed without asking the system.</summary>
    public TimeSpan BelievedUntil { get; set; }

    /// <summary>Loop time at which it is read anew although the directory is the same: sizes of files change too.</summary>
    public TimeSpan StaleAt { get; set; }

    /// <summary>The head of answers from the place that asked last.</summary>
    private PreparedHead? Head { get; set; }

    private Place? Place { get; set; }

    /// <summary>A name.</summary>
    public ReadOnlySpan<byte> NameOf(in ListedEntry entry) => Names.AsSpan(entry.Start, entry.NameLength);

    /// <summary>The head of an answer with the whole page.</summary>
    public PreparedHead HeadFor(Place place)
    {
        if (Head is null || Place != place)
        {
            ResponseFields fields = new();
            AddFields(fields, place);
            fields.Add("Content-Length"u8, PageBytes);
            Head = PreparedHead.Make(StatusCode.Ok, fields);
            Place = place;
        }

        return Head;
    }

    /// <summary>Adds all fields but the length.</summary>
    public void AddFields(ResponseFields fields, Place place)
    {
        fields.Add("Content-Security-Policy"u8, ListingDesign.Policy);
        fields.Add("Content-Type"u8, place.TypeOf("index.html"u8).Text.Span);
        fields.Add("Last-Modified"u8, Modified);
        place.AddFields(fields);
    }
}
