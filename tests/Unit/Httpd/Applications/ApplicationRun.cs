using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Messages;
using Sluice.Httpd.Applications;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Handlers;
using Sluice.Httpd.Serving;
using Sluice.Unit.Fakes;
using Sluice.Unit.Httpd.Serving;

using ClientSocket = System.Net.Sockets.Socket;

namespace Sluice.Unit.Httpd.Applications;

/// <summary>
/// A server process's part in front of an application, both on the test's loop, and clients. Clients and application are sockets of the test, whose buffers
/// take so much that none keeps the server waiting.
/// </summary>
internal sealed class ApplicationRun : IDisposable
{
    private const int SocketLevel = 1, ForcedSendBuffer = 32, ForcedReceiveBuffer = 33;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sluice-application-");
    private readonly ClientSocket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly HttpEnvironment _environment;
    private readonly ApplicationHandler _handler;
    private readonly ServedHost _host;
    private readonly WorkThread _thread;
    private readonly Place _place;
    private int _port;

    public ApplicationRun(UriScheme scheme)
    {
        Widen(_listener);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Settings settings = new() { Root = _folder.FullName, FastCgi = new FastCgi { Host = (IPEndPoint)_listener.LocalEndPoint! } };
        Server server = Servers.Named("test", new IPEndPoint(IPAddress.Loopback, 80));
        _place = new Place(server, settings, new(), 1, Existence.Any, 0, scheme);
        _host = new ServedHost(new MatchText(NameKind.Glob, "test"u8.ToArray()), Servers.Listen, new ServedServer(server, _place, new LocationSelector([], [])));
        _environment = new HttpEnvironment(Loop, HttpLimits.Default);
        FileCache files = new(Loop, new FileCacheLimits());
        FileHandler pages = new(Loop, files, new ErrorAnswers(files, Said.Add), Said.Add, Said.Add);
        _thread = new WorkThread(Loop, WorkPriority.Equal);
        Spools = new SpoolFiles(Loop, _thread, () => SpoolRequests++);
        _handler = new ApplicationHandler(Loop, pages, files, Spools, (_, _, text) => Said.Add(Encoding.Latin1.GetString(text)));
    }

    public LoopRun Run { get; } = new();

    public EventLoop Loop => Run.Loop;

    public SpoolFiles Spools { get; }

    /// <summary>How many files were asked for.</summary>
    public int SpoolRequests { get; private set; }

    /// <summary>What the error log was told.</summary>
    public List<string> Said { get; } = [];

    /// <summary>The request that came last; null when it was answered.</summary>
    public Exchange? Exchange { get; private set; }

    /// <summary>How many connections are open.</summary>
    public int Sessions { get; private set; }

    /// <summary>Runs a scenario with a client that is connected to the server.</summary>
    public void With(Func<ClientSocket, ValueTask> scenario)
    {
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        _port = socket.Address.Port;
        using ClientSocket client = Connect();
        Listener listener = new(Loop, socket.Release(), Session, new ListenerOptions());
        Run.Run(async () =>
        {
            await scenario(client);
            client.Close();
            await Until(() => Sessions == 0);
            listener.Close();
        });
    }

    /// <summary>A further client.</summary>
    public ClientSocket Connect()
    {
        ClientSocket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Widen(client);
        client.Connect(IPAddress.Loopback, _port);
        return client;
    }

    /// <summary>What comes next to a client.</summary>
    public async ValueTask<string> Receive(ClientSocket client)
    {
        byte[] text = new byte[4096];
        await Until(() => client.Poll(0, SelectMode.SelectRead));
        return Encoding.Latin1.GetString(text, 0, client.Receive(text));
    }

    /// <summary>The application's end of the next connection to it; the request is on its way.</summary>
    public async ValueTask<ClientSocket> Accept()
    {
        await Until(() => _listener.Poll(0, SelectMode.SelectRead));
        ClientSocket accepted = _listener.Accept();
        Widen(accepted);
        return accepted;
    }

    /// <summary>Takes turns of the loop until it holds.</summary>
    public async ValueTask Until(Func<bool> holds)
    {
        while (!holds())
        {
            await Loop.NextTurn();
        }
    }

    /// <summary>The most by which a number grows in one turn, until it is so large.</summary>
    public async ValueTask<long> MostOfTurn(Func<long> number, long all)
    {
        long last = number(), most = 0;
        while (last < all)
        {
            await Loop.NextTurn();
            long now = number();
            most = long.Max(most, now - last);
            last = now;
        }

        return most;
    }

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Dispose();
        Run.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void Widen(ClientSocket socket)
    {
        ReadOnlySpan<byte> bytes = BitConverter.GetBytes(32 * 1024 * 1024);
        socket.SetRawSocketOption(SocketLevel, ForcedSendBuffer, bytes);
        socket.SetRawSocketOption(SocketLevel, ForcedReceiveBuffer, bytes);
    }

    private async ValueTask Session(Connection connection)
    {
        HttpConnection http = new(_environment) { RequestTimeout = Loop.Timeouts(TimeSpan.FromSeconds(60)) };
        http.Open(connection);
        Sessions++;
        while (await http.ReadHead() == HeadResult.Request)
        {
            Exchange = http.Exchange;
            _ = await _handler.Serve(http.Exchange, _place, _host, "/"u8, default);
            Exchange = null;
            if (await http.EndExchange() != Continuation.Keep)
            {
                break;
            }
        }

        await http.Close();
        Sessions--;
    }
}
