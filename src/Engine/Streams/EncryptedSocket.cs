using System;
using System.Diagnostics;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Tls;

namespace Sluice.Engine.Streams;

/// <summary>
/// A connection's TLS: its transformer, and the records that were not sent yet. They fill rented blocks in turn, so that
/// several leave in one send; while nothing waits, there is no block.
/// </summary>
internal sealed class EncryptedSocket : ICiphertext
{
    // Four full records need a little more than four blocks; the rest is for what TLS says by itself.
    private const int MostBlocks = 5;
    private const int MostRecordOverhead = 320;
    private const int NeededForRecord = TlsTransformer.RecordSize + MostRecordOverhead;

    // An alert or a new key never finds the queue full of data.
    private const int Reserve = 1024;

    private readonly Connection _connection;
    private readonly Block?[] _blocks = new Block?[MostBlocks];

    // Received before TLS began: its first records.
    private Block? _first;
    private int _firstStart;
    private int _firstEnd;

    // The records are bytes _start.._end of the blocks one behind the other; 0 <= _start <= _end <= MostBlocks * Block.Size.
    private int _start;
    private int _end;

    public EncryptedSocket(Connection connection)
    {
        _connection = connection;
        Tls = new TlsTransformer(this);
    }

    public TlsTransformer Tls { get; }

    /// <summary>Whether records wait to be sent.</summary>
    public bool HasPending => _start != _end;

    /// <summary>Whether a full record still fits.</summary>
    public bool HasRoom => Fits(1);

    /// <summary>Whether the records before have been given up: nothing may be appended to them.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>
    /// Whether records leave as they are made, behind those that wait; only what the socket does not take is kept. For the last of an output,
    /// which no other is to leave with.
    /// </summary>
    public bool LeavesAtOnce { get; set; }

    /// <summary>Bytes that have left so.</summary>
    public int LeftAtOnce { get; set; }

    private static int Capacity => MostBlocks * Block.Size;

    /// <summary>Begins; what was received before is ciphertext.</summary>
    public void Open(Block? received, int start, int end)
    {
        Debug.Assert(!HasPending && _first is null, "its former life is over");
        (_first, _firstStart, _firstEnd, IsDropped) = (received, start, end, false);
        ReleaseFirst();
    }

    /// <summary>Whether so many full records still fit.</summary>
    public bool Fits(int records) => Capacity - _end >= (records * NeededForRecord) + Reserve;

    /// <summary>Goes on with the handshake, and sends what it has to say; its last words are kept.</summary>
    /// <param name="fd">The socket.</param>
    public TlsStep ShakeHands(int fd)
    {
        TlsStep step = Tls.Handshake();
        if (HasPending && step != TlsStep.Done)
        {
            _ = Send(fd, 0);
        }

        if (step == TlsStep.Done && !HasPending && !Tls.HasPending)
        {
            // Nothing leaves that would acknowledge the peer's last words, and its system may hold back what it says next until then: 40 ms.
            Socket.AcknowledgeNow(fd);
        }

        return step;
    }

    public IoResult Receive(Span<byte> destination)
    {
        if (_first is null)
        {
            return _connection.ReceiveCiphertext(destination);
        }

        int count = int.Min(destination.Length, _firstEnd - _firstStart);
        _first.GetSpan().Slice(_firstStart, count).CopyTo(destination);
        _firstStart += count;
        ReleaseFirst();
        return new IoResult(count, Errno.None);
    }

    public bool TryAppend(ReadOnlySpan<byte> records)
    {
        if (Capacity - _end < records.Length)
        {
            return false;
        }

        if (LeavesAtOnce)
        {
            // Where the connection is broken the next call says so.
            records = records[SendWith(records)..];
        }

        while (!records.IsEmpty)
        {
            Block block = _blocks[_end / Block.Size] ??= _connection.Loop.Slab.Rent();
            Span<byte> room = block.GetSpan()[(_end % Block.Size)..];
            int count = int.Min(room.Length, records.Length);
            records[..count].CopyTo(room);
            records = records[count..];
            _end += count;
        }

        return true;
    }

    /// <summary>Sends what waits, as far as the socket takes it in one call.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="flags">As of send(2).</param>
    public unsafe IoResult Send(int fd, int flags)
    {
        Libc.iovec* parts = stackalloc Libc.iovec[MostBlocks];
        IoResult sent = Socket.Send(fd, parts, Gather(parts), flags);
        Advance(sent.Bytes);
        return sent;
    }

    /// <summary>Nothing more leaves: neither what waits nor a word about the end.</summary>
    public void Drop()
    {
        IsDropped = true;
        Release();
    }

    /// <summary>Ends with the connection.</summary>
    public void Close()
    {
        _connection.Loop.Warm.Leave(Tls);
        Tls.Close();
        Release();
        _firstStart = _firstEnd;
        ReleaseFirst();
    }

    // How many of the records left.
    private unsafe int SendWith(ReadOnlySpan<byte> records)
    {
        IoResult sent;
        if (!HasPending)
        {
            sent = Socket.Send(_connection.Fd, records, 0);
            LeftAtOnce += sent.Bytes;
            return sent.Bytes;
        }

        fixed (byte* start = records)
        {
            Libc.iovec* parts = stackalloc Libc.iovec[MostBlocks + 1];
            int count = Gather(parts);
            parts[count] = new() { iov_base = start, iov_len = (nuint)records.Length };
            sent = Socket.Send(_connection.Fd, parts, count + 1, 0);
        }

        int before = int.Min(sent.Bytes, _end - _start);
        Advance(before);
        LeftAtOnce += sent.Bytes;
        return sent.Bytes - before;
    }

    // What waits; how many parts that is.
    private unsafe int Gather(Libc.iovec* parts)
    {
        int count = 0;
        for (int at = _start; at < _end; count++)
        {
            // Native memory does not move.
            int from = at % Block.Size;
            int length = int.Min(Block.Size - from, _end - at);
            parts[count] = new()
            {
                iov_base = (byte*)_blocks[at / Block.Size]!.Pin(from).Pointer,
                iov_len = (nuint)length,
            };
            at += length;
        }

        return count;
    }

    private void Advance(int sent)
    {
        _start += sent;
        if (_start == _end)
        {
            Release();
        }
    }

    private void ReleaseFirst()
    {
        if (_first is not null && _firstStart == _firstEnd)
        {
            _connection.Loop.Slab.Return(_first);
            _first = null;
        }
    }

    private void Release()
    {
        (_start, _end) = (0, 0);
        for (int i = 0; i < MostBlocks && _blocks[i] is { } block; i++)
        {
            _connection.Loop.Slab.Return(block);
            _blocks[i] = null;
        }
    }
}
