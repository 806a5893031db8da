using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Unit.Fakes;

namespace Sluice.Unit.Relayd.Control;

/// <summary>The control process without its sockets: the test is the clients, hce, the relays and the parent.</summary>
internal sealed class ControlRun : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly SharedPages _health = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly List<Channel> _channels = [];
    private readonly List<SteeringKind> _steered = [];
    private readonly SessionLists _sessions;
    private readonly Steering _steering;
    private readonly HealthChannel _healthChannel;

    public ControlRun(int hosts = 3)
    {
        Current = new CurrentConfiguration(1, OneTable(hosts));
        _healthChannel = new HealthChannel(Loop, Heard.Add);
        _steering = new Steering(Loop, Steer);
        _sessions = new SessionLists(Loop);
        Handler = new RequestHandler(Loop, () => Current, new HealthCommands(Loop, _healthChannel, () => Current), _steering);
        HealthBoard board = new(_health);
        SessionStatistics statistics = new(static () => []);
        Surroundings = new ClientSurroundings(
            Loop, new Log(new SaidLines(), verbosity: 2), Handler, _sessions, () => new Inventory(Current.Configuration, board, statistics, statistics));
    }

    public EventLoop Loop => _run.Loop;

    public CurrentConfiguration Current { get; set; }

    public RequestHandler Handler { get; }

    public ClientSurroundings Surroundings { get; }

    /// <summary>What hce said that was no answer.</summary>
    public List<HealthMessage> Heard { get; } = [];

    /// <summary>What the parent was asked.</summary>
    public IReadOnlyList<SteeringKind> Steered => _steered;

    /// <summary>What it was asked with, last.</summary>
    public (byte[] Content, int Descriptor) LastSteered { get; private set; }

    /// <summary>What the parent answers; null for nothing.</summary>
    public SteeringResult? ParentAnswer { get; set; } = new SteeringResult(0, SteeringOutcome.Done, "");

    public static RelaydConfiguration OneTable(int hosts) => new()
    {
        Tables =
        [
            new Table
            {
                Id = 1,
                Place = 0,
                Definition = "web",
                Port = 80,
                Check = new ConnectCheck(CheckTransport.Tcp),
                Hosts = [.. Enumerable.Range(1, hosts).Select(static id => new Host
                {
                    Id = id,
                    Place = id,
                    Name = id % 2 == 0 ? "even.example" : $"host{id}.example",
                    Address = new IPAddress([10, 0, (byte)(id / 256), (byte)(id % 256)]),
                })],
            },
        ],
        Relays =
        [
            new Relay
            {
                Id = 1,
                Name = "www",
                Listen = new IPEndPoint(IPAddress.Loopback, 80),
                Forward = new Forwarding { Tables = [new TableUse(1, ScheduleMode.RoundRobin, [])] },
            },
        ],
    };

    public void Run(Func<ValueTask> scenario) => _run.Run(scenario);

    public ValueTask Pass(TimeSpan time) => _run.Pass(time);

    /// <summary>A client of a user.</summary>
    public Channel Client(uint user = 0)
    {
        Channel ours = Pair(out Channel theirs);
        Loop.Spawn(() => new ClientSession(Surroundings, theirs, new PeerCredentials(1, user, user)).Run());
        return ours;
    }

    /// <summary>An hce; the test is it.</summary>
    public Channel Hce()
    {
        Channel ours = Pair(out Channel theirs);
        _healthChannel.Connect(theirs);
        return ours;
    }

    /// <summary>A relay process; the test is it.</summary>
    public Channel Relay(int instance)
    {
        Channel ours = Pair(out Channel theirs);
        _sessions.Connect(instance, theirs);
        return ours;
    }

    /// <summary>Asks, and takes the whole answer.</summary>
    public static async ValueTask<List<Reply>> Ask(Channel client, Request request, params int[] descriptors)
    {
        Send(client, request, descriptors);
        return await Answer(client);
    }

    public static void Send(Channel client, Request request, params int[] descriptors)
    {
        WireWriter writer = new();
        request.Write(writer);
        _ = client.TrySend(writer.Written, descriptors);
    }

    /// <summary>All replies up to the end of the answer; without one where the connection ends.</summary>
    public static async ValueTask<List<Reply>> Answer(Channel client)
    {
        List<Reply> replies = [];
        while (!replies.OfType<End>().Any() && await Receive(client) is { } message)
        {
            _ = Reply.TryRead(message, replies);
        }

        return replies;
    }

    /// <summary>The next message; null at the end.</summary>
    public static async ValueTask<byte[]?> Receive(Channel channel)
    {
        byte[] buffer = new byte[Channel.LongestMessage];
        while (true)
        {
            ChannelResult received = channel.TryReceive(buffer, out ReceivedDescriptors descriptors);
            descriptors.Dispose();
            switch (received.Status)
            {
                case ChannelStatus.Done:
                    return buffer[..received.LengthBytes];
                case ChannelStatus.Again:
                    _ = await channel.Readable();
                    break;
                default:
                    return null;
            }
        }
    }

    /// <summary>What hce was told next.</summary>
    public static async ValueTask<HealthMessage?> ToldHce(Channel hce) => HealthMessage.Read(await Receive(hce));

    public static void Say(Channel hce, HealthMessage message)
    {
        WireWriter writer = new();
        message.Write(writer);
        _ = hce.TrySend(writer.Written);
    }

    /// <summary>What a relay was asked next.</summary>
    public static async ValueTask<long> AskedRelay(Channel relay)
    {
        _ = SessionsRequest.TryRead(await Receive(relay), out SessionsRequest request);
        return request.Number;
    }

    public static void Say(Channel relay, SessionsAnswer answer)
    {
        WireWriter writer = new();
        answer.Write(writer);
        _ = relay.TrySend(writer.Written);
    }

    public void Dispose()
    {
        _channels.ForEach(static channel => channel.Dispose());
        _health.Dispose();
        _run.Dispose();
    }

    private Channel Pair(out Channel theirs)
    {
        (Channel ours, theirs) = Channel.CreatePair();
        ours.Attach(Loop);
        theirs.Attach(Loop);
        _channels.Add(ours);
        _channels.Add(theirs);
        return ours;
    }

    private int Steer(SteeringKind kind, ReadOnlyMemory<byte> content, int descriptor)
    {
        _steered.Add(kind);
        LastSteered = (content.ToArray(), descriptor);
        int number = _steered.Count;
        if (ParentAnswer is { } answer)
        {
            Loop.Spawn(async () =>
            {
                await Loop.NextTurn();
                _steering.Take(answer with { Number = number });
            });
        }

        return number;
    }
}
