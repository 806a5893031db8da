using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;
using Sluice.Engine.Streams;
using Sluice.Httpd.Configuration;
using Sluice.Httpd.Logging;
using Sluice.Httpd.Serving;

namespace Sluice.Httpd.Processes;

/// <summary>A server: the only process that meets clients.</summary>
/// <remarks>It may accept from the sockets that the parent opened, open files below the chroot for reading, and send
/// to the logger and the notifier, have handshakes signed by the keys process, and passwords verified by the auth process. It opens no socket, holds no key and no password, cannot write or execute anything, and runs as
/// <c>www</c>. What it knows of the configuration is its slice; it never reads the text.</remarks>
internal sealed class ServerProcess
{
    /// <summary>Between two looks whether removed listeners are closed.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    private readonly ChildContext _context;
    private readonly Worker _worker;
    private readonly Dictionary<int, Listener> _listeners = [];
    private readonly List<Listener> _retired = [];
    private Channel? _logger;
    private Channel? _notifier;

    private ServerProcess(ChildContext context)
    {
        _context = context;
        _worker = new Worker(context, batch => Send(_logger, batch), batch => Send(_notifier, batch));
    }

    /// <summary>Puts the process to work.</summary>
    public static void Run(ChildContext context)
    {
        ServerProcess server = new(context);
        foreach (Peer peer in ((string[])["logger", "notifier", "keys", "auth"]).SelectMany(context.Peers))
        {
            server.Connect(peer);
        }

        context.PeerConnected = server.Connect;
        context.SpoolCame = server._worker.Spools.Take;
        context.NewsCame = server._worker.TakeTicketKeys;
        context.Reconfigured = server.Reconfigure;
        context.Renewed = _ => server._worker.Renew();
        context.Leaving = ids => context.Loop.Spawn(() => server.Leave(ids));
        context.Stopping = server.Stop;
        server.Launch();
    }

    /// <summary>Each client may need a descriptor more for its application: whoever is let in is to have it (D-71).</summary>
    private int ReservedDescriptors => (_context.Preparation & (Preparation.LocalConnections | Preparation.RemoteConnections)) == Preparation.None
        ? new ListenerOptions().ReservedDescriptors
        : DescriptorLimit.ShareOfFree(int.MaxValue);

    private void Connect(Peer peer)
    {
        switch (peer.Role)
        {
            case "logger":
                _logger?.Dispose();
                _logger = peer.Channel;
                break;
            case "notifier":
                _notifier?.Dispose();
                _notifier = peer.Channel;
                break;
            case "keys":
                _worker.Tls.Signer.Connect(peer.Channel);
                break;
            case "auth":
                _worker.Passwords.Connect(peer.Channel);
                break;
            default:
                break;
        }
    }

    private static Delivery Send(Channel? receiver, LogBatch batch) => receiver?.TrySend(batch.Message()) switch
    {
        ChannelStatus.Done => Delivery.Taken,
        _ => Delivery.Refused,
    };

    private void Reconfigure()
    {
        _worker.Reconfigure();
        Launch();
    }

    private void Launch()
    {
        foreach (Server server in _worker.Configuration.Servers)
        {
            _context.Log.Debug($"server_launch: running server {server.Name.Text}");
        }

        HashSet<int> wanted = [];
        foreach (InheritedListener inherited in _context.Listeners)
        {
            wanted.Add(inherited.Id);
            if (!_listeners.ContainsKey(inherited.Id))
            {
                Listen(inherited);
            }
        }

        foreach (int id in _listeners.Keys.Where(id => !wanted.Contains(id)).ToArray())
        {
            Retire(id);
        }
    }

    private void Listen(InheritedListener inherited)
    {
        ServedSocket socket = _worker.Configuration.Find(inherited.Key)!;
        ListenerOptions options = new()
        {
            ReservedDescriptors = ReservedDescriptors,
            AcceptsPerTurn = socket.Demands.IsTls ? ListenerOptions.FewPerTurn : new ListenerOptions().AcceptsPerTurn,
            Paused = reason => _context.Log.Warning($"{inherited.Key}: accepting pauses: {reason.Describe()}"),
            Resumed = () => _context.Log.Info($"{inherited.Key}: accepting goes on"),
        };
        ValueTask Serve(Connection connection) => _worker.Serve(connection, socket.Current);
        _listeners.Add(inherited.Id, new Listener(_context.Loop, inherited.Descriptor, Serve, options));
    }

    /// <summary>Answers what waits on a socket that is configured no more, and then closes it (D-12).</summary>
    private void Retire(int id)
    {
        _listeners.Remove(id, out Listener? listener);
        listener!.Retire();
        _ = _retired.RemoveAll(static each => each.IsClosed);
        _retired.Add(listener);
    }

    /// <summary>A successor accepts now. Whoever is connected here has one more answer, which says that it is the last (D-63).</summary>
    private async ValueTask Leave(IReadOnlyCollection<int> succeeded)
    {
        foreach (int id in succeeded)
        {
            _listeners.Remove(id, out Listener? listener);
            listener!.Release();
        }

        foreach (int id in _listeners.Keys.ToArray())
        {
            Retire(id);
        }

        while (_retired.Exists(static listener => !listener.IsClosed))
        {
            await _context.Loop.Sleep(_patience);
        }

        _worker.Leave();
    }

    private void Stop()
    {
        foreach (Listener listener in _listeners.Values)
        {
            listener.Close();
        }

        _worker.Stop();
    }
}
