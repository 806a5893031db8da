using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

namespace Sluice.Http;

/// <summary>What an attempt to read a request came to.</summary>
public enum HeadResult
{
    /// <summary>There is none yet: wait.</summary>
    Wait,

    /// <summary>A request is there, to be served.</summary>
    Request,

    /// <summary>What came is to be answered by <see cref="Exchange.Rejection"/>.</summary>
    Rejected,

    /// <summary>Nothing more comes, and nothing is owed.</summary>
    Closed,
}

/// <summary>
/// HTTP/1 over a connection: requests in order, one at a time, each with its answer. A session is one loop: read a head, serve the
/// exchange, end it; and close at the end. Used again for the next connection after <see cref="Open"/>.
/// </summary>
/// <example>
/// <code>
/// http.Open(connection);
/// do
/// {
///     HeadResult result;
///     Wake wake = Wake.Ready;
///     while ((result = http.TryReadHead(wake)) == HeadResult.Wait)
///     {
///         wake = await http.Readable();
///     }
///
///     if (result == HeadResult.Closed) { break; }
///     Outcome outcome = await Serve(http.Exchange, result);
/// }
/// while (await http.EndExchange() == Continuation.Keep);
/// await http.Close();
/// </code>
/// </example>
public sealed class HttpConnection
{
    private readonly HttpEnvironment _environment;
    private readonly RequestHead _head = new();
    private readonly BodyReader _body;
    private readonly ResponseWriter _response;
    private Connection _connection = null!;
    private State _state;

    // Whether the client may be sending what nobody will read, so that closing at once could cost it the answer.
    private bool _mustLinger;

    // Whether an answer began and did not end.
    private bool _isBroken;

    /// <summary>Makes one that can be opened again and again.</summary>
    public HttpConnection(HttpEnvironment environment)
    {
        _environment = environment;
        _body = new BodyReader(environment);
        _response = new ResponseWriter(environment);
        Exchange = new Exchange(_head, _body, _response);
    }

    private enum State
    {
        // Between requests, no byte of the next one seen.
        Idle,

        // A part of a head is there, and its time runs.
        Head,
        Serving,
        Closed,
    }

    /// <summary>The current request and its answer.</summary>
    public Exchange Exchange { get; }

    /// <summary>How long an idle connection is kept, and how long a head may take from its first byte to its last; null for ever.</summary>
    public DeadlineQueue? RequestTimeout { get; set; }

    /// <summary>Called when the head of an answer goes out, to log it (H-LOG-22).</summary>
    public Action<Exchange>? Answered
    {
        get => _response.Answered;
        set => _response.Answered = value;
    }

    /// <summary>Begins with a new connection, which the caller keeps owning.</summary>
    public void Open(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _connection.RequireProgress(_environment.Progress, _environment.Limits.ProgressBytes);
        _state = State.Idle;
        _mustLinger = false;
        _isBroken = false;
        _head.Clear();
        Exchange.Number = 0;
        Exchange.Peer = Peer.OfSocket(connection.Peer);
    }

    /// <summary>Takes the next request out of the input, receiving what is there; never waits.</summary>
    /// <param name="wake">What the wait before came to; <see cref="Wake.Ready"/> at first.</param>
    public HeadResult TryReadHead(Wake wake)
    {
        if (wake != Wake.Ready)
        {
            return Ended(wake);
        }

        while (true)
        {
            if (!_connection.Input.IsEmpty)
            {
                switch (RequestParser.Parse(_connection.Input, _head, _environment.Limits.Head))
                {
                    case ParseStatus.Complete:
                        return Complete();
                    case ParseStatus.Rejected:
                        return Reject(_head.Rejection);
                    case ParseStatus.NeedMore:
                    default:
                        break;
                }
            }

            switch (_connection.TryFill())
            {
                case Fill.More:
                    break;
                case Fill.Again:
                    ArmTimeout();
                    return HeadResult.Wait;
                case Fill.Full:
                    return Reject(Rejection.FieldsTooLong);
                case Fill.End or Fill.Failed:
                default:
                    _state = State.Closed;
                    return HeadResult.Closed;
            }
        }
    }

    /// <summary>Waits for more input after <see cref="HeadResult.Wait"/>; what is in the output is sent first.</summary>
    public ValueTask<Wake> Readable() => _connection.Readable();

