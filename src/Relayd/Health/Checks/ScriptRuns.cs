using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Relayd.Health.Checks;

/// <summary>A host's script that runs; one at a time, and the host keeps it for the next one.</summary>
internal sealed class ScriptWait
{
    public Waiter Waiter { get; } = new();

    /// <summary>How it ended; null where the process that runs scripts was gone first.</summary>
    public ScriptEnded? Ended { get; set; }
}

/// <summary>Checks by scripts (R-CHECK-22 to -25), in hce: asks the process that runs them, which knows the time limits.</summary>
/// <param name="loop">The loop of the process.</param>
internal sealed class ScriptRuns(EventLoop loop)
{
    private readonly Dictionary<long, ScriptWait> _waits = [];
    private readonly byte[] _message = new byte[HealthMessage.MostBytes];
    private Channel? _channel;
    private Outbox? _outbox;
    private long _number;

    /// <summary>The process is there: the first one, or a successor. What the one before was asked is lost.</summary>
    public void Connect(Channel channel)
    {
        _channel?.Dispose();
        _channel = channel;
        _outbox = new Outbox(loop, channel);
        GiveUp();
        loop.SpawnVital(() => Listen(channel));
    }

    /// <summary>Has a script run.</summary>
    /// <param name="wait">The host's own.</param>
    /// <param name="path">The program.</param>
    /// <param name="argument">The host's name.</param>
    /// <param name="timeout">How long it may run; what waits for its turn does not count.</param>
    [AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<CheckOutcome> Run(ScriptWait wait, string path, string argument, TimeSpan timeout)
    {
        long number = ++_number;
        wait.Ended = null;
        if (_outbox is not null && _outbox.Send(new RunScript(number, path, argument, timeout)))
        {
            _waits[number] = wait;
            _ = await wait.Waiter.Wait();
        }

        return OutcomeOf(wait.Ended);
    }

    // R-CHECK-23: the status is the other way round than shells have it.
    private static CheckOutcome OutcomeOf(ScriptEnded? ended) => ended switch
    {
        null or { End: ScriptEnd.NotBegun } => CheckOutcome.Of(CheckResult.IntervalTimeout),
        { End: ScriptEnd.NotExecutable } => new CheckOutcome(CheckResult.ScriptFailed, Verdict.Unknown, 0),
        { End: ScriptEnd.Exited, Status: > 0 } => CheckOutcome.Of(CheckResult.ScriptOk),
        _ => CheckOutcome.Of(CheckResult.ScriptFailed),
    };

    private async ValueTask Listen(Channel channel)
    {
        ChannelStatus status = ChannelStatus.Done;
        while (status == ChannelStatus.Done || (status == ChannelStatus.Again && await channel.Readable() == Wake.Ready))
        {
            ChannelResult received = channel.TryReceive(_message, out ReceivedDescriptors descriptors);
            descriptors.Dispose();
            status = received.Status == ChannelStatus.Truncated ? ChannelStatus.Done : received.Status;
            if (received.Status == ChannelStatus.Done && HealthMessage.Read(_message.AsSpan(0, received.LengthBytes)) is ScriptEnded ended)
            {
                Take(ended);
            }
        }

        channel.Dispose();
        if (_channel == channel)
        {
            (_channel, _outbox) = (null, null);
            GiveUp();
        }
    }

    private void Take(ScriptEnded ended)
    {
        if (_waits.Remove(ended.Number, out ScriptWait? wait))
        {
            wait.Ended = ended;
            wait.Waiter.Complete(Wake.Ready);
        }
    }

    private void GiveUp()
    {
        ScriptWait[] waits = [.. _waits.Values];
        _waits.Clear();
        foreach (ScriptWait wait in waits)
        {
            wait.Waiter.Complete(Wake.Closed);
        }
    }
}
