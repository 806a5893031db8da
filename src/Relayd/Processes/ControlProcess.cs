using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Control;
using Sluice.Relayd.Health;
using Sluice.Relayd.Snmp;

namespace Sluice.Relayd.Processes;

/// <summary>The control process: answers relayctl(8).</summary>
/// <remarks>
/// It may accept from the socket that the parent opened, read the memory in which hce and the relays count, and speak with them and with the parent, of which it asks
/// what concerns the daemon as a whole. It opens no file and no socket, and runs as <c>_relayd</c> in <c>/var/empty</c>. A file that a client hands over goes to the
/// parent unread.
/// </remarks>
internal sealed class ControlProcess
{
    private const string SocketName = "control";

    /// <summary>How many clients at once; others wait in the socket's queue.</summary>
    private const int MostClients = 32;

    /// <summary>How many that are not root, so that there is room for root; others are closed.</summary>
    private const int MostUsers = 24;

    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly ChildContext _context;
    private readonly HealthBoard _board;
    private readonly HealthChannel _health;
    private readonly Steering _steering;
    private readonly RequestHandler _handler;
    private readonly SessionLists _sessions;
    private readonly SessionStatistics _statistics;
    private readonly SessionStatistics _flows;
    private readonly CheckWatch _checks;
    private readonly RareWarning _refusals;
    private readonly Waiter _roomForClients = new();
    private readonly AgentXService _agentX;
    private CurrentConfiguration _current;
    private int _clients;
    private int _users;

    private ControlProcess(ChildContext context)
    {
        _context = context;
        _board = new HealthBoard(context.Area(Roles.Health.Name));
        _health = new HealthChannel(context.Loop, Hear);
        _steering = new Steering(context.Loop, context.Steer);
        _sessions = new SessionLists(context.Loop);
        _statistics = new SessionStatistics(() => context.Areas(Roles.RelayCounters.Name));
        _flows = new SessionStatistics(() => context.Areas(Roles.RedirectCounters.Name));
        _current = Read(context);
        KeepStatistics();
        HealthCommands commands = new(context.Loop, _health, () => _current);
        _handler = new RequestHandler(context.Loop, () => _current, commands, _steering);
        _checks = new CheckWatch(_board);
        _refusals = new RareWarning(context.Loop, context.Log);
        _agentX = new AgentXService(context, Now, _sessions);
    }

    /// <summary>Puts the process to work.</summary>
    public static void Run(ChildContext context)
    {
        ControlProcess control = new(context);
        foreach (Peer peer in context.AllPeers.ToArray())
        {
            control.Connect(peer);
        }

        context.PeerConnected = control.Connect;
        context.Reconfigured = control.Reconfigure;
        context.Renewed = _ => control._current = Read(context);
        context.Steered = control._steering.Take;
        context.Loop.SpawnVital(control.Accept);
        context.Loop.SpawnVital(control.Tick);
        context.Loop.SpawnVital(control.Look);
        control._agentX.Configure(control._current.Configuration.AgentX);
    }

    private static CurrentConfiguration Read(ChildContext context) => new(
        context.Generation,
        ConfigurationWire.Read(context.Payload) ?? throw new InvalidDataException("the parent sent a slice that it did not write"));

    private void Connect(Peer peer)
    {
        switch (peer.Role)
        {
            case "hce":
                _health.Connect(peer.Channel);
                break;
            case "relay":
                _sessions.Connect(peer.Instance, peer.Channel);
                break;
            default:
                break;
        }
    }

    private void Reconfigure()
    {
        _current = Read(_context);
        KeepStatistics();
        _agentX.Configure(_current.Configuration.AgentX);
        _handler.Monitors.Say(new EventRow(EventKind.Reload, _context.Loop.Utc));
    }

    private Inventory Now() => new(_current.Configuration, _board, _statistics, _flows);

    private void KeepStatistics()
    {
        _statistics.Keep(_current.Configuration.Relays.Select(static relay => relay.Place));
        _flows.Keep(_current.Configuration.Redirects.Select(static redirect => redirect.Place));
    }

    private void Hear(HealthMessage message)
    {
        if (message is HostChanged news)
        {
            _agentX.Tell(_current.Configuration, news.HostId, _board);
        }

        if (message is HostChanged changed && !_handler.Monitors.IsEmpty)
        {
            foreach (Host host in Find.Hosts(_current.Configuration, new Target((uint)changed.HostId, "")))
            {
                _checks.See(host);
            }

            _handler.Monitors.Say(new EventRow(EventKind.HostStatus, _context.Loop.Utc) { Id = changed.HostId, State = Inventory.Status(changed.State) });
        }
    }

    private async ValueTask Accept()
    {
        ClientSurroundings surroundings = new(
            _context.Loop, _context.Log, _handler, _sessions, Now);
        using ChannelListener listener = new(_context.Loop, _context.Descriptors[SocketName]);
        while (true)
        {
            if (_clients >= MostClients)
            {
                _ = await _roomForClients.Wait();
            }

            switch (AcceptOne(listener, surroundings))
            {
                case Errno.None:
                    // Whoever connects again and again keeps nobody else waiting.
                    await _context.Loop.NextTurn();
                    break;
                case Errno.WouldBlock:
                    _ = await listener.Acceptable();
                    break;
                default:
                    // Out of descriptors, or the one who waited has gone.
                    await _context.Loop.Sleep(_patience);
                    break;
            }
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client's session closes its channel.")]
    private Errno AcceptOne(ChannelListener listener, ClientSurroundings surroundings)
    {
        Errno error = listener.TryAccept(out Channel? channel);
        if (channel is not null)
        {
            _context.Loop.Spawn(() => Serve(surroundings, channel));
        }

        return error;
    }

    private async ValueTask Serve(ClientSurroundings surroundings, Channel channel)
    {
        PeerCredentials peer = channel.PeerCredentials();
        int user = peer.UserId == 0 ? 0 : 1;
        if (_users + user > MostUsers)
        {
            _refusals.Say($"control: too many clients: one of uid {peer.UserId} is refused");
            channel.Dispose();
            return;
        }

        _clients++;
        _users += user;
        try
        {
            await new ClientSession(surroundings, channel, peer).Run();
        }
        finally
        {
            _clients--;
            _users -= user;
            _roomForClients.Complete(Wake.Ready);
        }
    }

    private async ValueTask Tick()
    {
        while (true)
        {
            await _context.Loop.Sleep(_tick);
            _statistics.Tick();
            _flows.Tick();
        }
    }

    // As OpenBSD's: those that watch hear of each check, not of changes alone.
    private async ValueTask Look()
    {
        while (true)
        {
            await _context.Loop.Sleep(_look);
            if (_handler.Monitors.IsEmpty)
            {
                _checks.Forget();
                continue;
            }

            foreach (EventRow row in _checks.News(_current.Configuration, _context.Loop.Utc))
            {
                _handler.Monitors.Say(row);
            }
        }
    }
}
