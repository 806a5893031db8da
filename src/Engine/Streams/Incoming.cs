using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Engine.Streams;

/// <summary>What a connection has received and nobody has consumed yet, and whether more may be there.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Incoming
{
    // With less room than this behind the input, what is left of it is moved to the front first.
    private const int LeastRoom = Block.Size / 4;

    private Block? _block;

    // The part of _block that is input: 0 <= _start <= _end <= Block.Size.
    private int _start;
    private int _end;

    // A hang-up was the last edge: from then on only End or Failed say that there is no more.
    private bool _hungUp;

    // On unix sockets a short read may also stop at a boundary between messages.
    private bool _shortReadEmpties;

    public readonly ReadOnlySpan<byte> Span => _block is null ? default : _block.GetSpan()[_start.._end];

    public readonly ReadOnlyMemory<byte> Memory => _block is null ? default : _block.Memory[_start.._end];

    public readonly int Length => _end - _start;

    /// <summary>Whether recv(2) may have something: until it says otherwise, and again when epoll does.</summary>
    public bool MayReceive { get; private set; }

    public void Open(AddressKind peer)
    {
        (MayReceive, _hungUp) = (true, false);
        _shortReadEmpties = peer is AddressKind.IPv4 or AddressKind.IPv6;
    }

    /// <summary>Nothing can come before the next edge.</summary>
    public void Await() => MayReceive = false;

    /// <summary>Takes note of what epoll says; whether that concerns input.</summary>
    public bool Notice(Readiness readiness)
    {
        const Readiness Last = Readiness.PeerDone | Readiness.HangUp | Readiness.Failed;
        _hungUp |= (readiness & Last) != Readiness.None;
        MayReceive |= _hungUp || (readiness & Readiness.Input) != Readiness.None;
        return MayReceive;
    }

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length);
        _start += count;
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
    }

    public Fill Receive(int fd, Slab slab)
    {
        if (!MayReceive)
        {
            return Fill.Again;
        }

        _block ??= slab.Rent();
        Span<byte> block = _block.GetSpan();
        if (Block.Size - _end < LeastRoom && _start > 0)
        {
            block[_start.._end].CopyTo(block);
            (_start, _end) = (0, Length);
        }

        if (_end == Block.Size)
        {
            return Fill.Full;
        }

        IoResult received = Socket.Receive(fd, block[_end..]);
        if (received.Bytes > 0)
        {
            // What did not fill the room emptied the socket, epoll(7); the next edge tells of more.
            MayReceive = _hungUp || !_shortReadEmpties || received.Bytes == Block.Size - _end;
            _end += received.Bytes;
            return Fill.More;
        }

        return Nothing(received.Error);
    }

    public Fill Splice(int fd, Pipe pipe)
    {
        if (!MayReceive)
        {
            return Fill.Again;
        }

        IoResult moved = pipe.FillFrom(fd);
        if (moved.Bytes > 0)
        {
            return Fill.More;
        }

        // EAGAIN: either side may be the cause. Only with an empty pipe it is the socket, and an edge will come.
        return moved.Error == Errno.WouldBlock && pipe.Buffered > 0 ? Fill.Full : Nothing(moved.Error);
    }

    /// <summary>Gives the block back if there is no input.</summary>
    public void Release(Slab slab)
    {
        if (_block is not null && _start == _end)
        {
            slab.Return(_block);
            _block = null;
        }
    }

    public void Clear(Slab slab)
    {
        (_start, _end, MayReceive) = (0, 0, false);
        Release(slab);
    }

    private Fill Nothing(Errno error)
    {
        if (error == Errno.WouldBlock)
        {
            MayReceive = false;
            return Fill.Again;
        }

        return error == Errno.None ? Fill.End : Fill.Failed;
    }
}
