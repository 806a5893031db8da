using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Control;
using Sluice.Daemon.Logging;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;
using Sluice.Relayd.Relaying;

namespace Sluice.Relayd.Control;

/// <summary>What all clients of the control socket share.</summary>
/// <param name="Loop">The loop.</param>
/// <param name="Log">Where requests are named.</param>
/// <param name="Handler">Who does what they ask for.</param>
/// <param name="Sessions">Who asks the relays.</param>
/// <param name="Inventory">What is there now.</param>
internal sealed record ClientSurroundings(EventLoop Loop, Log Log, RequestHandler Handler, SessionLists Sessions, Func<Inventory> Inventory)
{
    /// <summary>Room for a request; it is read before anything else runs.</summary>
    public byte[] Buffer { get; } = new byte[2048];
}

/// <summary>A client of the control socket, from its connection to its end: one request at a time, each answered before the next is read.</summary>
/// <param name="surroundings">What it shares with others.</param>
/// <param name="channel">The connection; this object closes it.</param>
/// <param name="peer">Who it is.</param>
internal sealed class ClientSession(ClientSurroundings surroundings, Channel channel, PeerCredentials peer)
{
    /// <summary>How long a client may ask nothing.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may read nothing of an answer.</summary>
    public static readonly TimeSpan Stall = TimeSpan.FromSeconds(10);

    private readonly Alarm _limit = new(channel.Dispose);

    /// <summary>Answers it until it leaves, is silent, or makes a mistake.</summary>
    public async ValueTask Run()
    {
        bool goesOn = true;
        try
        {
            while (goesOn)
            {
                goesOn = await AnswerOne();
                // Whoever asks again and again keeps nobody else waiting.
                await surroundings.Loop.NextTurn();
            }
        }
        finally
        {
            _limit.Disarm();
            channel.Dispose();
        }
    }

    // False where the client is done with, as of all these.
    private async ValueTask<bool> AnswerOne()
    {
        (Request? request, ReceivedDescriptors descriptors) = await Hear();
        using (descriptors)
        {
            if (request is null)
            {
                return false;
            }

            surroundings.Log.Debug($"control: {request.GetType().Name} of uid {peer.UserId}, process {peer.ProcessId}");
            return await Answer(request, descriptors);
        }
    }

    private async ValueTask<(Request? Request, ReceivedDescriptors Descriptors)> Hear()
    {
        _limit.Arm(surroundings.Loop.Timeouts(Silence));
        while (true)
        {
            ChannelResult received = channel.TryReceive(surroundings.Buffer, out ReceivedDescriptors descriptors);
            if (received.Status == ChannelStatus.Again)
            {
                _ = await channel.Readable();
                continue;
            }

            _limit.Disarm();
            if (received.Status != ChannelStatus.Done)
            {
                return (null, descriptors);
            }

            RequestReading reading = Request.Read(surroundings.Buffer.AsSpan(0, received.LengthBytes), out Request? request);
            if (reading == RequestReading.OtherVersion)
            {
                _ = await End(Outcome.NotUnderstood);
            }

            return (request, descriptors);
        }
    }

    private ValueTask<bool> Answer(Request request, ReceivedDescriptors descriptors) => request switch
    {
        _ when RequestHandler.IsForRoot(request) && peer.UserId != 0 => End(Outcome.NotPermitted),
        ShowRequest { Subject: ShowSubject.Sessions } => ShowSessions(),
        ShowRequest show => Show(surroundings.Inventory().Rows(show.Subject)),
        MonitorRequest => Monitor(),
        _ => Command(request, descriptors),
    };

    private async ValueTask<bool> Command(Request request, ReceivedDescriptors descriptors)
    {
        bool hasFile = descriptors.TryTake(out int descriptor);
        CommandResult result = await surroundings.Handler.Do(request, hasFile ? descriptor : -1);
        if (hasFile)
        {
            new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true).Dispose();
        }

        if (request is StopRequest && result.Outcome == Outcome.Done)
        {
            // The answer is the end of the daemon (R-CTL-15).
            _limit.Arm(surroundings.Loop.Timeouts(Stall));
            _ = await channel.Readable();
            return false;
        }

        // A character for each byte, in parts that a message has room for.
        string text = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(result.Text));
        return await Show(text.Chunk(TextRow.LongestText).Select(static part => new TextRow(new string(part))), result.Outcome);
    }

    private async ValueTask<bool> ShowSessions()
    {
        await surroundings.Sessions.Acquire();
        try
        {
            IReadOnlyList<SessionEntry> entries = await surroundings.Sessions.Collect();
            return await Show(entries.Select(static entry => SessionLists.Row(entry)));
        }
        finally
        {
            surroundings.Sessions.Release();
        }
    }

    private async ValueTask<bool> Show(IEnumerable<Reply> rows, Outcome outcome = Outcome.Done)
    {
        ReplyMessage message = new();
        foreach (Reply row in rows)
        {
            message.Add(row);
            if (message.IsFull && !await Send(message))
            {
                return false;
            }
        }

        message.Add(new End(outcome));
        return await Send(message);
    }

    private ValueTask<bool> End(Outcome outcome) => Show([], outcome);

    private async ValueTask<bool> Monitor()
    {
        EventQueue queue = surroundings.Handler.Monitors.Add();
        surroundings.Loop.Spawn(() => Leave(queue));
        try
        {
            await Tell(queue);
        }
        finally
        {
            surroundings.Handler.Monitors.Remove(queue);
        }

        return false;
    }

    private async ValueTask Tell(EventQueue queue)
    {
        ReplyMessage message = new();
        bool goesOn = true;
        while (goesOn && channel.Descriptor >= 0)
        {
            while (!message.IsFull && queue.Next() is { } row)
            {
                message.Add(row);
            }

            if (message.IsEmpty)
            {
                _ = await queue.Waiter.Wait();
            }
            else
            {
                goesOn = await Send(message);
            }
        }
    }

    // A client that watches says nothing more: whatever comes is its end.
    private async ValueTask Leave(EventQueue queue)
    {
        ChannelStatus status;
        do
        {
            _ = await channel.Readable();
            status = channel.TryReceive(surroundings.Buffer, out ReceivedDescriptors descriptors).Status;
            descriptors.Dispose();
        }
        while (status == ChannelStatus.Again);

        channel.Dispose();
        queue.Waiter.Complete(Wake.Closed);
    }

    // Empties the message; false where the client is gone, or reads nothing.
    private async ValueTask<bool> Send(ReplyMessage message)
    {
        ReadOnlyMemory<byte> bytes = message.Finish().ToArray();
        message.Clear();
        ChannelStatus status;
        while ((status = channel.TrySend(bytes.Span)) == ChannelStatus.Again)
        {
            _limit.Arm(surroundings.Loop.Timeouts(Stall));
            _ = await channel.Writable();
        }

        _limit.Disarm();
        return status == ChannelStatus.Done;
    }
}
