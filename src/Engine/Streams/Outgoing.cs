using System;
using System.Diagnostics;
using System.Runtime.InteropServices;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Tls;

namespace Sluice.Engine.Streams;

/// <summary>How far sending got.</summary>
internal enum Sending
{
    Done,
    Blocked,

    // Plenty was sent at once: others first.
    Yielded,
    Failed,
    Truncated,
}

/// <summary>
/// What a connection has still to send, in this order: the bytes of its output block, then one tail, file or pipe. It
/// keeps its place, so sending goes on where it stopped.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct Outgoing
{
    // A fast reader must not keep the loop from everybody else.
    private const int MostPerTurn = 2 * 1024 * 1024;

    // Encrypting takes longer.
    private const int MostEncryptedPerTurn = 512 * 1024;

    private Block? _block;

    // The part of _block that is to be sent: 0 <= _start <= _end <= Block.Size.
    private int _start;
    private int _end;
    private ReadOnlyMemory<byte> _tail;

    // An OpenFile, of which _left bytes from _offset, or a Pipe, of which all.
    private object? _source;
    private long _offset;
    private long _left;

    /// <summary>Bytes in the block that were not sent yet.</summary>
    public readonly int Buffered => _end - _start;

    public readonly int Room => Block.Size - Buffered;

    /// <summary>Whether it can wait for more: half of the block is free, and nothing else follows.</summary>
    public readonly bool IsSmall => Buffered <= Block.Size / 2 && _tail.IsEmpty && _source is null;

    public readonly bool IsEmpty => _end == _start && _tail.IsEmpty && _source is null;

    /// <summary>The end of the output is said right after: it is to leave in the packet of the last bytes.</summary>
    public bool EndFollows { get; set; }

    /// <summary>Why sending failed.</summary>
    public Errno Error { get; private set; }

    /// <summary>Bytes that the system took, ever.</summary>
    public long Sent { get; private set; }

    public Span<byte> Reserve(Slab slab, int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Room);
        _block ??= slab.Rent();
        Span<byte> block = _block.GetSpan();
        if (Block.Size - _end < size)
        {
            block[_start.._end].CopyTo(block);
            (_start, _end) = (0, Buffered);
        }

        return block[_end..];
    }

    public void Commit(int size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, _block is null ? 0 : Block.Size - _end);
        _end += size;
    }

    public void Append(ReadOnlyMemory<byte> tail)
    {
        Debug.Assert(_tail.IsEmpty && _source is null, "one tail at a time");
        _tail = tail;
    }

    public void Append(OpenFile file, long offset, long count)
    {
        Debug.Assert(_tail.IsEmpty && _source is null, "one source at a time");
        (_source, _offset, _left) = (file, offset, count);
    }

    public void Append(Pipe pipe)
    {
        Debug.Assert(_tail.IsEmpty && _source is null, "one source at a time");
        _source = pipe;
    }

    /// <summary>Sends until all is sent or the socket takes no more; only then will epoll say when it does again.</summary>
    public Sending Send(int fd, Slab slab)
    {
        int allowance = MostPerTurn;
        while (_end != _start || !_tail.IsEmpty)
        {
            IoResult sent = SendBytes(fd);
            if (sent.Error != Errno.None)
            {
                return Failure(sent.Error);
            }

            Sent += sent.Bytes;
            Advance(sent.Bytes);
        }

        Release(slab);
        while (_source is not null)
        {
            if (allowance <= 0)
            {
                return Sending.Yielded;
            }

            IoResult moved = _source is Pipe pipe ? SendPipe(fd, pipe) : SendFile(fd, (OpenFile)_source, allowance);
            if (moved.Error != Errno.None)
            {
                return Failure(moved.Error);
            }

            if (moved.Bytes == 0 && _source is not null)
            {
                _source = null;
                return Sending.Truncated;
            }

            Sent += moved.Bytes;
            allowance -= moved.Bytes;
        }

        return Sending.Done;
    }

    /// <summary>Encrypts the block and then a tail into what waits to be sent; false, and nothing was done, where there is no room for both.</summary>
    public bool TryGather(EncryptedSocket encrypted, ReadOnlySpan<byte> tail, Slab slab)
    {
        Debug.Assert(_tail.IsEmpty && _source is null, "nothing but the block waits");
        int records = (tail.Length + TlsTransformer.RecordSize - 1) / TlsTransformer.RecordSize;
        if (!encrypted.Fits(1 + records))
        {
            return false;
        }

        tail = tail[Join(tail)..];
        ReadOnlySpan<byte> head = _block is null ? default : _block.GetSpan()[_start.._end];
        Sending sending = head.IsEmpty ? Sending.Done : Encrypt(encrypted, head, Follows.More);
        while (sending == Sending.Done && !tail.IsEmpty)
        {
            int count = int.Min(tail.Length, TlsTransformer.RecordSize);
            sending = Encrypt(encrypted, tail[..count], Follows.More);
            tail = tail[count..];
        }

        Advance(head.Length);
        Release(slab);
        return sending == Sending.Done;
    }

    /// <summary>As <see cref="Send(int, Slab)"/>, through TLS: as many records at a time as one send takes.</summary>
    public Sending Encrypt(int fd, EncryptedSocket encrypted, Slab slab)
    {
        int allowance = MostEncryptedPerTurn;
        while (true)
        {
            while (!IsEmpty && encrypted.HasRoom && allowance > 0)
            {
                int count = EncryptNext(encrypted, slab, out Sending failure);
                if (failure != Sending.Done)
                {
                    return failure;
                }

                allowance -= count;
            }

            if (IsEmpty && EndFollows)
            {
                encrypted.Tls.End();
            }

            IoResult sent = encrypted.HasPending ? encrypted.Send(fd, EndFollows ? Libc.MSG_MORE : 0) : default;
            if (sent.Error != Errno.None)
            {
                return Failure(sent.Error);
            }

            Sent += sent.Bytes;
            if (!encrypted.HasPending && (IsEmpty || allowance <= 0))
            {
                return IsEmpty ? Sending.Done : Sending.Yielded;
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear(Slab slab)
    {
        (_start, _end, _tail, _source, EndFollows, Error) = (0, 0, default, null, false, Errno.None);
        Release(slab);
    }

    // The block comes first; the tail leaves with its last bytes. More is to follow where a source is.
    private readonly IoResult SendBytes(int fd)
    {
        ReadOnlySpan<byte> head = _block is null ? default : _block.GetSpan()[_start.._end];
        int flags = _source is null && !EndFollows ? 0 : Libc.MSG_MORE;
        return _tail.IsEmpty ? Socket.Send(fd, head, flags)
            : head.IsEmpty ? Socket.Send(fd, _tail.Span, flags)
            : Socket.Send(fd, head, _tail.Span, flags);
    }

    // A record of what comes next; how many bytes went into it. Failure is Done where it went well.
    private int EncryptNext(EncryptedSocket encrypted, Slab slab, out Sending failure)
    {
        failure = Sending.Done;
        if (_end != _start || !_tail.IsEmpty)
        {
            _tail = _tail[Join(_tail.Span)..];
            ReadOnlySpan<byte> head = _block is null ? default : _block.GetSpan()[_start.._end];
            ReadOnlySpan<byte> next = head.IsEmpty ? _tail.Span : head;
            next = next[..int.Min(next.Length, TlsTransformer.RecordSize)];
            bool isLast = _source is null && next.Length == Buffered + _tail.Length;
            failure = Encrypt(encrypted, next, isLast ? Follows.Nothing : Follows.More);
            Advance(next.Length);
            if (_end == _start)
            {
                Release(slab);
            }

            return next.Length;
        }

        Block block = slab.Rent();
        IoResult read = ReadSource(block.GetSpan());
        if (read.Bytes > 0)
        {
            failure = Encrypt(encrypted, block.GetSpan()[..read.Bytes], _source is null ? Follows.Nothing : Follows.More);
        }
        else if (_source is not null)
        {
            _source = null;
            failure = read.Error == Errno.None ? Sending.Truncated : Sending.Failed;
        }

        slab.Return(block);
        return read.Bytes;
    }

    // What of a tail makes no full record goes with the block, if it has room: a record less. How many bytes that were.
    private int Join(ReadOnlySpan<byte> tail)
    {
        int count = tail.Length % TlsTransformer.RecordSize;
        if (_block is null || Buffered == 0 || Buffered + count > TlsTransformer.RecordSize || Block.Size - _end < count)
        {
            return 0;
        }

        tail[..count].CopyTo(_block.GetSpan()[_end..]);
        _end += count;
        return count;
    }

    private Sending Encrypt(EncryptedSocket encrypted, ReadOnlySpan<byte> content, Follows follows)
    {
        // What is said of the end is to leave with the last record.
        encrypted.LeavesAtOnce = follows == Follows.Nothing && !EndFollows;
        TlsStep step = encrypted.Tls.Write(content);
        Sent += encrypted.LeftAtOnce;
        (encrypted.LeavesAtOnce, encrypted.LeftAtOnce) = (false, 0);
        return step == TlsStep.Done ? Sending.Done : Sending.Failed;
    }

    // For what cannot go from one descriptor to another because it has to be encrypted.
    private IoResult ReadSource(Span<byte> destination)
    {
        if (_source is Pipe pipe)
        {
            IoResult taken = pipe.Read(destination);
            _source = pipe.Buffered == 0 ? null : _source;
            return taken;
        }

        IoResult read = _left == 0 ? default : ((OpenFile)_source!).Read(destination[..(int)long.Min(_left, destination.Length)], _offset);
        _offset += read.Bytes;
        _left -= read.Bytes;
        _source = _left == 0 ? null : _source;
        return read;
    }

    private void Advance(int sent)
    {
        int ofHead = int.Min(sent, Buffered);
        _start += ofHead;
        if (sent > ofHead)
        {
            _tail = _tail[(sent - ofHead)..];
        }
    }

    private IoResult SendFile(int fd, OpenFile file, int allowance)
    {
        if (_left == 0)
        {
            _source = null;
            return default;
        }

        IoResult sent = Socket.SendFile(fd, file.Fd, _offset, (int)long.Min(_left, allowance));
        _offset += sent.Bytes;
        _left -= sent.Bytes;
        _source = _left == 0 ? null : _source;
        return sent;
    }

    private IoResult SendPipe(int fd, Pipe pipe)
    {
        IoResult moved = pipe.DrainTo(fd);
        _source = pipe.Buffered == 0 ? null : _source;
        return moved;
    }

    private void Release(Slab slab)
    {
        if (_block is not null)
        {
            slab.Return(_block);
            _block = null;
            (_start, _end) = (0, 0);
        }
    }

    private Sending Failure(Errno error)
    {
        if (error == Errno.WouldBlock)
        {
            return Sending.Blocked;
        }

        Error = error;
        return Sending.Failed;
    }

    // What comes behind a record.
    private enum Follows
    {
        More,
        Nothing,
    }
}
