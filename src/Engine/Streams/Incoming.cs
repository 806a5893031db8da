using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Tls;

namespace Sluice.Engine.Streams;

/// <summary>What a connection has received and nobody has consumed yet, and whether more may be there.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Incoming
{
    // With less room than this behind the input, what is left of it is moved to the front first.
    private const int LeastRoom = Block.Size / 4;

    // So often what comes may be for TLS itself in a row; each time may be many records.
    private const int MostSilent = 4;

    private Block? _block;

    // The part of _block that is input: 0 <= _start <= _end <= _block.Length.
    private int _start;
    private int _end;

    // More came than a usual block holds since the last wait, or before it: that is likely to happen with the peer's next message again.
    private bool _comesFast;

    // How much came since the last wait, no more than a large block.
    private int _run;

    // Whether recv(2) may have something: until it says otherwise, and again when epoll does.
    private bool _socketMayReceive;

    // On unix sockets a short read may also stop at a boundary between messages, on others at an urgent mark, tcp(7).
    private bool _shortReadEmpties;

    // The peer has said its end, and no error came instead.
    private bool _isEndClean;

    public readonly ReadOnlySpan<byte> Span => _block is null ? default : _block.GetSpan()[_start.._end];

    public readonly ReadOnlyMemory<byte> Memory => _block is null ? default : _block.Memory[_start.._end];

    public readonly int Length => _end - _start;

    /// <summary>Whether trying to receive may give something.</summary>
    public readonly bool MayReceive => _socketMayReceive || IsHeldByTls;

    /// <summary>A hang-up was the last edge: from then on only End or Failed say that there is no more.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The peer's end is all that follows: nobody has to ask the system for it.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>A reset or an error was noticed, or both sides have said their end.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Why receiving failed.</summary>
    public Errno Error { get; private set; }

    /// <summary>Whether TLS may give something that it has received already.</summary>
    public bool IsHeldByTls { get; set; }

    public void Open(AddressKind peer)
    {
        (_socketMayReceive, IsHeldByTls, IsLast) = (true, false, false);
        (_isEndClean, IsEnding, IsBroken, _comesFast, _run) = (false, false, false, false, 0);
        _shortReadEmpties = peer is AddressKind.IPv4 or AddressKind.IPv6;
    }

    /// <summary>Nothing can come before the next edge.</summary>
    public void Await() => _socketMayReceive = false;

    /// <summary>Takes note of what epoll says; whether that concerns input.</summary>
    public bool Notice(Readiness readiness)
    {
        const Readiness Last = Readiness.PeerDone | Readiness.HangUp | Readiness.Failed;
        IsBroken |= (readiness & (Readiness.HangUp | Readiness.Failed)) != Readiness.None;
        IsLast |= (readiness & Last) != Readiness.None;
        _isEndClean = (_isEndClean || (readiness & Readiness.PeerDone) != Readiness.None) && (readiness & Readiness.Failed) == Readiness.None;
        _shortReadEmpties &= (readiness & Readiness.Urgent) == Readiness.None;
        _socketMayReceive |= IsLast || (readiness & Readiness.Input) != Readiness.None;
        return _socketMayReceive;
    }

    public readonly void Erase(int start, int length) => _block!.GetSpan()[_start.._end].Slice(start, length).Clear();

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

    /// <summary>What is there will not be read: nobody is to find it in the block later.</summary>
    public void Drop()
    {
        if (_start != _end)
        {
            Erase(0, Length);
            Consume(Length);
        }
    }

    public Fill Receive(int fd, Slab slab, int most = Block.LargeSize)
    {
        if (!MayReceive)
        {
            return Fill.Again;
        }

        Span<byte> room = Room(slab);
        if (room.IsEmpty)
        {
            return Fill.Full;
        }

        IoResult received = Receive(fd, room[..int.Min(room.Length, most)]);
        Received(received.Bytes, room.Length);
        return received.Bytes > 0 ? Fill.More : Nothing(received.Error);
    }

    /// <summary>As <see cref="Receive(int, Slab, int)"/>, through TLS.</summary>
    public Fill Decrypt(TlsTransformer tls, Slab slab)
    {
        if (!MayReceive)
        {
            return Fill.Again;
        }

        Span<byte> room = Room(slab);
        if (room.IsEmpty)
        {
            return Fill.Full;
        }

        TlsStep step;
        int count;
        int silent = 0;
        do
        {
            step = tls.Read(room, out count);
        }
        while (step == TlsStep.Silent && ++silent < MostSilent);
        switch (step)
        {
            case TlsStep.Done:
                while (room.Length - count >= TlsTransformer.RecordSize && tls.HasPending && tls.Read(room[count..], out int more) == TlsStep.Done)
                {
                    count += more;
                }

                Received(count, room.Length);
                IsHeldByTls = tls.HasPending;
                return Fill.More;
            case TlsStep.NeedInput:
                IsHeldByTls = false;
                return Fill.Again;
            case TlsStep.Ended:
                return Fill.End;
            case TlsStep.Truncated:
                return Fill.Truncated;
            default:
                // Also where TLS had so much to say by itself that there is no room for it, or was told so much that is
                // not for us: no honest peer does that.
                return Fill.Failed;
        }
    }

    /// <summary>Receives into somebody else's memory.</summary>
    public IoResult Receive(int fd, Span<byte> destination)
    {
        if (!_socketMayReceive)
        {
            return new IoResult(0, Errno.WouldBlock);
        }

        if (IsEnding)
        {
            return default;
        }

        IoResult received = Socket.Receive(fd, destination);
        if (received.Bytes > 0)
        {
            // What did not fill the room emptied the socket, epoll(7); the next edge tells of more.
            bool isEmptied = _shortReadEmpties && received.Bytes < destination.Length;
            IsEnding = isEmptied && _isEndClean;
            _socketMayReceive = IsLast || !isEmptied;
        }
        else if (received.Error == Errno.WouldBlock)
        {
            _socketMayReceive = false;
        }

        return received;
    }

    /// <summary>Hands over what was received: the block, which the taker returns, and which part of it.</summary>
    public (Block? Block, int Start, int End) Detach()
    {
        (Block?, int, int) detached = (_block, _start, _end);
        (_block, _start, _end) = (null, 0, 0);
        return detached;
    }

    public Fill Splice(int fd, Pipe pipe, int most)
    {
        if (!MayReceive)
        {
            return Fill.Again;
        }

        IoResult moved = IsEnding ? default : pipe.FillFrom(fd, most);
        if (moved.Bytes > 0)
        {
            // What is spliced needs no large block before it: less is copied.
            (_comesFast, _run) = (false, 0);
            return Fill.More;
        }

        // EAGAIN: either side may be the cause. Only with an empty pipe it is the socket, and an edge will come.
        return moved.Error == Errno.WouldBlock && pipe.Buffered > 0 ? Fill.Full : Nothing(moved.Error);
    }

    /// <summary>A wait begins: gives the block back if there is no input.</summary>
    public void Rest(Slab slab)
    {
        if (_run > 0)
        {
            (_comesFast, _run) = (_run > Block.Size, 0);
        }

        Release(slab);
    }

    public void Clear(Slab slab)
    {
        Drop();
        (_socketMayReceive, IsHeldByTls, Error) = (false, false, Errno.None);
        Release(slab);
    }

    private void Received(int count, int room)
    {
        _comesFast |= count == room;
        _run = int.Min(_run + count, Block.LargeSize);
        _end += count;
    }

    // What is free behind the input.
    private Span<byte> Room(Slab slab)
    {
        if (_comesFast && _start == _end && _block is not { Length: Block.LargeSize })
        {
            Release(slab);
            _block = slab.RentLarge();
        }

        _block ??= slab.Rent();
        Span<byte> block = _block.GetSpan();
        if (block.Length - _end < LeastRoom && _start > 0)
        {
            // Nothing is left where it was, beyond what it is now: it may be a secret that is erased later.
            int length = Length;
            block[_start.._end].CopyTo(block);
            block[length.._end].Clear();
            (_start, _end) = (0, length);
        }

        return block[_end..];
    }

    private void Release(Slab slab)
    {
        if (_block is not null && _start == _end)
        {
            slab.Return(_block);
            _block = null;
        }
    }

    private Fill Nothing(Errno error)
    {
        if (error == Errno.WouldBlock)
        {
            _socketMayReceive = false;
            return Fill.Again;
        }

        Error = error;
        return error == Errno.None ? Fill.End : Fill.Failed;
    }
}
