using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Httpd.Processes;

namespace Sluice.Httpd.Serving;

/// <summary>One client's connection, from accept to close. Used again for the next one.</summary>
internal sealed class ClientSession
{
    /// <summary>Room in the output that the head of any of our own answers fits into, so that none waits for it.</summary>
    private const int RoomForHead = 8 * 1024;

    /// <summary>Enough for an IPv6 address with a zone.</summary>
    private const int SocketAddressText = 64;

    private readonly Worker _worker;
    private readonly HttpConnection _http;
    private readonly byte[] _clientText = new byte[SocketAddressText];
    private Connection _connection = null!;
    private ServedSocket _socket = null!;
    private ServedHost _host = null!;

    /// <summary>Bytes of the client's address in text; 0 until a line needs it.</summary>
    private int _clientLength;

    /// <summary>A session without a connection.</summary>
    public ClientSession(Worker worker)
    {
        _worker = worker;
        _http = new HttpConnection(worker.Http) { Answered = Log };
    }

    /// <summary>The session that began before this one, among those that are open.</summary>
    public ClientSession? Older { get; set; }

    /// <summary>The session that began after it.</summary>
    public ClientSession? Newer { get; set; }

    /// <summary>The configuration that its current request is served by, or that its last one was.</summary>
    public uint Generation => _socket.Generation;

    /// <summary>A request is being served; otherwise the session waits for one.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Serves a connection until it ends.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask Run(Connection connection, ServedSocket socket)
    {
        Begin(connection, socket);
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
                break;
            }

            if (connection.Buffered > 0 && connection.Room < RoomForHead && await connection.Flush() != Wake.Ready)
            {
                break;
            }

            await Serve();
        }
        while (await _http.EndExchange() == Continuation.Keep && MayGoOn());
        await _http.Close();
    }

    /// <summary>Ends the session whatever it is doing.</summary>
    public void Abort() => _connection.Abort();

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
        _clientLength = 0;
        _http.Open(connection);
        _http.RequestTimeout = _host.Server.RequestTimeout;
    }

    private ValueTask<Outcome> Serve()
    {
        Exchange exchange = _http.Exchange;
        IsBusy = true;
        _socket = _socket.Current;
        _host = _socket.Selector.Select(exchange.Head.Host, exchange.Head.HostPort);
        ServedServer server = _host.Server;
        _http.RequestTimeout = server.RequestTimeout;
        exchange.Log.Server = _host.Name;
        if (exchange.Number >= server.MaxRequests || _worker.IsStopping)
        {
            exchange.Response.Continuation = Continuation.Close;
        }

        return _worker.Requests.Serve(exchange, _host);
    }

    private bool MayGoOn()
    {
        IsBusy = false;
        return !_worker.IsStopping || !_connection.Input.IsEmpty;
    }

    /// <summary>Called when the head of an answer goes out (H-LOG-22).</summary>
    private void Log(Exchange exchange)
    {
        if (_clientLength == 0)
        {
            _clientLength = exchange.Peer.Client.WriteHost(_clientText);
        }

        _worker.Log(exchange, _worker.Requests.Place, _clientText.AsSpan(0, _clientLength));
    }
}
