using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Relayd.Health;

namespace Sluice.Relayd.Control;

/// <summary>In the control process: tells hce what operators want, and hears from it what changed. When hce dies its successor is told all that is open.</summary>
/// <param name="loop">Its time.</param>
/// <param name="heard">Told of each message that is no answer.</param>
internal sealed class HealthChannel(EventLoop loop, Action<HealthMessage> heard)
{
    /// <summary>A command that is not answered in this time has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly Dictionary<long, Pending> _pending = [];
    private readonly byte[] _buffer = new byte[HealthMessage.MostBytes];
    private readonly WireWriter _writer = new();
    private Channel? _channel;
    private long _asked;

    /// <summary>An hce is there: the first one, or a successor.</summary>
    public void Connect(Channel channel)
    {
        _channel?.Dispose();
        _channel = channel;
        loop.SpawnVital(() => Listen(channel));
        foreach (Pending pending in _pending.Values.ToArray())
        {
            Send(pending);
        }
    }

    /// <summary>Asks, and waits for what comes of it.</summary>
    /// <param name="question">Makes the message with its number.</param>
    /// <returns>Null where hce did not answer in time.</returns>
    public async ValueTask<CommandOutcome?> Ask(Func<long, HealthMessage> question)
    {
        Pending pending = new(question(++_asked));
        long number = _asked;
        _pending.Add(number, pending);
        pending.Deadline.Arm(loop.Timeouts(Limit));
        Send(pending);
        _ = await pending.Waiter.Wait();
        pending.Deadline.Disarm();
        _pending.Remove(number);
        return pending.Outcome;
    }

    private void Send(Pending pending)
    {
        if (_channel is not { } channel)
        {
            return;
        }

        _writer.Clear();
        pending.Message.Write(_writer);
        if (channel.TrySend(_writer.Written) == ChannelStatus.Again)
        {
            loop.Spawn(() => SendLater(channel, pending));
        }
    }

    private async ValueTask SendLater(Channel channel, Pending pending)
    {
        // One waits for a channel at a time; the others look again with the next turn of time.
        await loop.Sleep(TimeSpan.FromMilliseconds(20));
        if (channel == _channel && pending.Waiter.IsWaiting)
        {
            Send(pending);
        }
    }

    private async ValueTask Listen(Channel channel)
    {
        ChannelStatus status = ChannelStatus.Done;
        while (status == ChannelStatus.Done || (status == ChannelStatus.Again && await channel.Readable() == Wake.Ready))
        {
            status = Receive(channel);
        }

        channel.Dispose();
        if (channel == _channel)
        {
            // What is open waits for a successor.
            _channel = null;
        }
    }

    private ChannelStatus Receive(Channel channel)
    {
        ChannelResult received = channel.TryReceive(_buffer, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        if (received.Status != ChannelStatus.Done)
        {
            return received.Status;
        }

        switch (HealthMessage.Read(_buffer.AsSpan(0, received.LengthBytes)))
        {
            case CommandAnswer answer when _pending.TryGetValue(answer.Number, out Pending? pending):
                pending.Complete(answer.Outcome);
                break;
            case CommandAnswer or null:
                // Too late, or hce is captured: nothing is believed, and the question runs into its limit.
                break;
            case { } message:
                heard(message);
                break;
        }

        return ChannelStatus.Done;
    }

    /// <summary>A question that is open.</summary>
    private sealed class Pending
    {
        public Pending(HealthMessage message)
        {
            Message = message;
            Deadline = new Alarm(() => Waiter.Complete(Wake.Expired));
        }

        public HealthMessage Message { get; }

        public Waiter Waiter { get; } = new();

        public Alarm Deadline { get; }

        public CommandOutcome? Outcome { get; private set; }

        public void Complete(CommandOutcome outcome)
        {
            Outcome = outcome;
            Waiter.Complete(Wake.Ready);
        }
    }
}
