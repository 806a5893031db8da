using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

using Sluice.Configuration.Grammar;
using Sluice.Daemon.Keys;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Engine.Streams;
using Sluice.Http;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Datagrams;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Relayd.Rules;
using Sluice.Relayd.Tls;
using Sluice.Unit.Fakes;

using ProtocolType = System.Net.Sockets.ProtocolType;
using Socket = System.Net.Sockets.Socket;
using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Relayd.Datagrams;

/// <summary>A relay of the DNS on a loop of the test, between a client and a host that the test plays.</summary>
internal sealed class NamesRun : IDisposable
{
    public static readonly TimeSpan SessionTimeout = TimeSpan.FromSeconds(20);

    private const int HostPlace = 3;
    private const int RelayPlace = 5;

    private readonly SharedPages _health = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly SharedPages _counters = SharedPages.Create("relays", Roles.RelayCounters.Count, CounterSpacing.Dense);
    private readonly LoopRun _run = new();
    private readonly UrlDigests _digests = new();
    private readonly List<string> _said = [];
    private readonly SaidLines _warned = new();
    private readonly List<int> _failed = [];
    private readonly byte[] _received = new byte[1024];

    public NamesRun()
    {
        Host = Open();
        Host.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Board = new RelayBoard(_counters);
        SessionSet sessions = new(
            Loop, Board, new Sluice.Relayd.Relaying.SessionLog(_said.Add, _said.Add), new RequestLog(Loop, Log.LongestText, static _ => { }),
            new HostFailures(_failed.Add), new ProxyPreface(_said.Add));
        Queries = new QueryTable(Loop, sessions, [.. Enum.GetValues<Flaw>().Select(_ => new RareWarning(Loop, new Log(_warned, 0)))]);
        using ListenSocket socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions { Kind = ListenKind.Datagram }, out _)!;
        Relay = new DatagramRelay(Queries, DatagramSocket.Adopt(Loop, socket.Release()), Serve(Sluice.Relayd.Configuration.SessionLog.All));
        Client = Open();
        Client.Connect(IPAddress.Loopback, Relay.Address.Port);
    }

    public EventLoop Loop => _run.Loop;

    public RelayBoard Board { get; }

    public QueryTable Queries { get; }

    public DatagramRelay Relay { get; }

    public Socket Client { get; }

    public Socket Host { get; }

    public IReadOnlyList<string> Said => _said;

    /// <summary>What was said of datagrams that were dropped.</summary>
    public IReadOnlyList<string> Warned => _warned.Lines;

    /// <summary>Places of hosts at which too many sessions failed.</summary>
    public IReadOnlyList<int> Failed => _failed;

    public long Total => Board.Total(RelayPlace);

    public long OpenSessions => Board.Open(RelayPlace);

    public long Dropped => Board.Dropped(RelayPlace);

    public SocketAddress HostAddress => SocketAddress.FromIp([127, 0, 0, 1], ((IPEndPoint)Host.LocalEndPoint!).Port);

    /// <summary>A new configuration: nothing is logged.</summary>
    public void Silence() => Relay.Take(Serve(Sluice.Relayd.Configuration.SessionLog.None));

    public void Run(Func<ValueTask> scenario) => _run.Run(async () =>
    {
        await scenario();
        Relay.Close();
    });

    public ValueTask Pass(TimeSpan time) => _run.Pass(time);

    public ValueTask Until(Func<bool> holds) => _run.Until(holds);

    /// <summary>A query as a client sends it.</summary>
    public static byte[] Query(ushort id, byte letter = (byte)'a') => [(byte)(id >> 8), (byte)(id & byte.MaxValue), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, letter, 0, 0, 1, 0, 1];

    public void Ask(ushort id, byte letter = (byte)'a') => Client.Send(Query(id, letter));

    /// <summary>What the host gets next, and from where.</summary>
    public async ValueTask<(byte[] Query, EndPoint From)> AtHost()
    {
        await Until(() => Host.Available > 0);
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        int length = Host.ReceiveFrom(_received, ref from);
        return (_received[..length], from);
    }

    /// <summary>What the client gets next.</summary>
    public async ValueTask<byte[]> AtClient()
    {
        await Until(() => Client.Available > 0);
        return _received[..Client.Receive(_received)];
    }

    public static byte[] AnswerTo(byte[] query)
    {
        byte[] answer = [.. query];
        answer[2] |= 0x80;
        return answer;
    }

    public void Dispose()
    {
        Client.Dispose();
        Host.Dispose();
        _run.Dispose();
        _health.Dispose();
        _counters.Dispose();
        _digests.Dispose();
    }

    private static Socket Open() => new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1024 * 1024 };

    private ServedRelay Serve(Sluice.Relayd.Configuration.SessionLog says)
    {
        HealthBoard health = new(_health);
        health.Write(HostPlace, new HostHealth { State = HostState.Up });
        RelaydConfiguration configuration = new()
        {
            Log = new LogSettings { Sessions = says },
            Tables =
            [
                new Table
                {
                    Id = 1,
                    Definition = "hosts",
                    Port = HostAddress.Port,
                    Check = new DnsCheck("."),
                    Hosts = [new Host { Id = 1, Name = "host", Address = IPAddress.Loopback, Place = HostPlace, Failures = 2 }],
                },
            ],
            Protocols = [new Protocol { Id = 1, Name = "names", Type = Sluice.Relayd.Configuration.ProtocolType.Dns, Tcp = TcpOptions.None }],
            Relays =
            [
                new Relay
                {
                    Id = 1,
                    Name = "test",
                    Place = RelayPlace,
                    ProtocolId = 1,
                    Listen = new IPEndPoint(IPAddress.Loopback, 1),
                    SessionTimeout = SessionTimeout,
                    Forward = new Forwarding { Tables = [new TableUse(1, ScheduleMode.RoundRobin, [])] },
                },
            ],
        };
        TlsService tls = new(Loop, new Log(new SaidLines(), 0), Preparation.None);
        return new ServedRelay(
            configuration, configuration.Relays[0], new RelayEnvironment(Loop, 1, health, new PipePool(1), new RuleEnvironment(_digests, _said.Add, _said.Add), tls, AddressSets.Of(configuration.TrustedProxies), new HostConnectors(former: null)));
    }
}