    /// <summary>Both in one, for whoever does not mind a nested wait (about 80 ns).</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<HeadResult> ReadHead()
    {
        Wake wake = Wake.Ready;
        while (true)
        {
            HeadResult result = TryReadHead(wake);
            if (result != HeadResult.Wait)
            {
                return result;
            }

            wake = await Readable();
        }
    }

    /// <summary>Ends the exchange after its answer, and says whether another can follow: reads over a body that was not read.</summary>
    public ValueTask<Continuation> EndExchange()
    {
        _isBroken = _response is { HasStarted: true, IsComplete: false };
        Continuation continuation = _response.IsComplete ? _response.Continuation : Continuation.Close;
        if (continuation == Continuation.Keep && !_body.IsComplete)
        {
            if (!_body.IsLost)
            {
                return Drain();
            }

            continuation = Continuation.Close;
        }

        _body.Release();
        _mustLinger |= !_body.IsComplete;
        BeginNext();
        return new ValueTask<Continuation>(continuation);
    }

    /// <summary>Sends what is left, and closes so that the client can read it (RFC 9112 9.6); an answer that is not whole ends
    /// in a reset, so nobody takes it for one that is.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask Close()
    {
        if (_isBroken)
        {
            _connection.Abort();
            return;
        }

        Wake wake = Wake.Ready;
        if (_connection.Buffered > 0)
        {
            wake = await _connection.FlushLast();
            _connection.ShutdownOutput();
        }

        if (wake == Wake.Ready && (_mustLinger || !_connection.Input.IsEmpty))
        {
            await _connection.Linger(_environment.Linger, _environment.Limits.LingerBytes);
        }

        _connection.Close();
    }

    private HeadResult Complete()
    {
        _connection.Consume(_head.Length);
        BodyFraming framing = BodyFraming.OfRequest(_head);
        if (framing.Kind == BodyKind.Rejected)
        {
            return Reject(framing.Rejection);
        }

        Expectation expectation = Persistence.ExpectationOf(_head);
        Begin(framing, expectation, Persistence.OfRequest(_head));
        Exchange.Rejection = _head.Method == Method.Unknown ? Rejection.MethodUnknown
            : expectation == Expectation.Unknown ? Rejection.Expectation
            : Rejection.None;
        return Exchange.Rejection == Rejection.None ? HeadResult.Request : HeadResult.Rejected;
    }

    private HeadResult Reject(Rejection rejection)
    {
        Begin(default, Expectation.None, Continuation.Close);
        Exchange.Rejection = rejection;
        _mustLinger = true;
        return HeadResult.Rejected;
    }

    private void Begin(BodyFraming framing, Expectation expectation, Continuation continuation)
    {
        _connection.NeverExpire();
        _state = State.Serving;
        _body.Begin(_connection, framing, expectation);
        _response.Begin(_connection, Exchange, continuation);
        Exchange.Log.Clear();
        Exchange.Started = _environment.Loop.Now;
        Exchange.Number++;
    }

    private void BeginNext()
    {
        _head.Clear();
        _state = State.Idle;
    }

    // Between requests the time starts with the wait; within a head it runs from its first byte, whatever follows (D-71).
    private void ArmTimeout()
    {
        State state = _connection.Input.IsEmpty ? State.Idle : State.Head;
        if (RequestTimeout is { } timeout && (state == State.Idle || state != _state))
        {
            _connection.ExpireIn(timeout);
        }

        _state = state;
    }

    // 408 is owed only to whoever sent a request line (H-HTTP-39).
    private HeadResult Ended(Wake wake)
    {
        if (wake == Wake.Expired && _head.HasRequestLine)
        {
            return Reject(Rejection.HeadTimeout);
        }

        _state = State.Closed;
        return HeadResult.Closed;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Continuation> Drain()
    {
        long limit = _environment.Limits.DrainBytes;
        long drained = 0;
        _body.Limit = long.MaxValue;
        while (drained <= limit)
        {
            BodyStatus status = await _body.Read();
            if (status == BodyStatus.End)
            {
                BeginNext();
                return Continuation.Keep;
            }

            if (status != BodyStatus.Content)
            {
                break;
            }

            drained += _body.Content.Length;
        }

        _mustLinger = true;
        BeginNext();
        return Continuation.Close;
    }
}
