using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;

namespace Sluice.Http;

/// <summary>What a read of a body came to.</summary>
public enum BodyStatus
{
    /// <summary>There are bytes in <see cref="BodyReader.Content"/>.</summary>
    Content,

    /// <summary>The body is over.</summary>
    End,

    /// <summary>Framing is lost, or the body is longer than its limit; see <see cref="BodyReader.Rejection"/>.</summary>
    Rejected,

    /// <summary>The client is too slow.</summary>
    Expired,

    /// <summary>The client is gone, or ended its output before the body was whole.</summary>
    Gone,

    /// <summary><see cref="BodyReader.Interrupt"/> ended the wait; the body can be read on.</summary>
    Interrupted,
}

/// <summary>
/// The body of a request, read as it comes: nothing is gathered, so no body takes more memory than the input block. The first read
/// sends 100 (Continue) where the client waits for it (RFC 9110 10.1.1).
/// </summary>
public sealed class BodyReader
{
    private readonly HttpEnvironment _environment;
    private ChunkedDecoder? _chunks; // made for the first chunked body
    private Connection _connection = null!;
    private Expectation _expectation;
    private Range _content;
    private int _taken; // bytes of the input to consume before the next read
    private long _length; // of a body of known length, else 0
    private long _left; // of it
    private long _received;
    private TimeSpan _waited;

    internal BodyReader(HttpEnvironment environment)
    {
        _environment = environment;
    }

    /// <summary>How its end is known.</summary>
    public BodyKind Kind { get; private set; }

    /// <summary>Its length where that is known in advance; 0 without a body; null for a chunked one.</summary>
    public long? Length => Kind == BodyKind.Chunked ? null : _length;

    /// <summary>The most bytes it may have; <see cref="long.MaxValue"/> at first. A longer one is rejected, of known length
    /// before its first byte.</summary>
    public long Limit { get; set; } = long.MaxValue;

    /// <summary>How fast the client has to send it; after the head it is as fast as the limits of the environment say.</summary>
    public Pace Pace { get; set; }

    /// <summary>Why it was rejected.</summary>
    public Rejection Rejection { get; private set; }

    /// <summary>Whether all of it was read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Whether a body of known length exceeds the limit, so that 413 can be answered before anything is read.</summary>
    public bool IsTooLarge => _length > Limit;

    /// <summary>Whether the client may still be waiting for leave to send it.</summary>
    public bool IsAwaited => _expectation == Expectation.Continue && Kind != BodyKind.None;

    /// <summary>The bytes found by the last read, valid until the next.</summary>
    public ReadOnlySpan<byte> Content => _connection.Input[_content];

    /// <summary>The same, for what sends them on.</summary>
    public ReadOnlyMemory<byte> ContentMemory => _connection.InputMemory[_content];

    /// <summary>Whether reading it came to an end that is not its own: nothing more can be read from the connection.</summary>
    internal bool IsLost { get; private set; }

    internal long Left => Kind == BodyKind.Chunked ? long.MaxValue : _left;

    /// <summary>Reads on: gives what is there, and waits only where nothing is.</summary>
    public ValueTask<BodyStatus> Read()
    {
        BodyStatus? found = TryRead();
        return found is { } status ? new ValueTask<BodyStatus>(status) : Wait();
    }

    /// <summary>Whether so many bytes at least are left, none of them received yet, so that they can go into a pipe. Not with TLS.</summary>
    public bool MaySplice(int least) => Kind == BodyKind.Length && _left >= least && _taken == _connection.Input.Length && !IsTooLarge && Rejection == Rejection.None;

