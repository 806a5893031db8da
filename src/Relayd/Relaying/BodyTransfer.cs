using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Buffers;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;

namespace Sluice.Relayd.Relaying;

/// <summary>How far a body is.</summary>
internal enum TransferState
{
    /// <summary>Bytes are still to come.</summary>
    Running,

    /// <summary>All of it was sent on.</summary>
    Complete,

    /// <summary>Its sender ended before it was whole.</summary>
    Cut,

    /// <summary>Its sender is broken.</summary>
    SourceBroken,

    /// <summary>Its receiver takes no more.</summary>
    SinkBroken,

    /// <summary>Its framing is lost.</summary>
    Rejected,

    /// <summary>This process closed one of both.</summary>
    Closed,
}

/// <summary>A body on its way: read no further than it goes, and no faster than it is taken; nothing is gathered (R-HTTP-23 to -25).</summary>
/// <remarks>Little is sent on from the block that it came in, much of known length is spliced.</remarks>
internal sealed class BodyTransfer
{
    // Below, splicing costs more calls than it spares copying.
    private const int LeastToSplice = 2 * Block.Size;

    // A fast sender must not keep the loop from everybody else.
    private const int MostPerTurn = 2 * 1024 * 1024;

    private Connection _source = null!;
    private Connection _sink = null!;
    private BodyKind _kind;

    // Of a body of known length: all of it, and what is still to come; else the latter is what came, below zero.
    private long _length;
    private long _left;

    // Its receiver takes the end of the connection for its end.
    private bool _endsWithClose;

    // Made for the first chunked body.
    private ChunkedForwarder? _chunks;
    private bool _isLastPiece;

    // It carries bytes that were not sent on yet; null while there are none.
    private Pipe? _pipe;

    // Records of it wait in the sink.
    private bool _hasGathered;

    // Bytes of the source's input that are done with when the piece is sent.
    private int _taken;

    // The source ended without the word by which TLS ends, and the sink hears none either.
    private bool _isCut;

    /// <summary>How far it is.</summary>
    public TransferState State { get; private set; }

    /// <summary>The loop that it is on.</summary>
    public EventLoop Loop => _source.Loop;

    /// <summary>Whether the end of the sink's output is said right behind it: it leaves in the packet of the last bytes.</summary>
    public bool EndsSink { get; set; }

    /// <summary>Why it was rejected.</summary>
    public Rejection Rejection => _chunks!.Rejection;

    /// <summary>Whether all that is left of it is in the source's input: it can leave with its head.</summary>
    public bool IsHere => State == TransferState.Complete || (_kind == BodyKind.Length && _left <= _source.Input.Length);

    /// <summary>Bytes of it that were sent on, without framing.</summary>
    public long Sent => _kind == BodyKind.Chunked ? _chunks!.Length : _length - _left;

    /// <summary>Begins with a body, whose head goes before it.</summary>
    /// <param name="source">Where it comes from; what it has received already goes first.</param>
    /// <param name="sink">Where it goes to.</param>
    /// <param name="framing">How its end is known.</param>
    /// <param name="head">Its head, which stays as it is.</param>
    /// <param name="form">How chunks are sent on.</param>
    /// <param name="trailers">Which fields may come behind them.</param>
    public void Begin(Connection source, Connection sink, in BodyFraming framing, MessageHead head, ForwardedForm form, FieldFilter trailers)
    {
        (_source, _sink, _kind, _length, _left) = (source, sink, framing.Kind, framing.Length, framing.Length);
        (EndsSink, _hasGathered, _isCut) = (false, false, false);
        (State, _taken) = (_kind == BodyKind.None ? TransferState.Complete : TransferState.Running, 0);
        _endsWithClose = _kind == BodyKind.UntilClose || (_kind == BodyKind.Chunked && form == ForwardedForm.Plain);
        if (_kind == BodyKind.Chunked)
        {
            _chunks ??= new ChunkedForwarder();
            _chunks.Begin(head, form, trailers);
        }
    }

    /// <summary>Sends it on, until it is over.</summary>
    /// <param name="session">Is told of all that moves.</param>
    /// <param name="pipes">For splicing; null to copy only.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public async ValueTask Run(RelaySession session, PipePool? pipes)
    {
        int allowance = MostPerTurn;
        while (State == TransferState.Running)
        {
            Fill fill = Next(pipes, out ReadOnlyMemory<byte> piece);
            switch (fill)
            {
                case Fill.More or Fill.Full:
                    int count = _pipe?.Buffered ?? piece.Length;

                    // What stands for a part of it, such as the line of a chunk, leaves with what follows.
                    if ((count == 0 && _sink.Room >= InsertedLength)
                        || IsGathered(piece.Span)
                        || HasLeft(await Send(piece), session))
                    {
                        Advance(count);
                    }

                    allowance -= count;
                    if (allowance <= 0)
                    {
                        allowance = MostPerTurn;
                        await _source.Loop.NextTurn();
                    }

                    break;
                case Fill.Again:
                    ReturnPipe(pipes);
                    if ((!OwesFlush || HasLeft(await _sink.Flush(), session)) && await _source.Readable() != Wake.Ready)
                    {
                        End(TransferState.Closed);
                    }

                    break;
                default:
                    End(EndOf(fill));
                    break;
            }
        }

        ReturnPipe(pipes);
        if (State == TransferState.Complete ? OwesFlush : _hasGathered)
        {
            _ = HasLeft(await _sink.Flush(), session);
        }

        EndSink();
    }

