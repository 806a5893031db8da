using System;

using Sluice.Http.Codec;

namespace Sluice.Http.Messages;

/// <summary>
/// An answer's head made in advance, as it is on a connection that is kept: one block to copy, and the date into it (the fast
/// path of a cached file). Immutable.
/// </summary>
public sealed class PreparedHead
{
    private readonly byte[] _bytes;
    private readonly int _connectionAt; // bytes before the Connection field
    private readonly int _dateAt; // bytes before the text of the date, for which there is room

    private PreparedHead(int status, byte[] bytes, int connectionAt, int dateAt)
    {
        Status = status;
        _bytes = bytes;
        _connectionAt = connectionAt;
        _dateAt = dateAt;
    }

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>The most bytes it takes when it is written.</summary>
    public int MostBytes => _bytes.Length;

    internal static int MostBytesOfVariable => Kept.Length + "Date: \r\n".Length + HttpDate.Length;

    private static ReadOnlySpan<byte> Kept => "Connection: keep-alive\r\n"u8;

    private static ReadOnlySpan<byte> Closed => "Connection: close\r\n"u8;

    /// <summary>Prepares a head.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="fields">All fields but Connection and Date; Content-Length with the length of the body, Server unless it is
    /// hidden. They may be changed afterwards.</param>
    public static PreparedHead Make(int status, ResponseFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ReadOnlySpan<byte> line = StatusCode.Line(status);
        byte[] bytes = new byte[line.Length + fields.LineBytes + MostBytesOfVariable + 2];
        Span<byte> date = stackalloc byte[HttpDate.Length];
        Places places = Write(status, fields, Continuation.Keep, date, bytes);
        return new PreparedHead(status, bytes, places.Connection, places.Date);
    }

    /// <summary>Writes the whole head.</summary>
    /// <param name="continuation">Whether the connection is kept.</param>
    /// <param name="date">The current date as text.</param>
    /// <param name="destination">At least <see cref="MostBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Continuation continuation, ReadOnlySpan<byte> date, Span<byte> destination)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        if (continuation == Continuation.Keep)
        {
            bytes.CopyTo(destination);
            date.CopyTo(destination[_dateAt..]);
            return bytes.Length;
        }

        bytes[.._connectionAt].CopyTo(destination);
        Closed.CopyTo(destination[_connectionAt..]);
        bytes[(_connectionAt + Kept.Length)..].CopyTo(destination[(_connectionAt + Closed.Length)..]);
        date.CopyTo(destination[(_dateAt - Kept.Length + Closed.Length)..]);
        return bytes.Length - Kept.Length + Closed.Length;
    }

    /// <summary>Writes a head that is needed once, from its parts; in the same order as a prepared one.</summary>
    internal static Places Write(int status, ResponseFields fields, Continuation continuation, ReadOnlySpan<byte> date, Span<byte> destination)
    {
        ReadOnlySpan<byte> line = StatusCode.Line(status);
        line.CopyTo(destination);
        int index = 0;
        int connectionAt = line.Length + fields.WriteBefore(ref index, "Connection"u8, destination[line.Length..]);
        ReadOnlySpan<byte> connection = continuation == Continuation.Keep ? Kept : Closed;
        connection.CopyTo(destination[connectionAt..]);
        int at = connectionAt + connection.Length;
        at += fields.WriteBefore(ref index, "Date"u8, destination[at..]);
        int dateAt = at + "Date: ".Length;

        // An application may have said when its answer was made (H-FCGI-41).
        if (!fields.Has("Date"u8))
        {
            at += ResponseFields.WriteLine("Date"u8, date, destination[at..]);
        }

        at += fields.WriteBefore(ref index, default, destination[at..]);
        "\r\n"u8.CopyTo(destination[at..]);
        return new Places(connectionAt, dateAt, at + 2);
    }

    /// <summary>Where things stand in a head that was written, in bytes before them.</summary>
    /// <param name="Connection">The Connection field.</param>
    /// <param name="Date">The text of the date.</param>
    /// <param name="End">The end of the head.</param>
    internal readonly record struct Places(int Connection, int Date, int End);
}
