using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Processes;

namespace Sluice.Httpd.Serving;

/// <summary>One client's connection, from accept to close. Used again for the next one.</summary>
/// <param name="worker">The process that it runs in.</param>
internal sealed class ClientSession(Worker worker)
{
    /// <summary>Room in the output that the head of any of our own answers fits into, so that none waits for it.</summary>
    private const int RoomForHead = 8 * 1024;

    private readonly HttpConnection _http = new(worker.Http);
    private Connection _connection = null!;
    private ServedSocket _socket = null!;
    private ServedHost _host = null!;

    /// <summary>Where the last request was answered from.</summary>
    private Place _place = null!;

    /// <summary>Whom a PROXY header named; null without one.</summary>
    private NamedPeer? _named;

    /// <summary>What was agreed on in the handshake; null where clients are not asked for certificates.</summary>
    private TlsFacts? _facts;

    /// <summary>What the log says of the connection when it ends; null until it says anything.</summary>
    private ConnectionLine? _line;

    /// <summary>Which connection of the process it is, from 1.</summary>
    private long _number;

    /// <summary>Why the connection ends, if no answer says it better.</summary>
    private EndReason _reason;

    /// <summary>The session that began before this one, among those that are open.</summary>
    public ClientSession? Older { get; set; }

    /// <summary>The session that began after it.</summary>
    public ClientSession? Newer { get; set; }

    /// <summary>The configuration that its current request is served by, or that its last one was.</summary>
    public uint Generation => _socket.Generation;

    /// <summary>A request is being served; otherwise the session waits for one.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>It came to its end in order; after an exception it is in no state to be used again.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Serves a connection until it ends.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    public async ValueTask Run(Connection connection, ServedSocket socket)
    {
        Begin(connection, socket);
        try
        {
            if ((socket.IsProxied && !await ReadPreface()) || (socket.Demands.IsTls && !await ShakeHands()))
            {
                connection.Close();
                IsOver = true;
                return;
            }

            do
            {
                HeadResult result;
                Wake wake = Wake.Ready;
                while ((result = _http.TryReadHead(wake)) == HeadResult.Wait)
                {
                    wake = await _http.Readable();
                }

                if (result == HeadResult.Closed)
                {
                    NoteEnding();
                    break;
                }

                if (connection.Buffered > 0 && connection.Room < RoomForHead && await connection.Flush() != Wake.Ready)
                {
                    _reason = EndReason.Closed;
                    break;
                }

                ValueTask<Outcome> serving = Serve();
                NoteRequest();
                NoteOutcome(serving.IsCompletedSuccessfully ? serving.Result : await Served(serving));
            }
            while (await _http.EndExchange() == Continuation.Keep && MayGoOn());
            LogEnd();
            await _http.Close();
            IsOver = true;
        }
        finally
        {
            worker.Ended(this);
        }
    }

    /// <summary>
    /// Too many configurations live, and this session holds one of the oldest (D-32). A request that is being served ends with it; a
    /// session that waits goes over to the newest, where its next request would belong, or ends if its listener is gone or demands more.
    /// </summary>
    public void LeaveGeneration()
    {
        if (IsBusy)
        {
            _connection.Abort();
            return;
        }

        ServedSocket newest = _socket.Current;
        if (newest == _socket || newest.Demands != _socket.Demands)
        {
            _connection.Close();
            return;
        }

        ReadOnlyMemory<byte> name = _host.Name;
        _socket = newest;
        _host = newest.Selector.Select(name.Span, port: null, out _);
        _place = _host.Server.Place;
    }

    /// <summary>It is over, and must not keep a configuration alive until it is used again.</summary>
    public void Forget()
    {
        _connection = null!;
        _facts = null;
        _socket = null!;
        _host = null!;
        _place = null!;
    }

    /// <summary>Ends a session that waits for a request; one that is busy ends after its answer.</summary>
    public void Stop()
    {
        if (!IsBusy && _connection.Input.IsEmpty)
        {
            _connection.Close();
        }
    }

    private void Begin(Connection connection, ServedSocket socket)
    {
        _connection = connection;
        _socket = socket;
        _host = socket.Selector.Default;
        IsBusy = false;
        IsOver = false;
        _place = _host.Server.Place;
        _named = null;
        _facts = null;
        _number = worker.NextConnection();
        _reason = EndReason.Done;
        _http.Open(connection);
        _http.RequestTimeout = _host.Server.RequestTimeout;
        if (TellsOfConnection)
        {
            // Asked now, it is known when the connection is closed.
            _ = connection.Local;
        }
    }

    /// <summary>Who is at the other end, or whom the PROXY header named.</summary>
    private Peer ConnectionPeer => (_named?.Peer ?? Peer.OfSocket(_connection.Peer)) with { Tls = _facts };

    /// <summary>Whether the connection has a line of its own, as far as is known.</summary>
    private bool TellsOfConnection => worker.Log.TellsOfConnections(_place);

    /// <summary>False where the connection does not begin as its listener demands.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadPreface()
    {
        Peer? peer = await worker.Preface.Read(_connection, _socket.TrustedProxies, _http.RequestTimeout);
        _named = peer is { Source: ClientSource.ProxyProtocol } named ? new NamedPeer(named) : null;
        return peer is not null;
    }

