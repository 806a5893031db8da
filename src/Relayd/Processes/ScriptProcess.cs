using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Children;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Relayd.Health;
using Sluice.Relayd.Health.Scripts;

namespace Sluice.Relayd.Processes;

/// <summary>The script process: runs the check scripts of the configuration for hce, and nothing else.</summary>
/// <remarks>It may execute programs, as <c>_relayd_script</c>, who owns nothing, in the host's own tree, and cannot gain rights: programs with set-uid bits
/// have none. It opens no socket. Scripts inherit its sandbox. It is not there where no table has a script.</remarks>
internal sealed class ScriptProcess
{
    // Questions of hce in a turn; then scripts that have ended have theirs.
    private const int MostPerTurn = 64;

    private readonly ChildContext _context;
    private readonly ScriptKeeper _keeper;
    private readonly RareWarning _warning;
    private readonly byte[] _message = new byte[HealthMessage.MostBytes];

    private ScriptProcess(ChildContext context)
    {
        _context = context;
        _warning = new RareWarning(context.Loop, context.Log);
        _keeper = new ScriptKeeper(context.Loop, _warning.Say, Descendants.EndOrphans);
    }

    /// <summary>Puts the process to work.</summary>
    public static void Run(ChildContext context)
    {
        ScriptKeeper.PrepareProcess();
        ScriptProcess scripts = new(context);
        scripts.TakeConfiguration();
        context.Reconfigured = scripts.TakeConfiguration;
        context.PeerConnected = scripts.Serve;
        context.Stopping = scripts.Stop;
        foreach (Peer peer in context.Peers("hce"))
        {
            scripts.Serve(peer);
        }
    }

    private void TakeConfiguration()
    {
        RelaydConfiguration configuration = ConfigurationWire.Read(_context.Payload)
            ?? throw new InvalidDataException("the parent sent a slice that it did not write");
        _keeper.Allow(
            from table in configuration.Tables
            where table.Check is ScriptCheck
            from host in table.Hosts
            select new ScriptCall(((ScriptCheck)table.Check!).Path, host.Name));
    }

    private void Stop()
    {
        _keeper.Stop();
        _context.End();
    }

    private void Serve(Peer peer) => _context.Loop.SpawnVital(() => Serve(peer.Channel));

    private async ValueTask Serve(Channel channel)
    {
        Outbox outbox = new(_context.Loop, channel);
        await ChannelTurns.Listen(_context.Loop, channel, MostPerTurn, () => Receive(channel, outbox));
        _keeper.Forget(outbox);
    }

    private ChannelStatus Receive(Channel channel, Outbox outbox)
    {
        ChannelResult received = channel.TryReceive(_message, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        if (received.Status is ChannelStatus.Again or ChannelStatus.Closed)
        {
            return received.Status;
        }

        if (received.Status == ChannelStatus.Done && HealthMessage.Read(_message.AsSpan(0, received.LengthBytes)) is RunScript question)
        {
            _keeper.Take(question, outbox);
        }
        else
        {
            _warning.Say("hce asked what is no question: passed over");
        }

        return ChannelStatus.Done;
    }
}
