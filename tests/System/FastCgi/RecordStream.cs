using System;
using System.Buffers.Binary;
using System.IO;
using System.Net.Sockets;

namespace Sluice.System.FastCgi;

/// <summary>The types of records, FastCGI 1.0 section 8.</summary>
internal enum RecordKind
{
    /// <summary>The beginning of a request, with its role and flags.</summary>
    BeginRequest = 1,

    /// <summary>The web server gives the request up.</summary>
    AbortRequest = 2,

    /// <summary>The end of an answer.</summary>
    EndRequest = 3,

    /// <summary>Parameters.</summary>
    Params = 4,

    /// <summary>The body of the request.</summary>
    Stdin = 5,

    /// <summary>The answer.</summary>
    Stdout = 6,

    /// <summary>What the error log shall hold.</summary>
    Stderr = 7,
}

/// <summary>Records in and out, byte for byte. Every wait has a deadline.</summary>
internal sealed class RecordStream(Socket socket) : IDisposable
{
    public const int LongestContent = 65535;
    private const int HeadLength = 8, LengthAt = 4, PaddingAt = 6, IdAt = 2;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly BufferedStream _input = new(new NetworkStream(socket) { ReadTimeout = (int)_patience.TotalMilliseconds }, LongestContent);
    private readonly byte[] _head = new byte[HeadLength];
    private readonly byte[] _content = new byte[LongestContent + byte.MaxValue];

    /// <summary>How many requests came so far.</summary>
    public int Requests { get; set; }

    /// <summary>The next record; false at the end of the connection. The content is good until the next call.</summary>
    public bool TryRead(out RecordKind kind, out ReadOnlyMemory<byte> content)
    {
        kind = default;
        content = default;
        if (_input.ReadAtLeast(_head, HeadLength, throwOnEndOfStream: false) < HeadLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(LengthAt));
        _input.ReadExactly(_content, 0, length + _head[PaddingAt]);
        kind = (RecordKind)_head[1];
        content = _content.AsMemory(0, length);
        return true;
    }

    /// <summary>A record as it goes over the wire; wrong ones too.</summary>
    public static byte[] Record(RecordKind kind, ReadOnlySpan<byte> content, byte padding = 0, byte version = 1, ushort id = 1)
    {
        byte[] record = new byte[HeadLength + content.Length + padding];
        record[0] = version;
        record[1] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(IdAt), id);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(LengthAt), (ushort)content.Length);
        record[PaddingAt] = padding;
        content.CopyTo(record.AsSpan(HeadLength));
        return record;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    /// <summary>Ends the connection, at once and in good order.</summary>
    public void End() => socket.Shutdown(SocketShutdown.Both);

    /// <summary>Breaks the connection: what was not read is thrown away.</summary>
    public void Break()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    public void Dispose() => _input.Dispose();
}
