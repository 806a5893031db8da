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
/// <param name="worker">The process that it runs in.</param>
internal sealed class ClientSession(Worker worker)
{
    /// <summary>Room in the output that the head of any of our own answers fits into, so that none waits for it.</summary>
    private const int RoomForHead = 8 * 1024;

    private readonly HttpConnection _http = new(worker.Http);
    private Connection _connection = null!;
    private ServedSocket _socket = null!;
    private ServedHost _host = null!;

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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask Run(Connection connection, ServedSocket socket)
    {
        Begin(connection, socket);
        try
        {
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
            IsOver = true;
        }
        finally
        {
            worker.Ended(this);
        }
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
        IsBusy = false;
        IsOver = false;
        _http.Open(connection);
        _http.RequestTimeout = _host.Server.RequestTimeout;
    }

    private ValueTask<Outcome> Serve()
    {
        Exchange exchange = _http.Exchange;
        IsBusy = true;
        _socket = _socket.Current;
        _host = _socket.Selector.Select(exchange.Head.Host, exchange.Head.HostPort, out HostChoice choice);
        ServedServer server = _host.Server;
        _http.RequestTimeout = server.RequestTimeout;
        exchange.Log.Server = _host.Name;
        if (exchange.Number >= server.MaxRequests || worker.IsStopping)
        {
            exchange.Response.Continuation = Continuation.Close;
        }

        return worker.Requests.Serve(exchange, _host, choice);
    }

    private bool MayGoOn()
    {
        IsBusy = false;
        return !worker.IsStopping || !_connection.Input.IsEmpty;
    }
}
