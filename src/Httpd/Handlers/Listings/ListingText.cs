using System;

namespace Sluice.Httpd.Handlers.Listings;

/// <summary>The page of a listing, piece by piece.</summary>
internal sealed class ListingText(Listing listing, ListingPage page)
{
    /// <summary>The row that comes next; -1 for the head, the number of rows for the end, one more when all is written.</summary>
    private int _row = -1;

    /// <summary>An upper bound for the bytes of the page.</summary>
    public static int MostBytes(Listing listing) => (int)long.Min(
        int.MaxValue,
        ListingPage.MostBytesOfHead(listing.Title.Span) + ListingDesign.End.Length
        + (256L * listing.Entries.Length) + (9L * listing.Names.Length));

    /// <summary>Writes the next piece; it is in the page's <see cref="ListingPage.Written"/> then.</summary>
    /// <param name="buffer">Room for the head, and for some rows.</param>
    /// <returns>False when all was written before.</returns>
    public bool TryWrite(byte[] buffer)
    {
        page.Begin(buffer);
        if (_row < 0)
        {
            page.WriteHead(listing.Title.Span);
            _row = 0;
        }

        ReadOnlySpan<ListedEntry> entries = listing.Entries.Span;
        while (_row < entries.Length && page.HasRoom(ListingPage.MostBytesOfRow))
        {
            page.WriteRow(listing.NameOf(entries[_row]), entries[_row]);
            _row++;
        }

        if (_row == entries.Length && page.HasRoom(ListingDesign.End.Length))
        {
            page.WriteEnd();
            _row++;
        }

        return !page.Written.IsEmpty;
    }
}
