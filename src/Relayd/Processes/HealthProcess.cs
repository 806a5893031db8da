using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Health;
using Sluice.Relayd.Health.Checks;

namespace Sluice.Relayd.Processes;

/// <summary>hce, the process of the health checks: connects to hosts, sends them echo requests, and writes on the board how they are.</summary>
/// <remarks>It may open sockets to other machines, has the raw sockets of ICMP from the parent, and has scripts run by the script process. It opens no file,
/// runs as <c>_relayd</c> in <c>/var/empty</c>, hears control's commands, and what relays say of hosts that fail.</remarks>
internal sealed class HealthProcess
{
    /// <summary>Names of the raw sockets among those that the parent opens for this role.</summary>
    public const string EchoDescriptor = "icmp";

    /// <inheritdoc cref="EchoDescriptor"/>
    public const string EchoDescriptor6 = "icmp6";

    // Checks at a time: descriptors, of which the system may have few.
    private const int MostAtOnce = 1024;

    // Commands of control in a turn; each is a few microseconds.
    private const int MostPerTurn = 64;

    private readonly ChildContext _context;
    private readonly CheckMaker _maker;
    private readonly HealthChecks _checks;
    private readonly Dictionary<(string Role, int Instance), Outbox> _outboxes = [];
    private readonly byte[] _message = new byte[HealthMessage.MostBytes];

    // Whether the packet filter is about to be told of the board.
    private bool _isNoted;

    private HealthProcess(ChildContext context)
    {
        _context = context;
        _maker = new CheckMaker(context.Loop, context.Preparation);
        int mostAtOnce = int.Max(1, DescriptorLimit.ShareOfFree(MostAtOnce));
        _checks = new HealthChecks(context.Loop, new HealthBoard(context.Area(Roles.Health.Name)), context.Log, _maker, mostAtOnce)
        {
            AllKnown = AllKnown,
            Noted = Note,
            Changed = host => Tell("control", new HostChanged(host.Host.Id, host.Health.State)),
            WentDown = host => Tell("relay", new HostDown(host.Place)),
            Withdrawn = host => Tell("relay", new HostWithdrawn(host.Place)),
        };
    }

    /// <summary>What a process of this role has to load, and is allowed, beyond what all of it have.</summary>
    public static Preparation PreparationFor(RelaydConfiguration configuration) => configuration.Tables.AsSpan().ToArray().Any(table => NeedsOpenSsl(table.Check))
        ? Preparation.Tls
        : Preparation.None;

    /// <summary>Which families have hosts that are checked by echo requests: the parent opens a socket for each.</summary>
    public static IEnumerable<AddressKind> EchoFamilies(RelaydConfiguration configuration) => configuration.Tables.AsSpan().ToArray()
        .Where(table => table.Check is IcmpCheck)
        .SelectMany(table => table.Hosts.AsSpan().ToArray())
        .Select(host => host.Address.GetAddressBytes().Length == 4 ? AddressKind.IPv4 : AddressKind.IPv6)
        .Distinct();

    /// <summary>Before the sandbox: has OpenSSL loaded, where it is needed.</summary>
    public static void WarmUp(Preparation preparation)
    {
        if (preparation.HasFlag(Preparation.Tls))
        {
            TlsWarmUp.Run();
            TlsConnector.Create(new TlsConnectorSettings(), out _)?.Dispose();
            using ContentDigest sha1 = new(DigestKind.Sha1);
            using ContentDigest md5 = new(DigestKind.Md5);
        }
    }

    /// <summary>Puts the process to work. It is ready when the first round is through.</summary>
    public static void Run(ChildContext context)
    {
        HealthProcess health = new(context);
        context.Reconfigured = health.TakeConfiguration;
        context.PeerConnected = health.Connect;
        foreach (Peer peer in context.AllPeers)
        {
            health.Connect(peer);
        }

        health.TakeConfiguration();
    }

    private static bool NeedsOpenSsl(Check? check) => Check.TransportOf(check) == CheckTransport.Tls || check is HttpCheck { Answer: ContentAnswer };

