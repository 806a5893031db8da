using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Daemon.Wire;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Relayd.Health;

/// <summary>Messages to another process, which may take its time: what its queue has no room for waits here.</summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="channel">Where to; its owner closes it.</param>
internal sealed class Outbox(EventLoop loop, Channel channel)
{
    // One for each host and more; a process that takes none of so many is stuck, and replaced.
    private const int MostWaiting = 100_000;

    private readonly Queue<HealthMessage> _waiting = new();
    private readonly WireWriter _writer = new();
    private bool _isPumping;

    /// <summary>Sends it, or keeps it until there is room; in order.</summary>
    /// <returns>False where it was dropped: the other process is gone, or stuck.</returns>
    public bool Send(HealthMessage message)
    {
        if (_waiting.Count == 0)
        {
            ChannelStatus status = TrySend(message);
            if (status != ChannelStatus.Again)
            {
                return status == ChannelStatus.Done;
            }
        }

        if (_waiting.Count >= MostWaiting)
        {
            return false;
        }

        _waiting.Enqueue(message);
        if (!_isPumping)
        {
            _isPumping = true;
            loop.Spawn(Pump);
        }

        return true;
    }

    private ChannelStatus TrySend(HealthMessage message)
    {
        _writer.Clear();
        message.Write(_writer);
        return channel.TrySend(_writer.Written);
    }

    [AsyncMethodBuilder(typeof(SessionMethodBuilder))]
    private async ValueTask Pump()
    {
        while (_waiting.TryPeek(out HealthMessage? next))
        {
            ChannelStatus status = TrySend(next);
            if (status == ChannelStatus.Done)
            {
                _ = _waiting.Dequeue();
            }
            else if (status != ChannelStatus.Again || await channel.Writable() != Wake.Ready)
            {
                _waiting.Clear();
            }
        }

        _isPumping = false;
    }
}
