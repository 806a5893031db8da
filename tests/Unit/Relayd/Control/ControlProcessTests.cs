using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Native;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Health;
using Sluice.Relayd.Processes;
using Sluice.Unit.Fakes;

using Xunit;

using ProtocolType = System.Net.Sockets.ProtocolType;

namespace Sluice.Unit.Relayd.Control;

/// <summary>The control process over a real socket, with a client of this process.</summary>
public sealed class ControlProcessTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly string _path = Path.Join(Path.GetTempPath(), $"sluice-{Guid.NewGuid():N}");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
    private readonly SharedPages _health = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly SharedPages _relays = SharedPages.Create("relays", Roles.RelayCounters.Count, CounterSpacing.Dense);
    private readonly Statistics _statistics = Statistics.Create("control");
    private readonly ChildContext _context;

    public ControlProcessTests()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(_path));
        _socket.Listen();
        _context = new ChildContext(Roles.Relayd.Find("control")!, 0, _run.Loop, new Log(new SaidLines(), verbosity: 2), _statistics);
        _context.Take(new AreaKey("health", 0), _health);
        _context.Take(new AreaKey("relays", 0), _relays);
        _context.Take("control", Libc.fcntl((int)_socket.Handle, Libc.F_DUPFD_CLOEXEC, 0));
        Configure(1, ControlRun.OneTable(3));
        ControlProcess.Run(_context);
    }

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(_path);
        _health.Dispose();
        _relays.Dispose();
        _statistics.Dispose();
        _run.Dispose();
    }

    [Fact]
    public void Whoever_connects_is_answered_from_shared_memory() => _run.Run(async () =>
    {
        using Channel client = Connect();
        new HealthBoard(_health).Write(2, new HostHealth { State = HostState.Up, Checks = 1, Ups = 1 });
        _relays.Write(0, 7);

        List<Reply> replies = await ControlRun.Ask(client, new ShowRequest(ShowSubject.Summary));

        Assert.Equal(7, replies.OfType<RelayRow>().Single().Sessions.Total);
        Assert.Equal([HostStatus.Unknown, HostStatus.Up, HostStatus.Unknown], replies.OfType<HostRow>().Select(static row => row.Status));
    });

    [Fact]
    public void A_reload_is_seen_and_said() => _run.Run(async () =>
    {
        using Channel watcher = Connect();
        ControlRun.Send(watcher, new MonitorRequest());
        using Channel client = Connect();
        _ = await ControlRun.Ask(client, new ShowRequest(ShowSubject.Routers));
        Configure(2, ControlRun.OneTable(5));
        _context.Reconfigured();

        List<Reply> replies = await ControlRun.Ask(client, new ShowRequest(ShowSubject.Hosts));
        List<Reply> events = [];
        _ = Reply.TryRead(await ControlRun.Receive(watcher), events);

        Assert.Equal(5, replies.OfType<HostRow>().Count());
        Assert.Equal([EventKind.Reload], events.OfType<EventRow>().Select(static row => row.Kind));
    });

    [Fact]
    public void What_hce_says_is_handed_on_to_whoever_watches() => _run.Run(async () =>
    {
        using Channel hce = Peer("hce");
        using Channel watcher = Connect();
        ControlRun.Send(watcher, new MonitorRequest());
        using Channel client = Connect();
        _ = await ControlRun.Ask(client, new ShowRequest(ShowSubject.Routers));
        ControlRun.Say(hce, new HostChanged(2, HostState.Down));

        List<Reply> events = [];
        _ = Reply.TryRead(await ControlRun.Receive(watcher), events);

        Assert.Equal([(2, HostStatus.Down)], events.OfType<EventRow>().Select(static row => (row.Id, row.State)));
    });

    [Fact]
    public void More_clients_than_there_is_room_for_wait_until_others_leave() => _run.Run(async () =>
    {
        const int MostClients = 32;
        List<Channel> others = [.. Enumerable.Range(0, MostClients).Select(_ => Connect())];
        using Channel late = Connect();
        ControlRun.Send(late, new ShowRequest(ShowSubject.Routers));
        await Settle(MostClients * 3);
        ChannelStatus before = late.TryReceive(new byte[64], out _).Status;

        others[0].Dispose();
        List<Reply> replies = await ControlRun.Answer(late);

        Assert.Equal(ChannelStatus.Again, before);
        Assert.Equal([new End(Outcome.Done)], replies);
        others.ForEach(static other => other.Dispose());
    });

    private void Configure(uint generation, RelaydConfiguration configuration) =>
        _context.Take(generation, ConfigurationWire.Write(ConfigurationWire.ForControl(configuration)), []);

    private Channel Connect()
    {
        _ = Channel.Connect(Encoding.UTF8.GetBytes(_path), out Channel? channel);
        channel!.Attach(_run.Loop);
        return channel;
    }

    private Channel Peer(string role)
    {
        (Channel ours, Channel theirs) = Channel.CreatePair();
        ours.Attach(_run.Loop);
        theirs.Attach(_run.Loop);
        _context.PeerConnected(new Peer(role, 0, theirs));
        return ours;
    }

    private async ValueTask Settle(int turns)
    {
        foreach (int _ in Enumerable.Range(0, turns))
        {
            await _run.Pass(TimeSpan.Zero);
        }
    }
}
