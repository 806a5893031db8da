using System;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

using Sluice.Engine.Io;
using Sluice.Http.Text;

namespace Sluice.Httpd.Handlers.Listings;

/// <summary>Writes the page of a listing (H-FILE-20): the beginning, a row for each name, the end.</summary>
/// <param name="zone">The time zone of the dates.</param>
internal sealed class ListingPage(TimeZoneInfo zone)
{
    /// <summary>Room for any row: a name of 255 bytes as a link and as text, a date, a size.</summary>
    public const int MostBytesOfRow = (255 * (PercentEncoding.MostBytesPerByte + HtmlText.MostBytesPerByte)) + 256;

    private const string DateFormat = "dd'-'MMM'-'yyyy HH':'mm";

    private byte[] _buffer = [];

    /// <summary>Bytes written.</summary>
    private int _length;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Room for this many more bytes is there.</summary>
    public bool HasRoom(int count) => _buffer.Length - _length >= count;

    /// <summary>Writes into a buffer from its beginning.</summary>
    public void Begin(byte[] buffer)
    {
        _buffer = buffer;
        _length = 0;
    }

    /// <summary>Room that the beginning takes at most.</summary>
    public static int MostBytesOfHead(ReadOnlySpan<byte> title) =>
        ListingDesign.BeforeTitle.Length + ListingDesign.BeforeHeading.Length + ListingDesign.BeforeRows.Length
        + (2 * HtmlText.MostBytesPerByte * title.Length);

    /// <summary>Everything before the first row.</summary>
    /// <param name="title">The path of the directory, decoded.</param>
    public void WriteHead(ReadOnlySpan<byte> title)
    {
        Add(ListingDesign.BeforeTitle);
        _length += HtmlText.Write(title, Rest);
        Add(ListingDesign.BeforeHeading);
        _length += HtmlText.Write(title, Rest);
        Add(ListingDesign.BeforeRows);
    }

    /// <summary>The row of a name.</summary>
    public void WriteRow(ReadOnlySpan<byte> name, in ListedEntry entry)
    {
        bool isDirectory = entry.Kind == FileKind.Directory;
        Add(isDirectory ? "<tr class=\"dir\"><td><a href=\""u8 : "<tr><td><a href=\""u8);
        if (name.Contains((byte)':'))
        {
            // A colon in the first component would make a scheme of what is before it (RFC 3986 4.2).
            Add("./"u8);
        }

        _length += PercentEncoding.EncodeComponent(name, Rest);
        Add(isDirectory ? "/\">"u8 : "\">"u8);
        _length += HtmlText.Write(name, Rest);
        Add(isDirectory ? "/</a></td><td data-o=\""u8 : "</a></td><td data-o=\""u8);
        AddNumber(entry.Modified);
        Add("\">"u8);
        AddDate(entry.Modified);
        if (isDirectory)
        {
            Add("</td><td>-</td></tr>\n"u8);
            return;
        }

        Add("</td><td title=\""u8);
        AddNumber(entry.Length);
        Add("\">"u8);
        AddSize(entry.Length);
        Add("</td></tr>\n"u8);
    }

    /// <summary>Everything behind the last row.</summary>
    public void WriteEnd() => Add(ListingDesign.End);

    private Span<byte> Rest => _buffer.AsSpan(_length);

    private void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Rest);
        _length += text.Length;
    }

    private void AddNumber(long value)
    {
        bool isWritten = Utf8Formatter.TryFormat(value, Rest, out int length);
        Debug.Assert(isWritten, "there is room for a row");
        _length += length;
    }

    private void AddDate(long seconds)
    {
        // File systems hold years that calendars do not.
        DateTimeOffset utc = DateTimeOffset.FromUnixTimeSeconds(long.Clamp(seconds, -62_000_000_000, 253_000_000_000));
        TimeZoneInfo.ConvertTime(utc, zone).TryFormat(Rest, out int length, DateFormat, CultureInfo.InvariantCulture);
        _length += length;
    }

    /// <summary>A size with three digits about: 1023B, 10.0K, 1024K, 1.5M.</summary>
    private void AddSize(long bytes)
    {
        const string Units = "BKMGTPE";
        int unit = 0;
        while (bytes >> (10 * unit) >= 1024)
        {
            unit++;
        }

        if (unit == 0)
        {
            AddNumber(bytes);
        }
        else
        {
            double scaled = bytes / (double)(1L << (10 * unit));
            string format = Math.Round(scaled, 1, MidpointRounding.AwayFromZero) < 100 ? "F1" : "F0";
            scaled.TryFormat(Rest, out int length, format, CultureInfo.InvariantCulture);
            _length += length;
        }

        Rest[0] = (byte)Units[unit];
        _length++;
    }
}
