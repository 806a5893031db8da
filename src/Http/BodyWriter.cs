using System;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Http;

/// <summary>How the end of an answer's body is known.</summary>
internal enum ResponseFraming
{
    /// <summary>Nothing may follow the head, whatever is written.</summary>
    Empty,

    /// <summary>Its length is announced.</summary>
    Length,

    /// <summary>Chunks (RFC 9112 7.1).</summary>
    Chunked,

    /// <summary>The connection is closed.</summary>
    UntilClose,
}

/// <summary>The body of one answer, behind its head in the output of the connection.</summary>
internal sealed class BodyWriter
{
    // The size of a chunk in hexadecimal with its CRLF, and the CRLF behind its content.
    private const int MostOfSize = 8 + 2;
    private const int EndOfChunk = 2;

    private Connection _connection = null!;

    /// <summary>How its end is known.</summary>
    public ResponseFraming Framing { get; private set; }

    /// <summary>Bytes of the announced length that were not written yet.</summary>
    public long Left { get; private set; }

    /// <summary>Bytes of content so far.</summary>
    public long Written { get; private set; }

    /// <summary>Begins a body.</summary>
    /// <param name="connection">Where it goes.</param>
    /// <param name="framing">How its end is known.</param>
    /// <param name="length">The announced length, else 0.</param>
    public void Begin(Connection connection, ResponseFraming framing, long length)
    {
        _connection = connection;
        Framing = framing;
        Left = length;
        Written = 0;
    }

    /// <summary>Sends a part at once. What goes beyond the announced length is not sent.</summary>
    /// <param name="content">Stays as it is until the result is there.</param>
    public ValueTask<Wake> Write(ReadOnlyMemory<byte> content)
    {
        content = Take(content);
        return content.IsEmpty ? default
            : Framing == ResponseFraming.Chunked ? WriteChunk(content)
            : _connection.Flush(content);
    }

    /// <summary>Puts a part into the output, to leave with what follows it; sends it where there is no room.</summary>
    /// <param name="content">Stays as it is until the result is there.</param>
    public ValueTask<Wake> Put(ReadOnlyMemory<byte> content)
    {
        int framing = Framing == ResponseFraming.Chunked ? MostOfSize + EndOfChunk : 0;
        if (content.Length + framing > _connection.Room)
        {
            return Write(content);
        }

        content = Take(content);
        if (content.IsEmpty)
        {
            return default;
        }

        if (Framing == ResponseFraming.Chunked)
        {
            PutSize(content.Length);
            PutBytes(content.Span);
            PutBytes("\r\n"u8);
        }
        else
        {
            PutBytes(content.Span);
        }

        return default;
    }

    /// <summary>Whether so many bytes more belong to the body, each of them.</summary>
    public bool Takes(long count) => Framing != ResponseFraming.Empty && (Framing != ResponseFraming.Length || count <= Left);

    /// <summary>Sends the content of a pipe, all of which belongs to the body.</summary>
    /// <param name="pipe">Empty when the result is <see cref="Wake.Ready"/>.</param>
    public ValueTask<Wake> Write(Pipe pipe)
    {
        int count = pipe.Buffered;
        Left -= Framing == ResponseFraming.Length ? count : 0;
        Written += count;
        return Framing == ResponseFraming.Chunked ? WriteChunk(pipe) : _connection.Flush(pipe);
    }

    /// <summary>Sends a part of a file as a part of a body of announced length.</summary>
    /// <param name="file">Stays open until the result is there.</param>
    /// <param name="offset">Where in the file the part begins.</param>
    /// <param name="count">Its length, not beyond the announced one.</param>
    public ValueTask<Wake> Write(OpenFile file, long offset, long count)
    {
        if (Framing == ResponseFraming.Empty || count == 0)
        {
            return default;
        }

        if (Framing != ResponseFraming.Length || count > Left)
        {
            throw new InvalidOperationException("A part of a file belongs to an announced length.");
        }

        Left -= count;
        Written += count;
        return _connection.SendFile(file, offset, count);
    }

    /// <summary>Ends the body; <see cref="Wake.Truncated"/> where it is shorter than announced.</summary>
    public ValueTask<Wake> Finish() =>
        Framing == ResponseFraming.Length && Left > 0 ? new ValueTask<Wake>(Wake.Truncated)
        : Framing == ResponseFraming.Chunked ? FinishChunks()
        : default;

    // What of a part belongs to the body.
    private ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> content)
    {
        switch (Framing)
        {
            case ResponseFraming.Empty:
                return default;
            case ResponseFraming.Length:
                content = content[..(int)long.Min(content.Length, Left)];
                Left -= content.Length;
                break;
            case ResponseFraming.Chunked or ResponseFraming.UntilClose:
            default:
                break;
        }

        Written += content.Length;
        return content;
    }

    private ValueTask<Wake> WriteChunk(ReadOnlyMemory<byte> content)
    {
        if (_connection.Room < MostOfSize)
        {
            return WriteChunkLater(content);
        }

        PutSize(content.Length);
        if (content.Length + EndOfChunk > _connection.Room)
        {
            return WriteLargeChunk(content);
        }

        PutBytes(content.Span);
        PutBytes("\r\n"u8);
        return _connection.Flush();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Wake> WriteChunkLater(ReadOnlyMemory<byte> content)
    {
        Wake wake = await _connection.Flush();
        return wake == Wake.Ready ? await WriteChunk(content) : wake;
    }

    // The end of the chunk waits for what follows, which has room then.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Wake> WriteLargeChunk(ReadOnlyMemory<byte> content)
    {
        Wake wake = await _connection.Flush(content);
        if (wake == Wake.Ready)
        {
            PutBytes("\r\n"u8);
        }

        return wake;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Wake> WriteChunk(Pipe pipe)
    {
        Wake wake = _connection.Room < MostOfSize ? await _connection.Flush() : Wake.Ready;
        if (wake == Wake.Ready)
        {
            PutSize(pipe.Buffered);
            wake = await _connection.Flush(pipe);
        }

        if (wake == Wake.Ready)
        {
            PutBytes("\r\n"u8);
        }

        return wake;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Wake> FinishChunks()
    {
        const int Length = 5;
        Wake wake = _connection.Room < Length ? await _connection.Flush() : Wake.Ready;
        if (wake == Wake.Ready)
        {
            PutBytes("0\r\n\r\n"u8);
        }

        return wake;
    }

    private void PutSize(int length)
    {
        Span<byte> output = _connection.Output(MostOfSize);
        bool isWritten = length.TryFormat(output, out int digits, "x", CultureInfo.InvariantCulture);
        Debug.Assert(isWritten, "A length has at most 8 digits.");
        "\r\n"u8.CopyTo(output[digits..]);
        _connection.Commit(digits + 2);
    }

    private void PutBytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_connection.Output(bytes.Length));
        _connection.Commit(bytes.Length);
    }
}
