using System;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Children;

/// <summary>What a process of another role says is taken off its channel in turns, so that none keeps the others waiting.</summary>
public static class ChannelTurns
{
    /// <summary>Listens until the process at the other end is gone, and closes the channel; its successor comes with one of its own.</summary>
    /// <param name="loop">This process'.</param>
    /// <param name="channel">On that loop.</param>
    /// <param name="mostPerTurn">So many messages are taken before the others have their turn.</param>
    /// <param name="receive">Takes one message, and says <see cref="ChannelStatus.Done"/>; <see cref="ChannelStatus.Again"/> where there is none, and anything else where none will come.</param>
    public static async ValueTask Listen(EventLoop loop, Channel channel, int mostPerTurn, Func<ChannelStatus> receive)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(receive);
        ChannelStatus status = ChannelStatus.Done;
        while (status == ChannelStatus.Done || (status == ChannelStatus.Again && await channel.Readable() == Wake.Ready))
        {
            status = ChannelStatus.Done;
            for (int count = 0; count < mostPerTurn && status == ChannelStatus.Done; count++)
            {
                status = receive();
            }

            if (status == ChannelStatus.Done)
            {
                await loop.NextTurn();
            }
        }

        channel.Dispose();
    }
}
