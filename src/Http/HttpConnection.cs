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
/// <param name="environment">What all connections of the process share.</param>
public sealed class HttpConnection(HttpEnvironment environment)
{
    private Connection _connection = null!;
    private State _state;

    // From the first byte of a request to the end of its answer; idle connections have none.
    private Exchange? _exchange;

    // Requests of this connection so far.
    private int _requests;

    // Whether the client may be sending what nobody will read, so that closing at once could cost it the answer.
    private bool _mustLinger;

    // Whether an answer began and did not end, and what there is of it does not show that.
    private bool _isBroken;

    // Whether the client said that nothing follows its request.
    private bool _isLast;

    private enum State
    {
        // Between requests, no byte of the next one seen.
        Idle,

        // A part of a head is there, and its time runs.
        Head,
        Serving,
        Closed,
    }

    /// <summary>Whether a part of a head is there.</summary>
    private bool HasBegun => !_connection.Input.IsEmpty || _exchange is { Head.Gathered: > 0 };

    /// <summary>The current request and its answer: there from <see cref="HeadResult.Request"/> or <see cref="HeadResult.Rejected"/>
    /// to <see cref="EndExchange"/>. After <see cref="HeadResult.Closed"/> it has what came of a head, where <see cref="Ending"/> says so.</summary>
    public Exchange Exchange => _exchange ?? throw new InvalidOperationException("No request is being served.");

    /// <summary>How long an idle connection is kept, and how long a head may take from its first byte to its last; null for ever.</summary>
    public DeadlineQueue? RequestTimeout { get; set; }

    /// <summary>How the wait for a request ended after <see cref="HeadResult.Closed"/>.</summary>
    public Ending Ending { get; private set; }

    /// <summary>Begins with a new connection, which the caller keeps owning.</summary>
    public void Open(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        RequirePace(environment.PaceWithin(TimeSpan.Zero));
        _state = State.Idle;
        _mustLinger = false;
        _isBroken = false;
        _isLast = false;
        _requests = 0;
        Ending = Ending.None;
        Release();
    }

