using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Relayd.Rules;

namespace Sluice.Relayd.Processes;

/// <summary>A relay: the only process that meets clients and hosts.</summary>
/// <remarks>It may accept from the sockets that the parent opened and connect to hosts, reads the health of these in memory that others write, and writes its
/// counters. Handshakes it has signed by the keys process. It opens no file, holds no key, cannot write or execute anything, and runs as <c>_relayd</c> in an empty root. What it knows of the configuration is its
/// slice.</remarks>
internal sealed class RelayProcess
{
    private readonly ChildContext _context;
    private readonly RelayWorker _worker;
    private readonly ListenerSet _listeners;
    private readonly RelayDatagrams _datagrams;
    private readonly byte[] _message = new byte[Channel.LongestMessage];

    private RelayProcess(ChildContext context)
    {
        _context = context;
        _listeners = new ListenerSet(context.Loop);
        _worker = new RelayWorker(context);
        _datagrams = new RelayDatagrams(context, _worker);
    }

    /// <summary>What a process of this role has to load, and is allowed, beyond what all of it have.</summary>
    public static Preparation PreparationFor(RelaydConfiguration configuration) =>
        configuration.Relays.Any(static relay => relay.Tls || relay.Forward.Tls) || configuration.Protocols.Any(RuleSet.NeedsDigests) ? Preparation.Tls : Preparation.None;

    /// <summary>Before the sandbox: has OpenSSL loaded, where a relay speaks TLS or rules ask for digests.</summary>
    public static void WarmUp(Preparation preparation)
    {
        if (preparation.HasFlag(Preparation.Tls))
        {
            TlsWarmUp.Run();
            using UrlDigests digests = new();
            digests.Load();
        }
    }

    /// <summary>Puts the process to work.</summary>
    public static void Run(ChildContext context)
    {
        RelayProcess relay = new(context);
        foreach (Peer peer in ((string[])["keys", "hce", "control"]).SelectMany(context.Peers))
        {
            relay.Connect(peer);
        }

        context.PeerConnected = relay.Connect;
        context.NewsCame = relay._worker.TakeTicketKeys;
        context.SocketsCame = relay._worker.Sockets.Take;
        context.Reconfigured = relay.Reconfigure;
        context.Renewed = _ => relay._worker.Renew();
        context.Leaving = ids => context.Loop.Spawn(() => relay.Leave(ids));
        context.Stopping = relay.Stop;
        relay.Launch();
    }

    private void Connect(Peer peer)
    {
        switch (peer.Role)
        {
            case "keys":
                _worker.Tls.Signer.Connect(peer.Channel);
                break;
            case "hce":
                Outbox outbox = new(_context.Loop, peer.Channel);
                _worker.HostFailed = place => outbox.Send(new HostFailed(place));
                _context.Loop.SpawnLasting(() => Listen(peer.Channel, TakeHealth));
                break;
            case "control":
                _context.Loop.SpawnLasting(() => Listen(peer.Channel, message => Answer(peer.Channel, message)));
                break;
            default:
                break;
        }
    }

    // Until the other process is gone.
    private async ValueTask Listen(Channel channel, Action<ReadOnlyMemory<byte>> take)
    {
        while (true)
        {
            ChannelResult received = channel.TryReceive(_message, out ReceivedDescriptors descriptors);
            descriptors.Dispose();
            if (received.Status == ChannelStatus.Done)
            {
                take(_message.AsMemory(0, received.LengthBytes));
            }
            else if (received.Status != ChannelStatus.Again || await channel.Readable() != Wake.Ready)
            {
                break;
            }
        }

        channel.Dispose();
    }

    private void TakeHealth(ReadOnlyMemory<byte> message)
    {
        switch (HealthMessage.Read(message.Span))
        {
            case HostDown down:
                _worker.HostDown(down.Place);
                break;
            case HostWithdrawn withdrawn:
                _worker.HostOut(withdrawn.Place);
                break;
            default:
                break;
        }
    }

    private void Answer(Channel control, ReadOnlyMemory<byte> message)
    {
        if (SessionsRequest.TryRead(message.Span, out SessionsRequest request))
        {
            _context.Loop.Spawn(() => Answer(control, request, [.. _worker.Sessions.Entries().Concat(_worker.Queries.Entries()).OrderBy(static entry => entry.Id)]));
        }
    }

    // In parts, as fast as control takes them.
    private static async ValueTask Answer(Channel control, SessionsRequest request, SessionEntry[] entries)
    {
        WireWriter writer = new();
        int sent = 0;
        do
        {
            SessionEntry[] part = [.. entries.Skip(sent).Take(SessionsAnswer.MostEntries)];
            sent += part.Length;
            writer.Clear();
            new SessionsAnswer { Number = request.Number, Entries = part, IsLast = sent == entries.Length }.Write(writer);
            ChannelStatus status;
            while ((status = control.TrySend(writer.Written)) == ChannelStatus.Again)
            {
                if (await control.Writable() != Wake.Ready)
                {
                    return;
                }
            }

            if (status != ChannelStatus.Done)
            {
                return;
            }
        }
        while (sent < entries.Length);
    }

    private void Reconfigure()
    {
        _worker.Reconfigure();
        Launch();
    }

    private void Launch()
    {
        HashSet<int> wanted = [];
        foreach (InheritedListener inherited in _context.Listeners)
        {
            wanted.Add(inherited.Id);
            if (_worker.Find(inherited.Key) is not { } relay)
            {
                continue;
            }

            if (relay.IsOfDatagrams)
            {
                _datagrams.Listen(inherited, relay);
            }
            else if (!_listeners.Has(inherited.Id))
            {
                Listen(inherited, relay);
            }
        }

        _datagrams.RetireOthers(wanted);
        _listeners.RetireOthers(wanted);
    }

    private void Listen(InheritedListener inherited, ServedRelay relay)
    {
        ListenerOptions options = new()
        {
            // Each client needs a descriptor more for its host: whoever is let in is to have it (R-RELAY-26, D-71).
            ReservedDescriptors = _worker.ReservedDescriptors,
            IsTransparent = relay.Meant is not null,
            OwedDescriptors = () => _worker.Sessions.OwedDescriptors,
            AcceptsPerTurn = relay.Http is null || relay.Tls is not null ? ListenerOptions.FewPerTurn : new ListenerOptions().AcceptsPerTurn,
            Paused = reason => _context.Log.Warning($"relay {relay.Name}: accepting pauses: {reason.Describe()}"),
            Resumed = () => _context.Log.Info($"relay {relay.Name}: accepting goes on"),
        };
        ValueTask Serve(Connection connection)
        {
            // Where the listener is removed, its last clients are served by what was configured last.
            relay = _worker.Find(inherited.Key) ?? relay;
            return _worker.Serve(connection, relay);
        }

        _context.Log.Debug($"relay_launch: running relay {relay.Name}");
        _listeners.Add(inherited, Serve, options);
    }

    /// <summary>A successor accepts now; sessions here go on to their end.</summary>
    private async ValueTask Leave(IReadOnlyCollection<int> succeeded)
    {
        _worker.Sessions.AreLast = true;
        _datagrams.Leave(succeeded);
        await _listeners.Leave(succeeded, () => _datagrams.IsRetiring);
        _worker.Leave();
    }

    private void Stop()
    {
        _listeners.Close();
        _datagrams.Close();
        _worker.Stop();
    }
}
