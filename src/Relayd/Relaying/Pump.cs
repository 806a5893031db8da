using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Buffers;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Relayd.Relaying;

/// <summary>How far a direction of a session is.</summary>
internal enum PumpState
{
    /// <summary>It is not in use, or this process closed one of both.</summary>
    Closed,

    /// <summary>Bytes may still come.</summary>
    Running,

    /// <summary>The source has said its end, or with TLS ended without a word, and everything before it was delivered.</summary>
    Ended,

    /// <summary>The source is broken.</summary>
    SourceBroken,

    /// <summary>The sink takes no more.</summary>
    SinkBroken,
}

/// <summary>One direction of a session: moves bytes from one connection to the other, and reads no further before they are delivered (R-RELAY-31).</summary>
/// <remarks>Little is copied through the block that it came in, much is spliced: once a block came back full, until less than that comes between two waits. A waiting pump holds
/// neither block nor pipe, unless its sink is slow.</remarks>
internal sealed class Pump(Duplex duplex)
{
    // A fast sender must not keep the loop from everybody else.
    private const int MostPerTurn = 2 * 1024 * 1024;

    private PipePool? _pipes;

    // It carries bytes that were not delivered yet; null while there are none.
    private Pipe? _pipe;

    // What comes next is spliced.
    private bool _isBulk;

    /// <summary>How far it is.</summary>
    public PumpState State { get; private set; }

    /// <summary>Whether the source ended without the word by which TLS ends, so that something may be missing.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Where bytes come from.</summary>
    public Connection Source { get; private set; } = null!;

    /// <summary>Where they go to.</summary>
    public Connection Sink { get; private set; } = null!;

    /// <summary>How many bytes the sink has taken.</summary>
    public long Sent { get; private set; }

    /// <summary>Begins anew.</summary>
    /// <param name="source">Where bytes come from; what it has received already goes first.</param>
    /// <param name="sink">Where they go to.</param>
    /// <param name="pipes">For splicing; null to copy only.</param>
    public void Open(Connection source, Connection sink, PipePool? pipes)
    {
        (Source, Sink, _pipes) = (source, sink, pipes);
        (State, _isBulk, IsCut, Sent) = (PumpState.Running, false, false, 0);
    }

    /// <summary>Moves bytes until the direction is over, and tells the session.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public async ValueTask Run()
    {
        // How much came since the last wait.
        int run = 0;
        int allowance = MostPerTurn;
        while (State == PumpState.Running)
        {
            Fill fill = TryTake();
            switch (fill)
            {
                case Fill.More or Fill.Full:
                    int taken = _pipe?.Buffered ?? Source.Input.Length;
                    bool isLast = IsLast;
                    Wake sent = await (_pipe is not null ? Sink.Flush(_pipe) : isLast ? Sink.FlushLast(Source.InputMemory) : Sink.Flush(Source.InputMemory));
                    if (sent != Wake.Ready)
                    {
                        State = Sink.IsClosed ? PumpState.Closed : PumpState.SinkBroken;
                        break;
                    }

                    duplex.Moved();
                    Delivered();
                    Sent += taken;
                    run += taken;
                    _isBulk |= taken >= Block.Size && _pipes is not null;
                    allowance -= taken;
                    if (isLast)
                    {
                        State = State == PumpState.Running ? PumpState.Ended : State;
                    }
                    else if (allowance <= 0)
                    {
                        (allowance, run) = (MostPerTurn, Block.Size);
                        await Source.Loop.NextTurn();
                    }

                    break;
                case Fill.Again:
                    ReturnPipe();
                    _isBulk &= run >= Block.Size;
                    run = 0;
                    if (await Source.Readable() != Wake.Ready && State == PumpState.Running)
                    {
                        State = PumpState.Closed;
                    }

                    break;
                case Fill.End or Fill.Truncated:
                    IsCut = fill == Fill.Truncated;
                    State = PumpState.Ended;
                    break;
                default:
                    State = Source.IsClosed ? PumpState.Closed : PumpState.SourceBroken;
                    break;
            }
        }

        ReturnPipe();
        duplex.Over(this);
    }

    /// <summary>The sink hears that there is no more; one that speaks TLS not that this was all, where the source did not say so.</summary>
    public void EndSink()
    {
        if (IsCut)
        {
            Sink.CutOutput();
        }
        else
        {
            Sink.ShutdownOutput();
        }
    }

    /// <summary>The sink is broken, as somebody else noticed: the pump ends, now or when it hears of that while it sends.</summary>
    public void BreakSink()
    {
        if (State == PumpState.Running)
        {
            State = PumpState.SinkBroken;
            Source.InterruptReader();
        }
    }

    /// <summary>Reads what nobody will get, until the source ends: closing it at once would be a reset, which takes from its peer what it has not read yet.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public async ValueTask Drain()
    {
        int allowance = MostPerTurn;
        while (true)
        {
            allowance -= Source.Input.Length;
            Source.Discard();
            if (allowance <= 0)
            {
                allowance = MostPerTurn;
                await Source.Loop.NextTurn();
            }

            Fill fill = Source.TryFill();
            if (fill != Fill.More && (fill != Fill.Again || await Source.Readable() != Wake.Ready))
            {
                return;
            }
        }
    }

    // Whether the end of the direction leaves with what was taken.
    private bool IsLast => _pipe is null && Source.IsEnding && duplex.PassesEndsOn;

    // What was received before splicing begins goes first.
    private Fill TryTake()
    {
        if (!Source.Input.IsEmpty)
        {
            return Fill.More;
        }

        if (_isBulk && (_pipe ??= _pipes!.Rent()) is { } pipe)
        {
            return Source.TrySplice(pipe);
        }

        return Source.TryFill();
    }

    private void Delivered()
    {
        if (_pipe is null)
        {
            Source.Consume(Source.Input.Length);
        }
    }

    private void ReturnPipe()
    {
        if (_pipe is not null)
        {
            _pipes!.Return(_pipe);
            _pipe = null;
        }
    }
}
