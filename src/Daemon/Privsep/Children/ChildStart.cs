using System;
using System.Collections.Generic;
using System.IO;

using Sluice.Daemon.Metrics;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Children;

/// <summary>In a child, before its loop runs: says hello and waits for all that it needs to begin.</summary>
internal sealed class ChildStart(Channel parent, UInt128 build)
{
    private readonly byte[] _buffer = new byte[Channel.LongestMessage];

    public Assignment? Assignment { get; private set; }

    public Statistics? Statistics { get; private set; }

    public Inheritance Inheritance { get; } = new();

    public IReadOnlyList<int> LogFiles { get; private set; } = [];

    public List<Peer> Peers { get; } = [];

    public Dictionary<AreaKey, SharedPages> Areas { get; } = [];

    public Dictionary<string, int> Descriptors { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<InheritedListener> Listeners { get; private set; } = [];

    public ReadOnlyMemory<byte> Payload { get; private set; }

    public ReadOnlyMemory<byte> News { get; private set; }

    public uint Generation { get; private set; }

    /// <summary>Waits for everything.</summary>
    /// <returns>False when the parent is gone or of another build: then this process leaves without a word.</returns>
    public bool Receive()
    {
        WireWriter writer = new();
        new Hello(0, build).Write(writer);
        _ = parent.Send(writer.Written);
        while (Generation == 0)
        {
            ChannelResult result = parent.Receive(_buffer, out ReceivedDescriptors descriptors);
            using (descriptors)
            {
                if (result.Status == ChannelStatus.Closed
                    || !Take(Message.Read(_buffer.AsSpan(0, result.LengthBytes)), descriptors))
                {
                    return false;
                }
            }
        }

        return true;
    }

    // False when this process is to leave.
    private bool Take(Message? message, ReceivedDescriptors descriptors)
    {
        switch (message)
        {
            case Hello hello:
                // Nothing but this message is sure to be the same in two builds.
                return hello.Build == build;
            case Assignment assignment:
                Assignment = assignment;
                Statistics = Statistics.Adopt(Inheritance.Next(descriptors));
                return true;
            case ListenerOffer offer:
                Inheritance.Take(offer, descriptors);
                return true;
            case LogFileOffer offer:
                LogFiles = Inheritance.Take(offer, descriptors) ?? LogFiles;
                return true;
            case PeerOffer offer:
                Peers.Add(new Peer(offer.Role, offer.Instance, Channel.Adopt(Inheritance.Next(descriptors))));
                return true;
            case AreaOffer offer:
                Areas.Add(offer.Area, SharedArea.Adopt(Inheritance.Next(descriptors), offer.Count, offer.Access));
                return true;
            case DescriptorOffer offer:
                Descriptors.Add(offer.Name, Inheritance.Next(descriptors));
                return true;
            case News news:
                News = news.Content;
                return true;
            case Commit commit:
                Payload = Inheritance.Payload(descriptors);
                Listeners = Inheritance.Commit(commit);
                Generation = commit.Generation;
                return true;
            case Stop:
                return false;
            default:
                throw new InvalidDataException("what the parent sent is no message");
        }
    }
}
