using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Engine.Streams;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Health;
using Sluice.Relayd.Processes;
using Sluice.Relayd.Relaying;
using Sluice.Unit.Fakes;

using Xunit;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Relayd.Processes;

/// <summary>A relay process, but for the process: its parent, the other roles, its clients and its host are the test.</summary>
public sealed class RelayProcessTests : IDisposable
{
    private const int HostPlace = 1;

    private static readonly TimeSpan _timeout = TimeSpan.FromHours(1);

    private readonly LoopRun _run = new();
    private readonly Statistics _statistics = Statistics.Create("test");
    private readonly SharedPages _health = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly SharedPages _counters = SharedPages.Create("relays", Roles.RelayCounters.Count, CounterSpacing.Dense);
    private readonly ListenSocket _socket = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
    private readonly ListenSocket _host = ListenSocket.Open(TcpPair.AnyPort, new ListenOptions(), out _)!;
    private readonly SaidLines _said = new();
    private readonly List<Connection> _hosts = [];
    private readonly ChildContext _context;
    private readonly Channel _control;
    private readonly Channel _hce;

    public RelayProcessTests()
    {
        _context = new ChildContext(Roles.Relayd.Find("relay")!, 0, _run.Loop, new Log(_said, 0), _statistics);
        _context.Take(new AreaKey(Roles.Health.Name, 0), _health);
        _context.Take(new AreaKey(Roles.RelayCounters.Name, 0), _counters);
        _control = Connect("control");
        _hce = Connect("hce");
        Give(1, _timeout);
    }

    public void Dispose()
    {
        _hosts.ForEach(static host => host.Close());
        _socket.Dispose();
        _host.Dispose();
        _control.Dispose();
        _hce.Dispose();
        _run.Dispose();
        _statistics.Dispose();
        _health.Dispose();
        _counters.Dispose();
    }

    [Fact]
    public void It_says_which_hosts_it_has() => Run(() =>
    {
        Assert.Equal([$"Info adding 1 hosts from table hosts:{_host.Address.Port} (no check)"], _said.Lines);
        return default;
    });

    [Fact]
    public void Control_is_told_of_all_sessions_in_parts()
    {
        const int Sessions = SessionsAnswer.MostEntries + 1;
        IReadOnlyList<SessionsAnswer> answers = [];
        Run(async () =>
        {
            IReadOnlyList<Connection> clients = await ConnectClients(Sessions);
            WireWriter writer = new();
            new SessionsRequest(42).Write(writer);
            _ = _control.TrySend(writer.Written);
            answers = await Answers();
            Assert.All(clients, static client => client.Abort());
        });

        Assert.Equal([SessionsAnswer.MostEntries, 1], answers.Select(static answer => answer.Entries.Count));
        Assert.Equal(Enumerable.Range(1, Sessions).Select(static id => (long)id), answers.SelectMany(static answer => answer.Entries).Select(static entry => entry.Id));
    }

    [Fact]
    public void A_host_that_goes_down_ends_its_sessions() => Run(async () =>
    {
        Connection client = await ConnectClient();
        WireWriter writer = new();
        new HostDown(HostPlace).Write(writer);
        _ = _hce.TrySend(writer.Written);

        Assert.NotEqual(Fill.More, await End(client));
    });

