using System;
using System.Buffers;

using Sluice.Engine.Io;
using Sluice.Http.Logging;
using Sluice.Http.Messages;
using Sluice.Http.Text;

namespace Sluice.Httpd.Logging;

/// <summary>What the line about a connection says of it besides its requests (H-LOG-10).</summary>
/// <param name="Number">Which connection of its process it is, from 1.</param>
/// <param name="Active">How many connections the process has, this one included.</param>
/// <param name="Client">The client, with its port.</param>
/// <param name="Local">This end.</param>
internal readonly record struct ConnectionFacts(long Number, int Active, SocketAddress Client, SocketAddress Local);

/// <summary>The line about a connection that is written when it ends, gathered while it lives.</summary>
internal sealed class ConnectionLine
{
    /// <summary>Bytes of the list of paths; beyond them it ends with <see cref="More"/>.</summary>
    private const int MostBytes = 16 * 1024;

    /// <summary>The words, two numbers, two addresses, and a status with its reason.</summary>
    private const int FixedBytes = 512;

    private const int HttpPort = 80;

    private byte[] _paths = [];
    private int _length;
    private bool _isFull;

    /// <summary>The encoded path of the last request.</summary>
    private byte[] _page = [];
    private int _pageLength;

    /// <summary>The status of that page; 0 where the last answer was none.</summary>
    private int _pageStatus;

    private static ReadOnlySpan<byte> More => " [...]"u8;

    /// <summary>Adds the path of a request to the list.</summary>
    public void Add(ReadOnlySpan<byte> path)
    {
        const int Brackets = 3;
        int most = (PercentEncoding.MostBytesPerByte * path.Length) + Brackets;
        if (_isFull || _length + most + More.Length > MostBytes)
        {
            if (!_isFull)
            {
                Reserve(ref _paths, _length, More.Length);
                More.CopyTo(_paths.AsSpan(_length));
                _length += More.Length;
            }

            _isFull = true;
            return;
        }

        Reserve(ref _paths, _length, most);
        LineWriter writer = new(_paths.AsSpan(_length));
        writer.Put(" ["u8);
        writer.PutUrl(path);
        writer.Put("]"u8);
        _length += writer.Length;
    }

    /// <summary>Keeps what tells the last request from others.</summary>
    /// <param name="text">The path, or what was wrong with the request.</param>
    public void NoteRequest(ReadOnlySpan<byte> text)
    {
        _pageLength = 0;
        _pageStatus = 0;
        Reserve(ref _page, 0, PercentEncoding.MostBytesPerByte * text.Length);
        _pageLength = PercentEncoding.EncodeLogged(text, _page);
    }

    /// <summary>The answer to the last request was a page, whose status then is why the connection ends; 0 for another answer.</summary>
    public void NoteAnswer(int status) => _pageStatus = status;

    /// <summary>An upper bound of what <see cref="Write"/> will use.</summary>
    public int Bound(ReadOnlySpan<byte> server) =>
        FixedBytes + (LogEncoding.MostBytesPerByte * server.Length) + _length + _pageLength;

    /// <summary>Writes the line with its newline.</summary>
    /// <param name="server">The configured name.</param>
    /// <param name="facts">The connection.</param>
    /// <param name="reason">Why it ended, where the last answer does not say it.</param>
    /// <param name="line">Has room for <see cref="Bound"/> bytes.</param>
    /// <param name="listing">Whether the paths are in it.</param>
    public int Write(ReadOnlySpan<byte> server, in ConnectionFacts facts, ReadOnlySpan<byte> reason, Span<byte> line, PathListing listing)
    {
        LineWriter writer = new(line);
        WriteStart(ref writer, server, facts);
        writer.Put(", "u8);
        if (_pageStatus != 0)
        {
            writer.Put(_page.AsSpan(0, _pageLength));
            writer.Put(" ("u8);
            writer.PutStatus(_pageStatus);
            writer.Put(" "u8);
            writer.Put(StatusCode.Reason(_pageStatus));
            writer.Put(")"u8);
        }
        else
        {
            writer.Put(reason);
        }

        if (listing == PathListing.Shown && _length > 0)
        {
            writer.Put(","u8);
            writer.Put(_paths.AsSpan(0, _length));
        }

        writer.Put("\n"u8);
        return writer.Length;
    }

    /// <summary>Writes a line of the error log about a request of the connection.</summary>
    public static int WriteFailure(
        ReadOnlySpan<byte> server, in ConnectionFacts facts, ReadOnlySpan<byte> target, ReadOnlySpan<byte> reason, Span<byte> line)
    {
        LineWriter writer = new(line);
        WriteStart(ref writer, server, facts);
        writer.Put(", "u8);
        writer.PutUrl(target);
        writer.Put(": "u8);
        writer.PutText(reason);
        writer.Put("\n"u8);
        return writer.Length;
    }

    /// <summary>An upper bound of what <see cref="WriteFailure"/> will use.</summary>
    public static int BoundOfFailure(ReadOnlySpan<byte> server, ReadOnlySpan<byte> target, ReadOnlySpan<byte> reason) =>
        FixedBytes + (LogEncoding.MostBytesPerByte * (server.Length + reason.Length)) + (PercentEncoding.MostBytesPerByte * target.Length);

    /// <summary>Forgets the connection, and gives its memory back.</summary>
    public void Clear()
    {
        Release(ref _paths);
        Release(ref _page);
        (_length, _pageLength, _pageStatus, _isFull) = (0, 0, 0, false);
    }

    private static void WriteStart(ref LineWriter writer, ReadOnlySpan<byte> server, in ConnectionFacts facts)
    {
        Span<byte> address = stackalloc byte[SocketAddress.LongestText];
        writer.Put("server "u8);
        writer.PutField(server);
        writer.Put(", client "u8);
        writer.PutNumber(facts.Number);
        writer.Put(" ("u8);
        writer.PutNumber(facts.Active);
        writer.Put(" active), "u8);
        writer.Put(address[..facts.Client.Write(address)]);
        writer.Put(" -> "u8);
        bool isUsual = facts.Local.Port == HttpPort;
        writer.Put(address[..(isUsual ? facts.Local.WriteHost(address) : facts.Local.Write(address))]);
    }

    private static void Reserve(ref byte[] buffer, int filled, int more)
    {
        if (buffer.Length - filled >= more)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(filled + more);
        buffer.AsSpan(0, filled).CopyTo(larger);
        Release(ref buffer);
        buffer = larger;
    }

    private static void Release(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }
}

/// <summary>Whether a line about a connection lists what was asked for.</summary>
internal enum PathListing
{
    /// <summary>As the style <c>connection</c> does.</summary>
    Shown,

    /// <summary>Each request has a line of its own already.</summary>
    Left,
}
