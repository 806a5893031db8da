using System;

using Sluice.Http.Text;

namespace Sluice.Http.Logging;

/// <summary>The text of an access line in each style; allocates nothing.</summary>
/// <remarks>What a client sent is encoded so that it ends no line, no field and no quote.</remarks>
public static class AccessLine
{
    /// <summary>Brackets, quotes, spaces, dashes, status, a 64-bit number of bytes and the newline.</summary>
    private const int FixedBytes = 96;

    /// <summary>An upper bound of what <see cref="Write"/> will use.</summary>
    public static int Bound(LogStyle style, in AccessEntry entry) => style == LogStyle.Json
        ? JsonLine.Bound(entry)
        : FixedBytes + entry.Host.Length + entry.Client.Length + entry.Time.Length + (LogEncoding.MostBytesPerByte * entry.TextLength);

    /// <summary>Writes the line with its newline.</summary>
    /// <param name="style">What the line holds; a style of requests.</param>
    /// <param name="entry">What it says.</param>
    /// <param name="line">Has room for <see cref="Bound"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(LogStyle style, in AccessEntry entry, Span<byte> line)
    {
        if (style == LogStyle.Json)
        {
            return JsonLine.Write(entry, line);
        }

        LineWriter writer = new(line);
        WriteCommon(ref writer, entry);
        if (style is LogStyle.Combined or LogStyle.Forwarded)
        {
            writer.Put(" \""u8);
            writer.PutUrl(entry.Referer);
            writer.Put("\" \""u8);
            writer.PutQuoted(entry.UserAgent);
            writer.Put("\""u8);
        }

        if (style == LogStyle.Forwarded)
        {
            writer.Put(" "u8);
            writer.PutField(entry.ForwardedFor);
            writer.Put(" "u8);
            writer.PutField(entry.ForwardedPort);
        }

        writer.Put("\n"u8);
        return writer.Length;
    }

    private static void WriteCommon(ref LineWriter writer, in AccessEntry entry)
    {
        writer.Put(entry.Host);
        writer.Put(" "u8);
        writer.Put(entry.Client);
        writer.Put(" - "u8);
        writer.PutField(entry.User);
        writer.Put(" ["u8);
        writer.Put(entry.Time);
        writer.Put("] \""u8);
        if (entry.Method.IsEmpty)
        {
            writer.Put("<UNKNOWN>"u8);
        }
        else
        {
            writer.PutQuoted(entry.Method);
        }

        writer.Put(" "u8);
        writer.PutPath(entry);
        if (entry.HasQuery)
        {
            writer.Put("?"u8);
            writer.PutQuery(entry.Query);
        }

        if (!entry.Version.IsEmpty)
        {
            writer.Put(" "u8);
            writer.PutQuoted(entry.Version);
        }

        writer.Put("\" "u8);
        writer.PutStatus(entry.Status);
        writer.Put(" "u8);
        writer.PutNumber(entry.Bytes);
    }
}
