using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Microsoft.Win32.SafeHandles;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Children;

/// <summary>In a child that works: hears the parent, and shows it that this process lives.</summary>
internal sealed class ParentLink(Channel parent, ChildContext context)
{
    private readonly byte[] _buffer = new byte[Channel.LongestMessage];
    private readonly WireWriter _writer = new();
    private Inheritance _inheritance = new();

    // Those that come into use with the next commit.
    private IReadOnlyList<int>? _nextLogFiles;

    /// <summary>Hands on what came before the loop.</summary>
    public void TakeOver(ChildStart start)
    {
        _inheritance = start.Inheritance;
        // Before the role works: what its peers have sent already may need the parent.
        context.ToParent = message => Send(message);
        context.ToParentWith = (message, descriptor) => Send(message, descriptor);
        foreach ((AreaKey area, SharedPages pages) in start.Areas)
        {
            context.Take(area, pages);
        }

        foreach ((string name, int descriptor) in start.Descriptors)
        {
            context.Take(name, descriptor);
        }

        foreach (Peer peer in start.Peers)
        {
            peer.Channel.Attach(context.Loop);
            context.Take(peer);
        }

        context.Take(start.LogFiles);
        context.Take(new News(start.Generation, start.News));
        context.Take(start.Generation, start.Payload, start.Listeners);
    }

    /// <summary>Says that the process is ready, and from now on listens.</summary>
    public void Begin(TimeSpan heartbeat, ParentOutput output)
    {
        parent.Attach(context.Loop);
        output.Begin(context.Loop);
        context.Loop.SpawnVital(() => Beat(heartbeat));
        context.Loop.SpawnVital(Listen);
        ConfirmUnlessHeld();
    }

    /// <summary>A signal; all but TERM are the parent's.</summary>
    public void OnSignal(PosixSignal signal)
    {
        if (signal == PosixSignal.SIGTERM)
        {
            Stop();
        }
    }

    private async ValueTask Beat(TimeSpan heartbeat)
    {
        while (true)
        {
            context.Statistics.Beat();
            await context.Loop.Sleep(heartbeat);
        }
    }

    private async ValueTask Listen()
    {
        Wake wake = Wake.Ready;
        while (wake == Wake.Ready)
        {
            ChannelResult result = parent.TryReceive(_buffer, out ReceivedDescriptors descriptors);
            using (descriptors)
            {
                switch (result.Status)
                {
                    case ChannelStatus.Done:
                        Take(Message.Read(_buffer.AsSpan(0, result.LengthBytes)), descriptors);
                        continue;
                    case ChannelStatus.Again:
                        break;
                    default:
                        // Without a parent nobody would hear of this process again.
                        context.Loop.Stop();
                        return;
                }
            }

            wake = await parent.Readable();
        }
    }

    private void Take(Message? message, ReceivedDescriptors descriptors)
    {
        switch (message)
        {
            case ListenerOffer offer:
                _inheritance.Take(offer, descriptors);
                break;
            case LogFileOffer { Moment: LogFileMoment.WithConfiguration } offer:
                _nextLogFiles = _inheritance.Take(offer, descriptors);
                break;
            case LogFileOffer offer:
                if (_inheritance.Take(offer, descriptors) is { } logFiles)
                {
                    Replace(logFiles, context.LogFilesChanged);
                }

                break;
            case PeerOffer offer:
                Connect(new Peer(offer.Role, offer.Instance, Channel.Adopt(Inheritance.Next(descriptors))));
                break;
            case News news:
                context.Take(news);
                context.NewsCame();
                break;
            case Commit commit:
                context.Take(commit.Generation, Inheritance.Payload(descriptors), _inheritance.Commit(commit));
                Replace(_nextLogFiles ?? context.LogFiles, context.Reconfigured);
                _nextLogFiles = null;
                ConfirmUnlessHeld();
                break;
            case Renewed renewed:
                context.Take(Inheritance.Payload(descriptors));
                context.Renewed(renewed.Number);
                break;
            case KeysTrial trial:
                context.Trial(trial.Number, Inheritance.Payload(descriptors));
                break;
            case DescriptorOffer offer:
                context.Take(offer.Name, Inheritance.Next(descriptors));
                break;
            case VerbosityChange change:
                context.Log.Verbosity = change.Verbosity;
                break;
            case Leave leave when context.Leaving is { } leaving:
                leaving(leave.ListenerIds);
                break;
            case Leave:
                context.End();
                break;
            case Messages.Stop:
                Stop();
                break;
            default:
                TakeAnswer(message, descriptors);
                break;
        }
    }

    // To what this process has asked for.
    private void TakeAnswer(Message? message, ReceivedDescriptors descriptors)
    {
        switch (message)
        {
            case SpoolAnswer answer:
                context.SpoolCame(answer.Error, answer.Error == Errno.None ? SpoolFile.Adopt(Inheritance.Next(descriptors)) : null);
                break;
            case FileAnswer answer:
                OpenFile? file = answer.Error == Errno.None ? OpenFile.Adopt(Inheritance.Next(descriptors)) : null;
                context.FileCame(new AnsweredFile(answer.Generation, answer.Index, answer.Error, file));
                break;
            case SocketsAnswer answer:
                context.SocketsCame(answer.Kind, answer.Error, descriptors);
                break;
            case ConnectAnswer answer:
                // Its generation is this process' own: the parent answers no request of another one, and a commit comes behind what it answered before.
                context.Connected(answer.Error, answer.Error == Errno.None ? Inheritance.Next(descriptors) : -1);
                break;
            case SteeringAnswer answer:
                context.Steered(new SteeringResult(answer.Number, answer.Outcome, answer.Text));
                break;
            default:
                throw new InvalidDataException("what the parent sent is no message");
        }
    }

    private void Connect(Peer peer)
    {
        peer.Channel.Attach(context.Loop);
        context.Take(peer);
        context.PeerConnected(peer);
    }

    // Who writes them changes over in the callback; then nobody uses the old ones.
    private void Replace(IReadOnlyList<int> logFiles, Action callback)
    {
        IReadOnlyList<int> before = context.LogFiles;
        context.Take(logFiles);
        callback();
        foreach (int descriptor in before.Except(logFiles))
        {
            new SafeFileHandle(descriptor, ownsHandle: true).Dispose();
        }
    }

    private void Stop() => (context.Stopping ?? context.End)();

    private void ConfirmUnlessHeld()
    {
        if (!context.IsHeld)
        {
            Send(new Ready(context.Generation));
        }
    }

    private void Send(Message message, params ReadOnlySpan<int> descriptors)
    {
        _writer.Clear();
        message.Write(_writer);
        _ = parent.TrySend(_writer.Written, descriptors);
    }
}
