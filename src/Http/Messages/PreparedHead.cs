using System;

using Sluice.Http.Codec;

namespace Sluice.Http.Messages;

/// <summary>
/// An answer's head made in advance, all but the two fields that differ from answer to answer, Connection and Date: three blocks
/// to copy (the fast path of a cached file). Immutable.
/// </summary>
public sealed class PreparedHead
{
    private readonly byte[] _bytes;
    private readonly int _connectionAt; // bytes before the Connection field
    private readonly int _dateAt; // bytes before the Date field, Connection not counted

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
    public int MostBytes => _bytes.Length + MostBytesOfVariable;

    internal static int MostBytesOfVariable => "Connection: keep-alive\r\n".Length + "Date: \r\n".Length + HttpDate.Length;

    /// <summary>Prepares a head.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="fields">All fields but Connection and Date; Content-Length with the length of the body, Server unless it is
    /// hidden. They may be changed afterwards.</param>
    public static PreparedHead Make(int status, ResponseFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ReadOnlySpan<byte> line = StatusCode.Line(status);
        byte[] bytes = new byte[line.Length + fields.LineBytes + 2];
        line.CopyTo(bytes);
        int index = 0;
        int connectionAt = line.Length;
        connectionAt += fields.WriteBefore(ref index, "Connection"u8, bytes.AsSpan(connectionAt));
        int dateAt = connectionAt + fields.WriteBefore(ref index, "Date"u8, bytes.AsSpan(connectionAt));
        int end = dateAt + fields.WriteBefore(ref index, default, bytes.AsSpan(dateAt));
        "\r\n"u8.CopyTo(bytes.AsSpan(end));
        return new PreparedHead(status, bytes, connectionAt, dateAt);
    }

    /// <summary>Writes the whole head.</summary>
    /// <param name="continuation">Whether the connection is kept.</param>
    /// <param name="date">The current date as text.</param>
    /// <param name="destination">At least <see cref="MostBytes"/>.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Continuation continuation, ReadOnlySpan<byte> date, Span<byte> destination)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        bytes[.._connectionAt].CopyTo(destination);
        int at = _connectionAt + WriteConnection(continuation, destination[_connectionAt..]);
        bytes[_connectionAt.._dateAt].CopyTo(destination[at..]);
        at += _dateAt - _connectionAt;
        at += ResponseFields.WriteLine("Date"u8, date, destination[at..]);
        bytes[_dateAt..].CopyTo(destination[at..]);
        return at + bytes.Length - _dateAt;
    }

    /// <summary>Writes a head that is needed once, from its parts; in the same order as a prepared one.</summary>
    internal static int Write(int status, ResponseFields fields, Continuation continuation, ReadOnlySpan<byte> date, Span<byte> destination)
    {
        ReadOnlySpan<byte> line = StatusCode.Line(status);
        line.CopyTo(destination);
        int index = 0;
        int at = line.Length;
        at += fields.WriteBefore(ref index, "Connection"u8, destination[at..]);
        at += WriteConnection(continuation, destination[at..]);
        at += fields.WriteBefore(ref index, "Date"u8, destination[at..]);
        at += ResponseFields.WriteLine("Date"u8, date, destination[at..]);
        at += fields.WriteBefore(ref index, default, destination[at..]);
        "\r\n"u8.CopyTo(destination[at..]);
        return at + 2;
    }

    private static int WriteConnection(Continuation continuation, Span<byte> destination)
    {
        ReadOnlySpan<byte> line = continuation == Continuation.Keep ? "Connection: keep-alive\r\n"u8 : "Connection: close\r\n"u8;
        line.CopyTo(destination);
        return line.Length;
    }
}
