using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;
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
    private readonly ChildContext _context;
    private readonly Worker _worker;
    private readonly ListenerSet _listeners;
    private Channel? _logger;
    private Channel? _notifier;

    private ServerProcess(ChildContext context)
    {
        _context = context;
        _listeners = new ListenerSet(context.Loop);
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
            if (!_listeners.Has(inherited.Id))
            {
                Listen(inherited);
            }
        }

        _listeners.RetireOthers(wanted);
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
        _listeners.Add(inherited, connection => _worker.Serve(connection, socket.Current), options);
    }

    /// <summary>A successor accepts now. Whoever is connected here has one more answer, which says that it is the last (D-63).</summary>
    private async ValueTask Leave(IReadOnlyCollection<int> succeeded)
    {
        await _listeners.Leave(succeeded);
        _worker.Leave();
    }

    private void Stop()
    {
        _listeners.Close();
        _worker.Stop();
    }
}
