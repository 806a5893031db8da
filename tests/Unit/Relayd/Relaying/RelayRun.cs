using System;
using System.Collections.Generic;
using System.Net;
using System.Text;
using System.Threading.Tasks;

using Sluice.Configuration.Grammar;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Relayd.Rules;
using Sluice.Relayd.Tls;
using Sluice.Unit.Fakes;

using Xunit;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>A relay on a loop of the test, between clients and a host that the test plays.</summary>
internal sealed class RelayRun : IDisposable
{
    public const int HostPlace = 3;

    private const int RelayPlace = 5;
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly SharedPages _health = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly SharedPages _counters = SharedPages.Create("relays", Roles.RelayCounters.Count, CounterSpacing.Dense);
    private readonly LoopRun _run = new();
    private readonly ListenSocket _host = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
    private readonly UrlDigests _digests = new();
    private readonly List<string> _said = [];
    private readonly List<string> _requests = [];
    private readonly List<int> _failed = [];
    private readonly Listener _listener;

    public RelayRun()
    {
        Health = new HealthBoard(_health);
        Health.Write(HostPlace, new HostHealth { State = HostState.Up });
        Board = new RelayBoard(_counters);
        Pipes = new PipePool(4);
        Sessions = new SessionSet(
            Loop, Board, new Sluice.Relayd.Relaying.SessionLog(line => _said.Add("info: " + line), line => _said.Add("warning: " + line)),
            new RequestLog(Loop, Log.LongestText, TakeRequest),
            new HostFailures(_failed.Add), new ProxyPreface(_said.Add));
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
        Configuration = Default(socket.Address.Port);
        _listener = new Listener(Loop, socket.Release(), client => Sessions.Serve(client, Relay), new ListenerOptions());
    }

    public EventLoop Loop => _run.Loop;

    public HealthBoard Health { get; }

    public RelayBoard Board { get; }

    public PipePool Pipes { get; }

    public SessionSet Sessions { get; }

    /// <summary>TLS of the process; nobody signs as long as no test lets somebody do it.</summary>
    public TlsService Tls => field ??= new TlsService(Loop, new Log(new SaidLines(), 0), Preparation.Tls);

    /// <summary>To be changed before the first client comes.</summary>
    public RelaydConfiguration Configuration { get; set; }

    public ServedRelay Relay => field ??= Serve(1);

    public IReadOnlyList<string> Said => _said;

    /// <summary>Places of hosts at which too many sessions failed.</summary>
    public IReadOnlyList<int> Failed => _failed;

    /// <summary>How many lines the access log has.</summary>
    public int RequestCount { get; private set; }

    /// <summary>Whether they are kept, which allocates.</summary>
    public bool KeepsRequests { get; set; } = true;

    /// <summary>Lines of the access log.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Lines for whoever looks for a fault; none where nobody does.</summary>
    public SocketAddress Address => _listener.Address;

    public SocketAddress HostAddress => _host.Address;

    public long Total => Board.Total(RelayPlace);

    public long Open => Board.Open(RelayPlace);

    public void ChangeRelay(Func<Relay, Relay> change) => Configuration = Configuration with { Relays = [change(Configuration.Relays[0])] };

    public void ChangeProtocol(Func<Protocol, Protocol> change) => Configuration = Configuration with { Protocols = [change(Configuration.Protocols[0])] };

    public void ChangeTable(Func<Table, Table> change) => Configuration = Configuration with { Tables = [change(Configuration.Tables[0])] };

    /// <summary>The relay has a successor by the configuration as it is now; clients that come are still the first one's.</summary>
    public void Succeed() => Relay.Successor = Serve(2);

    public void Run(Func<ValueTask> scenario) => _run.Run(async () =>
    {
        await scenario();
        Sessions.Close();
        _listener.Release();
    });

    public ValueTask Pass(TimeSpan time) => _run.Pass(time);

    public async ValueTask<Connection> ConnectClient()
    {
        ConnectResult result = await Connector.Connect(Loop, Address, Loop.Timeouts(_hour));
        Assert.Equal(Errno.None, result.Error);
        return result.Connection!;
    }

    /// <summary>A client, and the connection that its session has with the host.</summary>
    public async ValueTask<(Connection Client, Connection Host)> Connect()
    {
        Connection client = await ConnectClient();
        return (client, await AcceptHost());
    }

    public async ValueTask<Connection> AcceptHost()
    {
        int fd;
        SocketAddress peer;
        while (Socket.Accept(_host.Descriptor, out fd, out peer) != Errno.None)
        {
            await Loop.NextTurn();
        }

        Connection host = Loop.SpareConnections.TryPop(out Connection? spare) ? spare : new Connection(Loop);
        host.Open(fd, peer, listener: null);
        return host;
    }

    /// <summary>Until the relay has no session; the run has a limit.</summary>
    public ValueTask Emptied() => Until(() => Sessions.Count == 0);

    /// <summary>Until something holds; the run has a limit.</summary>
    public async ValueTask Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Loop.NextTurn();
        }
    }

    public static async ValueTask<Fill> End(Connection connection)
    {
        while (true)
        {
            Fill fill = connection.TryFill();
            connection.Discard();
            if (fill != Fill.More && (fill != Fill.Again || await connection.Readable() != Wake.Ready))
            {
                return fill;
            }
        }
    }

    public void CloseHost() => _host.Dispose();

    public void Dispose()
    {
        _host.Dispose();
        _run.Dispose();
        _health.Dispose();
        _counters.Dispose();
        _digests.Dispose();
    }

    private void TakeRequest(ReadOnlySpan<byte> line)
    {
        RequestCount++;
        if (KeepsRequests)
        {
            _requests.Add(Encoding.ASCII.GetString(line));
        }
    }

    private ServedRelay Serve(uint generation) =>
        new(Configuration, Configuration.Relays[0], new RelayEnvironment(Loop, generation, Health, Pipes, new RuleEnvironment(_digests, _said.Add, _said.Add), Tls, AddressSets.Of(Configuration.TrustedProxies), new HostConnectors(former: null)));

    private RelaydConfiguration Default(int port) => new()
    {
        Log = new LogSettings { Sessions = Sluice.Relayd.Configuration.SessionLog.All },
        Tables =
        [
            new Table
            {
                Id = 1,
                Definition = "hosts",
                Port = _host.Address.Port,
                Check = new ScriptCheck("/check"),
                Hosts = [new Host { Id = 1, Name = "host", Address = IPAddress.Loopback, Place = HostPlace }],
            },
        ],
        Protocols = [new Protocol { Id = 1, Name = "plain", Tcp = TcpOptions.None }],
        Tags = ["FIRST", "SECOND"],
        Relays =
        [
            new Relay
            {
                Id = 1,
                Name = "test",
                Place = RelayPlace,
                ProtocolId = 1,
                Listen = new IPEndPoint(IPAddress.Loopback, port),
                Forward = new Forwarding { Tables = [new TableUse(1, ScheduleMode.RoundRobin, [])] },
            },
        ],
    };
}
