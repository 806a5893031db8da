using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Children;

/// <summary>What servers tell, taken off their channels in turns.</summary>
public sealed class Inbox(EventLoop loop, Inbox.Taker take)
{
    /// <summary>How many messages of one server are taken before the others have their turn.</summary>
    private const int MostMessagesPerTurn = 64;

    private readonly byte[] _message = new byte[Channel.LongestMessage];
    private readonly List<Channel> _channels = [];

    /// <summary>Takes a message, which is valid during the call.</summary>
    public delegate void Taker(ReadOnlySpan<byte> message);

    /// <summary>Listens to a server until it is gone; its successor comes with a channel of its own.</summary>
    public void Serve(Peer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        _channels.Add(server.Channel);
        loop.SpawnVital(() => Receive(server.Channel));
    }

    /// <summary>Takes all that servers have told so far, at once.</summary>
    public void Drain()
    {
        foreach (Channel channel in _channels)
        {
            while (Take(channel) == ChannelStatus.Done)
            {
            }
        }
    }

    private async ValueTask Receive(Channel channel)
    {
        await ChannelTurns.Listen(loop, channel, MostMessagesPerTurn, () => Take(channel));
        _ = _channels.Remove(channel);
    }

    private ChannelStatus Take(Channel channel)
    {
        ChannelResult received = channel.TryReceive(_message, out ReceivedDescriptors descriptors);
        descriptors.Dispose();
        if (received.Status == ChannelStatus.Done)
        {
            take(_message.AsSpan(0, received.LengthBytes));
        }

        return received.Status;
    }
}