    private void TakeConfiguration()
    {
        RelaydConfiguration configuration = ConfigurationWire.Read(_context.Payload)
            ?? throw new InvalidDataException("the parent sent a slice that it did not write");
        UseEchoes(EchoDescriptor, AddressKind.IPv4);
        UseEchoes(EchoDescriptor6, AddressKind.IPv6);
        _context.HoldReady();
        _checks.Take(configuration);
    }

    private void UseEchoes(string name, AddressKind kind)
    {
        if (!_maker.HasEchoes(kind) && _context.Descriptors.TryGetValue(name, out int descriptor))
        {
            _maker.Use(kind, new EchoCheck(_context.Loop, EchoSocket.Adopt(_context.Loop, descriptor, kind), kind));
        }
    }

    private void Connect(Peer peer)
    {
        switch (peer.Role)
        {
            case "script":
                _maker.Scripts.Connect(peer.Channel);
                break;
            case "control" or "relay" or "pfe":
                Outbox outbox = new(_context.Loop, peer.Channel);
                _outboxes[(peer.Role, peer.Instance)] = outbox;
                RareWarning warning = new(_context.Loop, _context.Log);
                _context.Loop.SpawnVital(() => Serve(peer, outbox, warning));
                break;
            default:
                // Those say nothing to this process yet.
                break;
        }
    }

    // The packet filter is told before those who wait for the first round.
    private void AllKnown()
    {
        Tell("pfe", new BoardChanged());
        _context.SayReady();
    }

    // However much changes in a turn is one message.
    private void Note()
    {
        if (!_isNoted)
        {
            _isNoted = true;
            _context.Loop.Spawn(TellOfBoard);
        }
    }

    private async ValueTask TellOfBoard()
    {
        await _context.Loop.NextTurn();
        _isNoted = false;
        Tell("pfe", new BoardChanged());
    }

    private void Tell(string role, HealthMessage message)
    {
        foreach (((string name, _), Outbox outbox) in _outboxes)
        {
            if (string.Equals(name, role, StringComparison.Ordinal))
            {
                _ = outbox.Send(message);
            }
        }
    }

    private async ValueTask Serve(Peer peer, Outbox outbox, RareWarning warning)
    {
        await ChannelTurns.Listen(_context.Loop, peer.Channel, MostPerTurn, () => Receive(peer, outbox, warning));
        if (_outboxes.GetValueOrDefault((peer.Role, peer.Instance)) == outbox)
        {
            _ = _outboxes.Remove((peer.Role, peer.Instance));
        }
    }

    private ChannelStatus Receive(Peer peer, Outbox outbox, RareWarning warning)
    {
        ChannelResult received = peer.Channel.TryReceive(_message, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        if (received.Status is ChannelStatus.Again or ChannelStatus.Closed)
        {
            return received.Status;
        }

        HealthMessage? message = received.Status == ChannelStatus.Done ? HealthMessage.Read(_message.AsSpan(0, received.LengthBytes)) : null;
        if (message is HostFailed failed && string.Equals(peer.Role, "relay", StringComparison.Ordinal))
        {
            _checks.SessionsFailed(failed.Place);
        }
        else if (!string.Equals(peer.Role, "control", StringComparison.Ordinal) || Obey(message) is not { } answer)
        {
            warning.Say($"{peer.Role} {peer.Instance + 1} asked what is no question: passed over");
        }
        else
        {
            _ = outbox.Send(answer);
        }

        return ChannelStatus.Done;
    }

    // Null where it is no command.
    private CommandAnswer? Obey(HealthMessage? message)
    {
        switch (message)
        {
            case HostCommand command:
                return new CommandAnswer(
                    command.Number, command.Generation == _context.Generation ? _checks.Obey(command.Action, command.HostId) : CommandOutcome.OtherGeneration);
            case TableCommand command:
                return new CommandAnswer(
                    command.Number, command.Generation == _context.Generation ? _checks.Obey(command.Action, command.TableId) : CommandOutcome.OtherGeneration);
            case RedirectCommand command:
                return new CommandAnswer(
                    command.Number,
                    command.Generation == _context.Generation ? _checks.ObeyForRedirect(command.Action, command.RedirectId) : CommandOutcome.OtherGeneration);
            case Poll poll:
                _checks.Poll();
                return new CommandAnswer(poll.Number, CommandOutcome.Done);
            default:
                return null;
        }
    }
}