    // Where something is missing, or may be, that is nowhere to be seen but in how the sink's connection ends: without the word of TLS, or with a reset.
    private void EndSink()
    {
        if (_isCut)
        {
            _sink.CutOutput();
        }
        else if (State != TransferState.Complete && _endsWithClose && !_sink.IsClosed)
        {
            _sink.Abort();
        }
    }

    // Something that was sent on has not left yet.
    private bool OwesFlush => _hasGathered || _sink.Buffered > 0;

    // Through TLS a piece and what is here behind it leave in one packet.
    private bool IsGathered(ReadOnlySpan<byte> piece)
    {
        bool isGathered = _pipe is null && _kind == BodyKind.Length && _taken < _left && _sink.TryGather(piece);
        _hasGathered |= isGathered;
        return isGathered;
    }

    private ValueTask<Wake> Send(ReadOnlyMemory<byte> piece) =>
        _pipe is not null ? _sink.Flush(_pipe) : IsLast ? _sink.FlushLast(piece) : _sink.Flush(piece);

    // Nothing of it follows the piece.
    private bool IsLast => EndsSink && ((_kind == BodyKind.Length && _taken == _left) || (_kind == BodyKind.Chunked && _isLastPiece && InsertedLength == 0));

    private int InsertedLength => _kind == BodyKind.Chunked ? _chunks!.Inserted.Length : 0;

    private bool MaySplice => _kind == BodyKind.Length && _left >= LeastToSplice;

    private void ReturnPipe(PipePool? pipes)
    {
        if (_pipe is not null)
        {
            pipes!.Return(_pipe);
            _pipe = null;
        }
    }

    // What comes next, in the source's input or in the pipe.
    private Fill Next(PipePool? pipes, out ReadOnlyMemory<byte> piece)
    {
        while (!TryTake(out piece) && State == TransferState.Running)
        {
            if (MaySplice && (_pipe ??= pipes?.Rent()) is { } pipe)
            {
                return _source.TrySplice(pipe, (int)long.Min(_left, int.MaxValue));
            }

            ReturnPipe(pipes);
            Fill fill = _source.TryFill();
            if (fill != Fill.More)
            {
                return fill == Fill.Full ? Fill.Failed : fill;
            }
        }

        return State == TransferState.Running ? Fill.More : Fill.Failed;
    }

    // What is there of it; false where nothing is, or nothing good.
    private bool TryTake(out ReadOnlyMemory<byte> piece)
    {
        ReadOnlyMemory<byte> input = _source.InputMemory;
        piece = input;
        _taken = input.Length;
        if (input.IsEmpty)
        {
            return false;
        }

        switch (_kind)
        {
            case BodyKind.Chunked:
                ParseStatus status = _chunks!.Read(input.Span, out _taken, out Range verbatim);
                piece = input[verbatim];
                _isLastPiece = status == ParseStatus.Complete;
                State = status == ParseStatus.Rejected ? TransferState.Rejected : State;
                return _taken > 0 || _isLastPiece;
            case BodyKind.Length:
                _taken = (int)long.Min(_left, input.Length);
                piece = input[.._taken];
                return true;
            default:
                return true;
        }
    }

    // The piece is gone.
    private void Advance(int length)
    {
        if (State != TransferState.Running)
        {
            return;
        }

        if (_pipe is null)
        {
            _source.Consume(_taken);
        }

        if (_kind != BodyKind.Chunked)
        {
            Count(length);
            return;
        }

        ReadOnlySpan<byte> inserted = _chunks!.Inserted;
        inserted.CopyTo(_sink.Output(inserted.Length));
        _sink.Commit(inserted.Length);
        State = _isLastPiece ? TransferState.Complete : State;
    }

    private void Count(int length)
    {
        _left -= length;
        if (_kind == BodyKind.Length && _left == 0)
        {
            State = TransferState.Complete;
        }
    }

    // It is over, unless it is already.
    private void End(TransferState state) => State = State == TransferState.Running ? state : State;

    private bool HasLeft(Wake wake, RelaySession session)
    {
        _hasGathered = false;
        if (wake == Wake.Ready)
        {
            session.Moved();
            return true;
        }

        State = _sink.IsClosed ? TransferState.Closed : TransferState.SinkBroken;
        return false;
    }

    private TransferState EndOf(Fill fill)
    {
        _isCut = fill == Fill.Truncated && _kind == BodyKind.UntilClose && _sink.IsEncrypted && !_sink.IsClosed;
        return _source.IsClosed ? TransferState.Closed
            : _isCut ? TransferState.Complete
            : fill != Fill.End ? TransferState.SourceBroken
            : _kind == BodyKind.UntilClose ? TransferState.Complete
            : TransferState.Cut;
    }
}
