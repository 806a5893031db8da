using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Netfilter;
using Sluice.Engine.Processes;
using Sluice.Engine.Routing;

namespace Sluice.Relayctl;

/// <summary>Asks the daemon and prints what it answers.</summary>
/// <param name="loop">Runs until the conversation is over.</param>
/// <param name="commandLine">What is asked, and where.</param>
/// <param name="view">What prints.</param>
/// <param name="messages">Where it says what is wrong.</param>
internal sealed class Conversation(EventLoop loop, CommandLine commandLine, View view, TextWriter messages)
{
    // unix(7), without the NUL.
    private const int LongestSocket = 107;

    // What relayd makes in the packet filter.
    private static readonly string[] _ownTables = ["inet sluice", "ip sluice", "ip6 sluice"];

    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _buffer = new byte[Channel.LongestMessage];
    private readonly List<Reply> _replies = [];

    /// <summary>What the program exits with, once it is over.</summary>
    public int Status { get; private set; } = 1;

    private bool IsMonitor => commandLine.Request is MonitorRequest;

    /// <summary>The whole of it; with <c>monitor</c> it goes on with each daemon that comes.</summary>
    public async ValueTask Run()
    {
        byte[] socket = Encoding.UTF8.GetBytes(commandLine.Socket);
        if (socket.Length is 0 or > LongestSocket)
        {
            Say($"socket `{commandLine.Socket}' too long");
            return;
        }

        using OpenFile? file = Open(out Errno error);
        if (error != Errno.None)
        {
            Say($"{commandLine.Path}: {error.Describe()}");
            return;
        }

        bool goesOn = true;
        while (goesOn)
        {
            goesOn = await Once(socket, file);
        }
    }

    /// <summary>The file of <c>load</c>: the daemon opens none that a client names (D-09).</summary>
    private OpenFile? Open(out Errno error)
    {
        OpenFile? file = null;
        error = commandLine.Request is LoadRequest
            ? Files.Open(Encoding.UTF8.GetBytes(commandLine.Path), Links.Follow, out file)
            : Errno.None;
        return file;
    }

    // Whether there is to be another time.
    private async ValueTask<bool> Once(byte[] socket, OpenFile? file)
    {
        using Channel? channel = Connect(socket, out Errno error);
        if (channel is null)
        {
            if (IsMonitor && error is Errno.NotFound or Errno.ConnectionRefused)
            {
                await loop.Sleep(_patience);
                return true;
            }

            if (commandLine.Request is PurgeRequest && error is Errno.NotFound or Errno.ConnectionRefused)
            {
                Purge();
                return false;
            }

            Say($"connect: {commandLine.Socket}: {error.Describe()}");
            return false;
        }

        channel.Attach(loop);
        if (Ask(channel, file) == ChannelStatus.Done && await Hear(channel))
        {
            return false;
        }

        if (!IsMonitor)
        {
            Say("pipe closed");
            return false;
        }

        await loop.Sleep(_patience);
        return true;
    }

    private static Channel? Connect(byte[] socket, out Errno error)
    {
        error = Channel.Connect(socket, out Channel? channel);
        return channel;
    }

    private ChannelStatus Ask(Channel channel, OpenFile? file)
    {
        WireWriter writer = new();
        commandLine.Request.Write(writer);
        return file is null ? channel.TrySend(writer.Written) : channel.TrySend(writer.Written, file.Descriptor);
    }

    // False where the daemon left before it had said everything.
    private async ValueTask<bool> Hear(Channel channel)
    {
        while (true)
        {
            ChannelResult received = channel.TryReceive(_buffer, out ReceivedDescriptors descriptors);
            descriptors.Dispose();
            switch (received.Status)
            {
                case ChannelStatus.Again:
                    _ = await channel.Readable();
                    break;
                case ChannelStatus.Done when Take(_buffer.AsSpan(0, received.LengthBytes)):
                    return true;
                case ChannelStatus.Done:
                    break;
                default:
                    return false;
            }
        }
    }

    // Whether it was the last one.
    private bool Take(ReadOnlySpan<byte> message)
    {
        _replies.Clear();
        if (!Reply.TryRead(message, _replies))
        {
            Say("relayd answers in another way than this program understands: restart it");
            return true;
        }

        bool isLast = false;
        foreach (Reply reply in _replies)
        {
            if (reply is End end)
            {
                isLast = true;
                Conclude(end.Outcome);
            }
            else
            {
                view.Show(reply);
            }
        }

        view.Flush();
        return isLast;
    }

    private void Conclude(Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.NotPermitted:
                Say("only root may ask for this");
                break;
            case Outcome.NotUnderstood:
                Say("relayd is of another version: restart it");
                return;
            default:
                break;
        }

        Status = view.End(outcome);
    }

    // Nobody else is there to do it.
    private void Purge()
    {
        using RouteTable routes = RouteTable.Open();
        Errno error = routes.Purge();
        if (error != Errno.None)
        {
            Say($"the kernel refused to remove routes: {error.Describe()}");
            return;
        }

        using PacketFilter filter = new();
        if (filter.Run(string.Concat(_ownTables.Select(static table => $"add table {table}\ndelete table {table}\n")), out string failure))
        {
            Conclude(Outcome.Done);
            view.Flush();
        }
        else
        {
            Say($"the packet filter refused: {failure.Trim()}");
        }
    }

    private void Say(string message)
    {
        messages.Write($"relayctl: {message}\n");
        messages.Flush();
    }
}