    /// <summary>False where the client and this server do not come to speak TLS.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ShakeHands()
    {
        if (_socket.Tls is not { } context)
        {
            return false;
        }

        TlsOutcome outcome = await worker.Tls.Handshakes.Accept(_connection, context, _http.RequestTimeout ?? worker.LongestHandshake);
        if (outcome != TlsOutcome.Established)
        {
            worker.LogHandshake(_connection, outcome);
            return false;
        }

        _facts = _socket.Demands.VerifiesClients ? _connection.Tls : null;
        return true;
    }

    private ValueTask<Outcome> Serve()
    {
        Exchange exchange = _http.Exchange;
        IsBusy = true;
        Continuation continuation = Follow();
        _host = _socket.Selector.Select(exchange.Head.Host, exchange.Head.HostPort, out HostChoice choice);
        ServedServer server = _host.Server;
        _http.RequestTimeout = server.RequestTimeout;
        _http.RequirePace(server.Pace);
        exchange.Body.Pace = server.BodyPace;
        exchange.Log.Server = _host.Name;
        exchange.Log.Connection = _number;
        if (_named is not null || _facts is not null)
        {
            exchange.Peer = ConnectionPeer;
        }

        if (_socket.TrustedProxies is { } trusted)
        {
            exchange.Peer = ForwardedFor.Resolve(exchange.Peer, exchange.Head, trusted);
        }

        if (exchange.Number >= server.MaxRequests || worker.Phase != WorkerPhase.Serving || continuation == Continuation.Close)
        {
            exchange.Response.Continuation = Continuation.Close;
        }

        return worker.Requests.Serve(exchange, _host, choice);
    }

    /// <summary>Takes the newest configuration, unless it demands something else of connections than this one did: then it ends.</summary>
    private Continuation Follow()
    {
        ServedSocket current = _socket.Current;
        if (current != _socket && current.Demands != _socket.Demands)
        {
            return Continuation.Close;
        }

        _socket = current;
        return Continuation.Keep;
    }

    private bool MayGoOn()
    {
        IsBusy = false;
        return worker.Phase != WorkerPhase.Stopping || !_connection.Input.IsEmpty;
    }

    /// <summary>Waits for an answer; by then the path in the handler's memory is somebody else's.</summary>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    private async ValueTask<Outcome> Served(ValueTask<Outcome> serving)
    {
        Outcome outcome = await serving;
        _http.Exchange.Log.Path = default;
        return outcome;
    }

    /// <summary>Called when a request is being served, before anything is waited for.</summary>
    private void NoteRequest()
    {
        _place = worker.Requests.Place;
        if (TellsOfConnection)
        {
            NotePath(_http.Exchange);
        }
    }

    private void NotePath(Exchange exchange)
    {
        _ = _connection.Local;
        _line ??= new ConnectionLine();
        ReadOnlySpan<byte> path = exchange.Log.Path.IsEmpty ? exchange.Head.Target : exchange.Log.Path.Span;
        if (_place.LogsConnections)
        {
            _line.Add(path);
        }

        ReadOnlySpan<byte> reason = exchange.Log.Sought.IsEmpty ? path : exchange.Log.Sought.Span;
        _line.NoteRequest(reason.IsEmpty ? EndReasons.Text(exchange.Rejection) : reason);
    }

    /// <summary>A request that gets no answer has a line all the same, and one whose answer fails has one in the error log.</summary>
    private void NoteOutcome(Outcome outcome)
    {
        Exchange exchange = _http.Exchange;
        if (!exchange.Response.HasStarted)
        {
            bool isDropped = outcome == Outcome.Sent;
            _reason = isDropped ? EndReason.Dropped : EndReasons.Of(outcome);
            LogUnanswered(isDropped ? 0 : outcome == Outcome.Expired ? StatusCode.RequestTimeout : EndReasons.ClientGone);
            return;
        }

        _reason = EndReasons.Of(outcome);
        _line?.NoteAnswer(exchange.Log.IsPage ? exchange.Log.Status : 0);
        if (outcome == Outcome.Truncated && !exchange.Log.HasFailure)
        {
            worker.Log.SayFailure(
                _place, _host.Name.Span, Facts(), exchange.Head.Target, "the file ended before its announced length"u8);
        }
    }

    /// <summary>A request that began and did not come whole has a line too.</summary>
    private void NoteEnding()
    {
        Ending ending = _http.Ending;
        _reason = EndReasons.Of(ending);
        if (ending is not (Ending.Abandoned or Ending.Late))
        {
            return;
        }

        Exchange exchange = _http.Exchange;
        exchange.Peer = ConnectionPeer;
        exchange.Log.Server = _host.Name;
        _place = _host.Server.Place;
        if (TellsOfConnection)
        {
            NotePath(exchange);
        }

        LogUnanswered(ending == Ending.Late ? StatusCode.RequestTimeout : EndReasons.ClientGone);
    }

    private void LogUnanswered(int status)
    {
        Exchange exchange = _http.Exchange;
        exchange.Log.Status = status;
        exchange.Log.Bytes = 0;
        _line?.NoteAnswer(0);
        worker.Log.Say(exchange, _place);
    }

    private void LogEnd()
    {
        if (TellsOfConnection)
        {
            worker.Log.SayEnd(_line ??= new ConnectionLine(), _place, _host.Name.Span, Facts(), EndReasons.Text(_reason));
        }

        _line?.Clear();
    }

    private ConnectionFacts Facts() => new(_number, worker.Sessions, ConnectionPeer.Client, _connection.Local);

    private sealed record NamedPeer(Peer Peer);
}
