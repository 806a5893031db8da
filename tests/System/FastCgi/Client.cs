using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.FastCgi;

/// <summary>What a client got: the head, how much of a body and whether all of it came, and the body where it was kept.</summary>
internal sealed record Answer(string Head, long Length, bool IsWhole, byte[] Body)
{
    public int Status => Heads.Status(Head);

    public string Text => Encoding.Latin1.GetString(Body);

    /// <summary>The status, the body of a 200, and <c>…</c> where it is not whole.</summary>
    public override string ToString() => (Status == 200 ? $"200 {Text}" : Status.ToString(CultureInfo.InvariantCulture)) + (IsWhole ? "" : "…");
}

/// <summary>A client whose answers may be of any length and in chunks, and may end too early. Every wait has a deadline.</summary>
internal sealed class Client : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly byte[] _block = new byte[256 * 1024];
    private int _at, _end;

    public Client(Place place, int port = 80, int receiveBufferBytes = 0)
    {
        _socket = place.Socket(AddressFamily.InterNetwork);
        _socket.NoDelay = true;
        _socket.SendTimeout = _socket.ReceiveTimeout = (int)_patience.TotalMilliseconds;
        _socket.ReceiveBufferSize = receiveBufferBytes > 0 ? receiveBufferBytes : _socket.ReceiveBufferSize;
        _socket.Connect(IPAddress.Loopback, port);
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>One GET on a connection of its own.</summary>
    public static Answer Get(Place place, string path = "/", string fields = "")
    {
        using Client client = new(place);
        return client.Ask($"GET {path} HTTP/1.1\r\nHost: test\r\n{fields}\r\n");
    }

    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Sends what the server takes; an answer may be there before all of it is sent.</summary>
    public void SendAsFarAsItGoes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Send(bytes);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The answer counts.
        }
    }

    /// <summary>Sends so many bytes, as far as it goes, while the answer is waited for.</summary>
    public void SendAside(int count) => new Thread(() => SendAsFarAsItGoes(new byte[count])) { IsBackground = true }.Start();

    /// <summary>Sends a request and reads its answer.</summary>
    public Answer Ask(string request)
    {
        Send(request);
        return Read(request.StartsWith("HEAD", StringComparison.Ordinal) ? "HEAD" : "GET");
    }

    /// <summary>The next answer; with a taker the body goes there piece by piece and is not kept.</summary>
    public Answer Read(string method = "GET", Action<ReadOnlyMemory<byte>>? take = null)
    {
        string head = Head();
        MemoryStream body = new();
        long length = 0;
        bool isWhole = Body(method, head, piece =>
        {
            length += piece.Length;
            (take ?? (kept => body.Write(kept.Span)))(piece);
        });
        return new Answer(head, length, isWhole, body.ToArray());
    }

    /// <summary>The next head, with its empty line.</summary>
    public string Head()
    {
        StringBuilder head = new();
        while (Line() is { } line)
        {
            head.Append(line).Append("\r\n");
            if (line.Length == 0)
            {
                return head.ToString();
            }
        }

        throw new IOException($"the connection ended in a head, after: {head}");
    }

    /// <summary>The next chunk of a body that comes in chunks, as text; empty at the end.</summary>
    public string Chunk()
    {
        MemoryStream chunk = new();
        _ = Take(Size(Line()!), piece => chunk.Write(piece.Span)) && Line() is not null;
        return Encoding.Latin1.GetString(chunk.ToArray());
    }

    /// <summary>Whether the server ends the connection, and sends nothing more before.</summary>
    public bool IsEnded() => _at == _end && !Fill();

    /// <summary>Whether the server ends the connection, with this answer before or with none.</summary>
    public bool IsEndedOr(int status) => IsEnded() || Read().Status == status;

    /// <summary>Whether the server has ended the connection; otherwise it answers this request.</summary>
    public bool Ends(string request) => AskOrEnd(request) is null;

    /// <summary>Sends a request and reads its answer; null where the server has ended the connection.</summary>
    public Answer? AskOrEnd(string request)
    {
        try
        {
            return Ask(request);
        }
        catch (Exception exception) when (exception is IOException or SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset })
        {
            return null;
        }
    }

    public void EndOutput() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();

    private bool Body(string method, string head, Action<ReadOnlyMemory<byte>> take)
    {
        if (method is "HEAD" || Heads.Status(head) is 204 or 304)
        {
            return true;
        }

        if (Heads.Field(head, "Transfer-Encoding") is "chunked")
        {
            return Chunks(take);
        }

        if (Heads.Field(head, "Content-Length") is { } text)
        {
            return Take(long.Parse(text, CultureInfo.InvariantCulture), take);
        }

        Take(long.MaxValue, take);
        return true;
    }

    private bool Chunks(Action<ReadOnlyMemory<byte>> take)
    {
        while (Line() is { Length: > 0 } line)
        {
            long size = Size(line);
            if (!Take(size, take) || Line() is null)
            {
                return false;
            }

            if (size == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static long Size(string line) => long.Parse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private bool Take(long count, Action<ReadOnlyMemory<byte>> take)
    {
        while (count > 0)
        {
            if (_at == _end && !Fill())
            {
                return false;
            }

            int piece = (int)long.Min(count, _end - _at);
            take(_block.AsMemory(_at, piece));
            _at += piece;
            count -= piece;
        }

        return true;
    }

    // Null where the connection ends before the line does.
    private string? Line()
    {
        StringBuilder line = new();
        while (true)
        {
            int end = _block.AsSpan(_at, _end - _at).IndexOf("\n"u8);
            line.Append(Encoding.Latin1.GetString(_block, _at, end < 0 ? _end - _at : end));
            _at = end < 0 ? _end : _at + end + 1;
            if (end >= 0)
            {
                return line.Length > 0 && line[^1] == '\r' ? line.ToString(0, line.Length - 1) : throw new IOException($"a line without CR: {line}");
            }

            if (!Fill())
            {
                return null;
            }
        }
    }

    private bool Fill()
    {
        try
        {
            (_at, _end) = (0, _socket.Receive(_block));
            return _end > 0;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }
}