    /// <summary>From now on answers have to be taken so fast; after <see cref="Open"/> it is as fast as the limits of the environment say.</summary>
    public void RequirePace(Pace pace) => _connection.RequireProgress(pace.Period, pace.Bytes);

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
                _exchange ??= environment.Exchanges.Rent();
                switch (RequestParser.Parse(_connection.Input, _exchange.Head, environment.Limits.Head))
                {
                    case ParseStatus.Complete:
                        return Complete(_exchange);
                    case ParseStatus.Rejected:
                        return Reject(_exchange, _exchange.Head.Rejection);
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
                    Exchange.Head.Gather(_connection.Input);
                    _connection.Discard();
                    break;
                case Fill.End or Fill.Failed:
                default:
                    return End(_connection.IsClosed ? Ending.Closed : HasBegun ? Ending.Abandoned : Ending.Done);
            }
        }
    }

    /// <summary>Waits for more input after <see cref="HeadResult.Wait"/>; what is in the output is sent first.</summary>
    public InputWait Readable() => _connection.Readable();

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
        ResponseWriter response = Exchange.Response;
        BodyReader body = Exchange.Body;
        response.End();
        _isBroken = response is { HasStarted: true, IsComplete: false, IsVisiblyCut: false };
        Continuation continuation = response.IsComplete ? response.Continuation : Continuation.Close;
        if (continuation == Continuation.Keep && !body.IsComplete)
        {
            if (!body.IsLost)
            {
                return Drain(body);
            }

            continuation = Continuation.Close;
        }

        body.Release();
        _mustLinger |= !body.IsComplete;
        BeginNext();
        if (continuation == Continuation.Keep)
        {
            return default;
        }

        return new ValueTask<Continuation>(continuation);
    }

    /// <summary>Sends what is left, and closes so that the client can read it (RFC 9112 9.6); an answer that is not whole ends
    /// in a reset, so nobody takes it for one that is, unless that shows by itself.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask Close()
    {
        Release();
        if (_isBroken)
        {
            _connection.Abort();
            return;
        }

        Wake wake = Wake.Ready;
        if (_connection.Buffered > 0)
        {
            wake = await _connection.FlushLast();

            // Closing ends the output too, but drops it where the client has sent more meanwhile: not before it is on its way, then.
            if (!_isLast)
            {
                _connection.ShutdownOutput();
            }
        }

        if (wake == Wake.Ready && (_mustLinger || !_connection.Input.IsEmpty))
        {
            await _connection.Linger(environment.Linger, environment.Limits.LingerBytes);
        }

        _connection.Close();
    }

    private HeadResult Complete(Exchange exchange)
    {
        RequestHead head = exchange.Head;
        if (head.Has(KnownField.Authorization))
        {
            // The head has its own copy, and clears that when it was used.
            foreach (ByteRange secret in head.RangesOf(KnownField.Authorization))
            {
                int start = int.Max(0, secret.Start - head.Gathered);
                _connection.Erase(start, int.Max(0, secret.End - head.Gathered - start));
            }
        }

        _connection.Consume(head.Taken);
        BodyFraming framing = BodyFraming.OfRequest(head);
        if (framing.Kind == BodyKind.Rejected)
        {
            return Reject(exchange, framing.Rejection);
        }

        Expectation expectation = Persistence.ExpectationOf(head);
        Begin(exchange, framing, expectation, Persistence.OfRequest(head));
        exchange.Rejection = head.Method == Method.Unknown ? Rejection.MethodUnknown
            : expectation == Expectation.Unknown ? Rejection.Expectation
            : Rejection.None;
        return exchange.Rejection == Rejection.None ? HeadResult.Request : HeadResult.Rejected;
    }

    private HeadResult Reject(Exchange exchange, Rejection rejection)
    {
        Begin(exchange, default, Expectation.None, Continuation.Close);
        exchange.Rejection = rejection;
        _mustLinger = true;
        return HeadResult.Rejected;
    }

    private void Begin(Exchange exchange, in BodyFraming framing, Expectation expectation, Continuation continuation)
    {
        _connection.NeverExpire();
        _state = State.Serving;
        _isLast = continuation == Continuation.Close;
        _requests++;
        exchange.Begin(_connection, _requests, environment.Loop.Now);
        exchange.Body.Begin(_connection, framing, expectation);
        exchange.Response.Begin(_connection, exchange, continuation);
    }

    private void BeginNext()
    {
        Release();
        _state = State.Idle;
    }

    // The exchange stays until the connection is closed, to be logged.
    private HeadResult End(Ending ending)
    {
        if (_exchange is not null)
        {
            _exchange.Head.KeepPart(_connection.Input);
            _exchange.Log.Clear();
        }

        Ending = ending;
        _state = State.Closed;
        return HeadResult.Closed;
    }

    private void Release()
    {
        if (_exchange is not null)
        {
            environment.Exchanges.Return(_exchange);
            _exchange = null;
        }
    }

    // Between requests the time starts with the wait; within a head it runs from its first byte, whatever follows (D-71).
    private void ArmTimeout()
    {
        State state = HasBegun ? State.Head : State.Idle;
        if (RequestTimeout is { } timeout && (state == State.Idle || state != _state))
        {
            _connection.ExpireIn(timeout);
        }

        _state = state;
    }

    // 408 is owed only to whoever sent a request line (H-HTTP-39).
    private HeadResult Ended(Wake wake)
    {
        if (wake == Wake.Expired && _exchange is { Head.HasRequestLine: true })
        {
            _exchange.Head.KeepPart(_connection.Input);
            return Reject(_exchange, Rejection.HeadTimeout);
        }

        return End(wake != Wake.Expired ? Ending.Closed : HasBegun ? Ending.Late : Ending.Idle);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Continuation> Drain(BodyReader body)
    {
        long limit = environment.Limits.DrainBytes;
        long drained = 0;
        body.Limit = long.MaxValue;
        while (drained <= limit)
        {
            BodyStatus status = await body.Read();
            if (status == BodyStatus.End)
            {
                BeginNext();
                return Continuation.Keep;
            }

            if (status != BodyStatus.Content)
            {
                break;
            }

            drained += body.Content.Length;
        }

        _mustLinger = true;
        BeginNext();
        return Continuation.Close;
    }
}