    [Fact]
    public void A_session_outlives_seven_reloads_and_not_the_eighth() => Run(async () =>
    {
        Connection client = await ConnectClient();
        Reload(2, 8, static generation => TimeSpan.FromMinutes(generation));
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Fill.Again, client.TryFill());
        Reload(9, 9, static generation => TimeSpan.FromMinutes(generation));
        Assert.NotEqual(Fill.More, await End(client));
    });

    [Fact]
    public void A_session_outlives_any_number_of_changes_of_hosts() => Run(async () =>
    {
        Connection client = await ConnectClient();
        Reload(2, 30, static _ => _timeout);
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Fill.Again, client.TryFill());
        client.Close();
    });

    [Fact]
    public void A_process_whose_successor_accepts_ends_with_its_last_session() => Run(async () =>
    {
        Connection client = await ConnectClient();
        _context.Leaving!([1]);
        await _run.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(Fill.Again, client.TryFill());
        client.Close();
    });

    private void Run(Func<ValueTask> scenario) => _run.Run(async () =>
    {
        RelayProcess.Run(_context);
        await scenario();
        _context.Stopping?.Invoke();
    });

    private Channel Connect(string role)
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        theirs.Attach(_run.Loop);
        _context.Take(new Peer(role, 0, theirs));
        return ours;
    }

    private void Give(uint generation, TimeSpan timeout)
    {
        RelaydConfiguration configuration = new()
        {
            Prefork = 1,
            Tables =
            [
                new Table
                {
                    Id = 1,
                    Definition = "hosts",
                    Port = _host.Address.Port,
                    Hosts = [new Host { Id = 1, Name = "host", Address = IPAddress.Loopback, Place = HostPlace, Weight = (int)generation }],
                },
            ],
            Relays =
            [
                new Relay
                {
                    Id = 1,
                    Name = "test",
                    Place = 1,
                    Listen = new IPEndPoint(IPAddress.Loopback, _socket.Address.Port),
                    ClosesOnHostDown = true,
                    SessionTimeout = timeout,
                    Forward = new Forwarding { Tables = [new TableUse(1, ScheduleMode.RoundRobin, [])] },
                },
            ],
        };
        int descriptor = generation == 1 ? _socket.Release() : -1;
        _context.Take(
            generation,
            ConfigurationWire.Write(ConfigurationWire.ForRelays(configuration)),
            [new InheritedListener(1, RelaySockets.KeyOf(configuration.Relays[0], configuration.ProtocolOf(configuration.Relays[0])), descriptor)]);
    }

    private void Reload(uint first, uint last, Func<uint, TimeSpan> timeout)
    {
        for (uint generation = first; generation <= last; generation++)
        {
            Give(generation, timeout(generation));
            _context.Reconfigured();
        }
    }

    private async ValueTask<IReadOnlyList<Connection>> ConnectClients(int count)
    {
        List<Connection> clients = [];
        while (clients.Count < count)
        {
            clients.Add(await ConnectClient());
        }

        return clients;
    }

    private async ValueTask<IReadOnlyList<SessionsAnswer>> Answers()
    {
        List<SessionsAnswer> answers = [];
        while (answers.Count == 0 || !answers[^1].IsLast)
        {
            answers.AddRange(Received());
            await _run.Loop.NextTurn();
        }

        return answers;
    }

    private async ValueTask<Connection> ConnectClient()
    {
        ConnectResult result = await Connector.Connect(_run.Loop, _socket.Address, _run.Loop.Timeouts(TimeSpan.FromHours(1)));
        int fd;
        SocketAddress peer;
        while (Socket.Accept(_host.Descriptor, out fd, out peer) != Errno.None)
        {
            await _run.Loop.NextTurn();
        }

        _hosts.Add(new Connection(_run.Loop));
        _hosts[^1].Open(fd, peer, listener: null);
        return result.Connection!;
    }

    private static async ValueTask<Fill> End(Connection connection)
    {
        Fill fill;
        while ((fill = connection.TryFill()) == Fill.Again && await connection.Readable() == Wake.Ready)
        {
            // Nothing yet.
        }

        return fill;
    }

    private IEnumerable<SessionsAnswer> Received()
    {
        byte[] message = new byte[Channel.LongestMessage];
        while (Receive(message) is { } answer)
        {
            yield return answer;
        }
    }

    // Null where there is none now.
    private SessionsAnswer? Receive(byte[] message)
    {
        ChannelResult received = _control.TryReceive(message, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        return received.Status == ChannelStatus.Done ? SessionsAnswer.Read(message.AsSpan(0, received.LengthBytes)) : null;
    }
}
