using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Xunit.Sdk;

namespace Sluice.System.Ground;

/// <summary>A client's end of one connection: exact bytes out, exact bytes in, every wait with a deadline.</summary>
internal sealed class Peer : IDisposable
{
    // The most that is received at once.
    private const int Piece = 64 * 1024;

    private static readonly byte[] _headEnd = "\r\n\r\n"u8.ToArray();

    private byte[] _block = new byte[Piece];

    // What came and was not taken yet is in the block, from here to there.
    private int _start, _end;

    public Peer(Place place, IPAddress address, int port)
    {
        Socket = place.Socket(address.AddressFamily);
        Socket.NoDelay = true;
        Socket.SendTimeout = Socket.ReceiveTimeout = (int)Await.Usual.TotalMilliseconds;
        Socket.Connect(address, port);
    }

    /// <summary>The end of a connection that was accepted.</summary>
    public Peer(Socket accepted)
    {
        Socket = accepted;
        Socket.SendTimeout = Socket.ReceiveTimeout = (int)Await.Usual.TotalMilliseconds;
    }

    public Peer(Place place, int port)
        : this(place, IPAddress.Loopback, port)
    {
    }

    public Socket Socket { get; }

    private ReadOnlySpan<byte> Held => _block.AsSpan(_start.._end);

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Everything up to the empty line and with it.</summary>
    public string Head()
    {
        int end;
        while ((end = Held.IndexOf(_headEnd)) < 0)
        {
            if (!Fill())
            {
                throw new XunitException($"the connection ended in a head, after: {Encoding.Latin1.GetString(Held)}");
            }
        }

        return Encoding.Latin1.GetString(Exactly(end + _headEnd.Length));
    }

    public byte[] Exactly(int count)
    {
        while (Held.Length < count)
        {
            if (!Fill())
            {
                throw new XunitException($"the connection ended after {Held.Length} of {count} bytes");
            }
        }

        byte[] taken = Held[..count].ToArray();
        _start += count;
        return taken;
    }

    /// <summary>A whole answer whose body has a Content-Length, or none.</summary>
    public (string Head, byte[] Body) Answer()
    {
        string head = Head();
        return (head, Exactly(Heads.Length(head) ?? 0));
    }

    /// <summary>What is left until the other side ends its output; a reset is a failure.</summary>
    public byte[] ToEnd()
    {
        using MemoryStream rest = new();
        CopyTo(rest);
        return rest.ToArray();
    }

    /// <summary>What comes until the other side ends or resets the connection.</summary>
    public byte[] ToEndOrReset() => ToAnyEnd().Bytes;

    /// <summary>The same, and which of both it was: success, or a reset.</summary>
    public (byte[] Bytes, SocketError End) ToAnyEnd()
    {
        using MemoryStream rest = new();
        try
        {
            CopyTo(rest);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return (rest.ToArray(), exception.SocketErrorCode);
        }

        return (rest.ToArray(), SocketError.Success);
    }

    /// <summary>Waits until the other side resets the connection.</summary>
    public void ToReset()
    {
        SocketException exception = Xunit.Assert.Throws<SocketException>(ToEnd);
        Xunit.Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    /// <summary>Closes it with a reset.</summary>
    public void Reset() => Socket.Close(timeout: 0);

    public void EndOutput() => Socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => Socket.Dispose();

    private void CopyTo(MemoryStream rest)
    {
        Stopwatch watch = Stopwatch.StartNew();
        do
        {
            rest.Write(Held);
            _start = _end;
            if (watch.Elapsed > Await.Usual)
            {
                throw new XunitException("the connection does not end");
            }
        }
        while (Fill());
    }

    private bool Fill()
    {
        MakeRoom();
        int count = Receive();
        _end += count;
        return count > 0;
    }

    /// <summary>For one piece behind what is held; the block doubles, so that a long body is not moved again and again.</summary>
    private void MakeRoom()
    {
        if (_block.Length - _end >= Piece)
        {
            return;
        }

        int held = Held.Length;
        byte[] room = _block.Length >= held + Piece ? _block : new byte[int.Max(2 * _block.Length, held + Piece)];
        Held.CopyTo(room);
        (_block, _start, _end) = (room, 0, held);
    }

    private int Receive()
    {
        try
        {
            return Socket.Receive(_block.AsSpan(_end, Piece));
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new XunitException($"nothing came for {Await.Usual.TotalSeconds} s; held: {Encoding.Latin1.GetString(Held)}", exception);
        }
    }
}

/// <summary>Reading of an answer's head.</summary>
internal static class Heads
{
    /// <summary>The value of a field; null where there is none.</summary>
    public static string? Field(string head, string name)
    {
        foreach (string line in head.Split("\r\n"))
        {
            if (line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            {
                return line[(name.Length + 1)..].Trim();
            }
        }

        return null;
    }

    public static int? Length(string head) =>
        Field(head, "Content-Length") is { } text ? int.Parse(text, global::System.Globalization.CultureInfo.InvariantCulture) : null;

    public static int Status(string head) => int.Parse(head.AsSpan(9, 3), global::System.Globalization.CultureInfo.InvariantCulture);
}
