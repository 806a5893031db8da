using System;
using System.Collections.Generic;

using Sluice.Daemon.Wire;

namespace Sluice.Daemon.Privsep.Messages;

/// <summary>What a message between the parent and a child says.</summary>
/// <remarks>The number of <see cref="Hello"/> and its fields never change: it is how different builds recognise each other.</remarks>
internal enum MessageType : ushort
{
    Hello = 1,
    Assignment = 2,
    ListenerOffer = 3,
    LogFileOffer = 4,
    PeerOffer = 5,
    Commit = 6,
    Stop = 7,
    Ready = 8,
    LogLines = 9,
    News = 10,
    Leave = 11,
    FileRequest = 12,
    FileAnswer = 13,
    SpoolRequest = 14,
    SpoolAnswer = 15,
    AreaOffer = 16,
    DescriptorOffer = 17,
    Verbosity = 18,
    SteeringRequest = 19,
    SteeringAnswer = 20,
    Renewed = 21,
    KeysVerdict = 22,
    SocketsRequest = 23,
    SocketsAnswer = 24,
    ConnectRequest = 25,
    ConnectAnswer = 26,
    KeysTrial = 27,
    KeysFaults = 28,
}

/// <summary>
/// A message between the parent and a child. Each begins with its type and the generation of the configuration that
/// its sender works by.
/// </summary>
internal abstract record Message(MessageType Type, uint Generation)
{
    public void Write(WireWriter writer)
    {
        writer.UInt16((ushort)Type);
        writer.UInt32(Generation);
        WriteFields(writer);
    }

    /// <summary>The message, or null if the bytes are none.</summary>
    public static Message? Read(ReadOnlySpan<byte> bytes)
    {
        WireReader reader = new(bytes);
        MessageType type = (MessageType)reader.UInt16();
        uint generation = reader.UInt32();
        Message? message = type switch
        {
            MessageType.Hello => Hello.ReadFields(ref reader, generation),
            MessageType.Assignment => Assignment.ReadFields(ref reader, generation),
            MessageType.ListenerOffer => ListenerOffer.ReadFields(ref reader, generation),
            MessageType.LogFileOffer => LogFileOffer.ReadFields(ref reader, generation),
            MessageType.PeerOffer => PeerOffer.ReadFields(ref reader, generation),
            MessageType.Commit => Commit.ReadFields(ref reader, generation),
            MessageType.Stop => new Stop(generation),
            MessageType.Leave => Leave.ReadFields(ref reader, generation),
            MessageType.Ready => new Ready(generation),
            MessageType.LogLines => LogLines.ReadFields(ref reader, generation),
            MessageType.SpoolRequest => new SpoolRequest(generation),
            MessageType.SpoolAnswer => SpoolAnswer.ReadFields(ref reader, generation),
            MessageType.News => News.ReadFields(ref reader, generation),
            MessageType.FileRequest => FileRequest.ReadFields(ref reader, generation),
            MessageType.FileAnswer => FileAnswer.ReadFields(ref reader, generation),
            MessageType.AreaOffer => AreaOffer.ReadFields(ref reader, generation),
            MessageType.DescriptorOffer => new DescriptorOffer(generation, reader.Text()),
            MessageType.Verbosity => new VerbosityChange(generation, reader.Number()),
            MessageType.Renewed => Renewed.ReadFields(ref reader, generation),
            MessageType.KeysVerdict => KeysVerdict.ReadFields(ref reader, generation),
            MessageType.KeysTrial => new KeysTrial(generation, reader.Number()),
            MessageType.KeysFaults => KeysFaults.ReadFields(ref reader, generation),
            MessageType.SocketsRequest => SocketsRequest.ReadFields(ref reader, generation),
            MessageType.SocketsAnswer => SocketsAnswer.ReadFields(ref reader, generation),
            MessageType.ConnectRequest => ConnectRequest.ReadFields(generation),
            MessageType.ConnectAnswer => ConnectAnswer.ReadFields(ref reader, generation),
            MessageType.SteeringRequest => SteeringRequest.ReadFields(ref reader, generation),
            MessageType.SteeringAnswer => SteeringAnswer.ReadFields(ref reader, generation),
            _ => null,
        };
        return reader.IsWhole ? message : null;
    }

    protected abstract void WriteFields(WireWriter writer);

    protected static bool AreSame<T>(IReadOnlyList<T> one, IReadOnlyList<T> other)
        where T : IEquatable<T>
    {
        bool same = one.Count == other.Count;
        for (int i = 0; same && i < one.Count; i++)
        {
            same = one[i].Equals(other[i]);
        }

        return same;
    }
}