    /// <summary>Reads on into a pipe, where <see cref="MaySplice"/> says so: what is there, and waits only where nothing is.</summary>
    /// <param name="pipe">Empty.</param>
    /// <param name="most">How many bytes.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<BodyStatus> Read(Pipe pipe, int most)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        Release();
        BeginWait();
        while (true)
        {
            Fill fill = _connection.TrySplice(pipe, (int)long.Min(most, _left));
            if (fill == Fill.More)
            {
                _expectation = Expectation.None;
                Count(pipe.Buffered);
                return BodyStatus.Content;
            }

            BodyStatus woken = Woken(_environment.Loop.Now, fill == Fill.Again ? await Readable() : Wake.Closed);
            if (woken != BodyStatus.Content)
            {
                return woken;
            }
        }
    }

    /// <summary>Ends a wait of <see cref="Read()"/>: what is left of the body is not wanted any more.</summary>
    public void Interrupt() => _connection.InterruptReader();

    internal void Begin(Connection connection, in BodyFraming framing, Expectation expectation)
    {
        _connection = connection;
        Kind = framing.Kind;
        _length = framing.Length;
        _expectation = expectation;
        _content = default;
        _taken = 0;
        _left = framing.Length;
        _received = 0;
        _waited = TimeSpan.Zero;
        Limit = long.MaxValue;
        Pace = _environment.PaceWithin(TimeSpan.Zero);
        Rejection = Rejection.None;
        IsLost = false;
        IsComplete = framing.Kind == BodyKind.None;
        if (framing.Kind == BodyKind.Chunked)
        {
            _chunks ??= new ChunkedDecoder();
            _chunks.Clear();
        }
    }

    /// <summary>Gives back what the last read found.</summary>
    internal void Release()
    {
        // Whoever closed the connection meanwhile has dropped its input.
        _connection.Consume(_connection.IsClosed ? 0 : _taken);
        _taken = 0;
        _content = default;
    }

    // Null where nothing is there and nothing is wrong.
    private BodyStatus? TryRead()
    {
        Release();
        if (IsComplete)
        {
            return BodyStatus.End;
        }

        if (Rejection != Rejection.None || IsTooLarge)
        {
            return Reject(Rejection == Rejection.None ? Rejection.BodyTooLarge : Rejection);
        }

        ReadOnlySpan<byte> input = _connection.Input;
        if (input.IsEmpty)
        {
            return null;
        }

        _expectation = Expectation.None;
        return Kind == BodyKind.Chunked ? TryReadChunk(input) : ReadPlain(input.Length);
    }

    private BodyStatus ReadPlain(int available)
    {
        int length = (int)long.Min(_left, available);
        _content = 0..length;
        _taken = length;
        Count(length);
        return BodyStatus.Content;
    }

    private void Count(int length)
    {
        _left -= length;
        _received += length;
        IsComplete = _left == 0;
    }

    private BodyStatus? TryReadChunk(ReadOnlySpan<byte> input)
    {
        ChunkedDecoder chunks = _chunks!; // made when the body began
        ChunkStatus status = chunks.Read(input, out int taken, out Range content);
        switch (status)
        {
            case ChunkStatus.Content when chunks.Length > Limit:
                return Reject(Rejection.BodyTooLarge);
            case ChunkStatus.Content:
                _content = content;
                _taken = taken;
                _received = chunks.Length;
                return BodyStatus.Content;
            case ChunkStatus.Rejected:
                return Reject(chunks.Rejection);
            default:
                _connection.Consume(taken);
                IsComplete = status == ChunkStatus.End;
                return IsComplete ? BodyStatus.End : null;
        }
    }

    private BodyStatus Reject(Rejection rejection)
    {
        Rejection = rejection;
        IsLost = true;
        return BodyStatus.Rejected;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<BodyStatus> Wait()
    {
        BeginWait();
        while (true)
        {
            Fill fill = _connection.TryFill();
            if (fill == Fill.More)
            {
                if (TryRead() is { } status)
                {
                    return status;
                }

                continue;
            }

            BodyStatus woken = Woken(_environment.Loop.Now, fill == Fill.Again ? await Readable() : Wake.Closed);
            if (woken != BodyStatus.Content)
            {
                return woken;
            }
        }
    }

    // The client waits for leave to send it.
    private void BeginWait()
    {
        if (IsAwaited)
        {
            _expectation = Expectation.None;
            WriteContinue();
        }
    }

    private InputWait Readable()
    {
        _connection.ExpireIn(Pace.Period);
        return _connection.Readable();
    }

    // Content: go on. What a client may take grows with what it has sent, so a trickle ends like silence.
    private BodyStatus Woken(TimeSpan since, Wake wake)
    {
        _connection.NeverExpire();
        _waited += _environment.Loop.Now - since;
        TimeSpan allowed = Pace.Period.Duration * (1 + ((double)_received / Pace.Bytes));
        BodyStatus status = wake switch
        {
            Wake.Ready => _waited <= allowed ? BodyStatus.Content : BodyStatus.Expired,
            Wake.Expired => BodyStatus.Expired,
            Wake.Interrupted => BodyStatus.Interrupted,
            _ => BodyStatus.Gone,
        };
        IsLost = status is not (BodyStatus.Content or BodyStatus.Interrupted);
        return status;
    }

    // The output may be full of earlier answers only where a client pipelines behind a request that it wants to be asked about;
    // it is not worth waiting then: the client sends the body after a while all the same.
    private void WriteContinue()
    {
        ReadOnlySpan<byte> line = "HTTP/1.1 100 Continue\r\n\r\n"u8;
        if (_connection.Room >= line.Length)
        {
            line.CopyTo(_connection.Output(line.Length));
            _connection.Commit(line.Length);
        }

        Debug.Assert(!IsComplete, "Nobody asks for a body that is there.");
    }
}
