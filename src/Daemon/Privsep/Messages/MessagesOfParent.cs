using System;
using System.Collections.Generic;

using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Messages;

/// <summary>First message in both directions: which build the sender is.</summary>
internal sealed record Hello(uint Generation, UInt128 Build) : Message(MessageType.Hello, Generation)
{
    public static Hello ReadFields(ref WireReader reader, uint generation) => new(generation, reader.UInt128());

    protected override void WriteFields(WireWriter writer) => writer.UInt128(Build);
}

/// <summary>To a new child: as whom it is to run. With it comes the memory of its counters.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Root">Its root directory.</param>
/// <param name="UserId">Its uid.</param>
/// <param name="GroupId">Its gid.</param>
/// <param name="Verbosity">How often the command line says <c>-v</c>.</param>
/// <param name="Preparation">What it has to load, and what it is left, before it gives up its rights.</param>
internal sealed record Assignment(uint Generation, string Root, uint UserId, uint GroupId, int Verbosity, Preparation Preparation)
    : Message(MessageType.Assignment, Generation)
{
    public static Assignment ReadFields(ref WireReader reader, uint generation) =>
        new(generation, reader.Text(), reader.UInt32(), reader.UInt32(), reader.Number(), (Preparation)reader.Small((int)Preparation.All));

    protected override void WriteFields(WireWriter writer)
    {
        writer.Text(Root);
        writer.UInt32(UserId);
        writer.UInt32(GroupId);
        writer.Count(Verbosity);
        writer.Small((int)Preparation);
    }
}

/// <summary>A listening socket under its id and the key of its request.</summary>
internal readonly record struct OfferedListener(int Id, string Key);

/// <summary>Listening sockets that the next <see cref="Commit"/> uses; a descriptor for each.</summary>
internal sealed record ListenerOffer(uint Generation, IReadOnlyList<OfferedListener> Listeners)
    : Message(MessageType.ListenerOffer, Generation)
{
    public static ListenerOffer ReadFields(ref WireReader reader, uint generation) => new(
        generation,
        reader.List(static (ref reader) => new OfferedListener(reader.Number(), reader.Text()), 2 * sizeof(uint)));

    public bool Equals(ListenerOffer? other) => base.Equals(other) && AreSame(Listeners, other.Listeners);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Listeners.Count);

    protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Listeners.Count);
        foreach (OfferedListener listener in Listeners)
        {
            writer.Count(listener.Id);
            writer.Text(listener.Key);
        }
    }
}

/// <summary>What is done with log files that were opened.</summary>
internal enum LogFileMoment : byte
{
    /// <summary>They belong to the configuration of the next <see cref="Commit"/>.</summary>
    WithConfiguration = 0,

    /// <summary>The same files opened anew: they are used from now on.</summary>
    Now = 1,
}

/// <summary>Log files; a descriptor for each, over as many messages as needed.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Moment">When they come into use.</param>
/// <param name="Missing">How many come in further messages.</param>
internal sealed record LogFileOffer(uint Generation, LogFileMoment Moment, int Missing)
    : Message(MessageType.LogFileOffer, Generation)
{
    public static LogFileOffer ReadFields(ref WireReader reader, uint generation) =>
        new(generation, (LogFileMoment)reader.Small((int)LogFileMoment.Now), reader.Number());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Byte((byte)Moment);
        writer.Count(Missing);
    }
}

/// <summary>A channel to a process of another role comes with this; it takes the place of an earlier one.</summary>
internal sealed record PeerOffer(uint Generation, string Role, int Instance) : Message(MessageType.PeerOffer, Generation)
{
    public static PeerOffer ReadFields(ref WireReader reader, uint generation) =>
        new(generation, reader.Text(), reader.Number());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Text(Role);
        writer.Count(Instance);
    }
}

/// <summary>
/// The configuration of this generation comes into use. Its payload comes with this, in sealed memory; the listeners
/// were offered before, now or with an earlier generation.
/// </summary>
internal sealed record Commit(uint Generation, IReadOnlyList<int> ListenerIds) : Message(MessageType.Commit, Generation)
{
    public static Commit ReadFields(ref WireReader reader, uint generation) =>
        new(generation, reader.List(static (ref reader) => reader.Number(), sizeof(uint)));

    public bool Equals(Commit? other) => base.Equals(other) && AreSame(ListenerIds, other.ListenerIds);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), ListenerIds.Count);

    protected override void WriteFields(WireWriter writer) => writer.Counts(ListenerIds);
}

/// <summary>Of the configuration in use the child's payload is another now, which comes with this; all else of it stays.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Number">That of the renewal; a verdict has it too.</param>
internal sealed record Renewed(uint Generation, int Number) : Message(MessageType.Renewed, Generation)
{
    public static Renewed ReadFields(ref WireReader reader, uint generation) => new(generation, reader.Number());

    protected override void WriteFields(WireWriter writer) => writer.Count(Number);
}

/// <summary>The payload that comes with this would be the child's if a configuration that was read were used: whether its keys fit is to be said.</summary>
/// <param name="Generation">That of the configuration in use.</param>
/// <param name="Number">That of the trial; the answer has it too.</param>
internal sealed record KeysTrial(uint Generation, int Number) : Message(MessageType.KeysTrial, Generation)
{
    protected override void WriteFields(WireWriter writer) => writer.Count(Number);
}

/// <summary>The content of a <see cref="Supplement"/>: it holds from now on, or for a new child from the first <see cref="Commit"/>.</summary>
internal sealed record News(uint Generation, ReadOnlyMemory<byte> Content) : Message(MessageType.News, Generation)
{
    public static News ReadFields(ref WireReader reader, uint generation) => new(generation, reader.Bytes().ToArray());

    public bool Equals(News? other) => base.Equals(other) && Content.Span.SequenceEqual(other.Content.Span);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Content.Length);

    protected override void WriteFields(WireWriter writer) => writer.Bytes(Content.Span);
}

/// <summary>What became of a <see cref="SpoolRequest"/>; they are answered in order. The file comes with it where there is no error.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Error">Why there is none.</param>
internal sealed record SpoolAnswer(uint Generation, Errno Error) : Message(MessageType.SpoolAnswer, Generation)
{
    public static SpoolAnswer ReadFields(ref WireReader reader, uint generation) => new(generation, (Errno)reader.Number());

    protected override void WriteFields(WireWriter writer) => writer.Count((int)Error);
}

/// <summary>What became of a <see cref="SocketsRequest"/>; those of a kind are answered in order. The sockets come with it, as many as could be made.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Kind">Which.</param>
/// <param name="Error">Why there is not one.</param>
internal sealed record SocketsAnswer(uint Generation, TransparentKind Kind, Errno Error) : Message(MessageType.SocketsAnswer, Generation)
{
    public static SocketsAnswer ReadFields(ref WireReader reader, uint generation) =>
        new(generation, (TransparentKind)reader.Small((int)TransparentKind.Datagrams6), (Errno)reader.Number());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Small((int)Kind);
        writer.Count((int)Error);
    }
}

/// <summary>What became of a <see cref="ConnectRequest"/>. The connection comes with it.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Error">Why there is none.</param>
internal sealed record ConnectAnswer(uint Generation, Errno Error) : Message(MessageType.ConnectAnswer, Generation)
{
    public static ConnectAnswer ReadFields(ref WireReader reader, uint generation) => new(generation, (Errno)reader.Number());

    protected override void WriteFields(WireWriter writer) => writer.Count((int)Error);
}

/// <summary>A successor works in the child's place: it is to take nothing new, bring what it has to a good end, and leave.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="ListenerIds">The child's listeners from which the successor accepts; the others were removed and are to be retired.</param>
internal sealed record Leave(uint Generation, IReadOnlyList<int> ListenerIds) : Message(MessageType.Leave, Generation)
{
    public static Leave ReadFields(ref WireReader reader, uint generation) =>
        new(generation, reader.List(static (ref reader) => reader.Number(), sizeof(uint)));

    public bool Equals(Leave? other) => base.Equals(other) && AreSame(ListenerIds, other.ListenerIds);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), ListenerIds.Count);

    protected override void WriteFields(WireWriter writer) => writer.Counts(ListenerIds);
}

/// <summary>What became of a <see cref="FileRequest"/>; the file comes with it where there is no error.</summary>
/// <param name="Generation">That of the request.</param>
/// <param name="Index">That of the request.</param>
/// <param name="Error">Why it was not opened.</param>
internal sealed record FileAnswer(uint Generation, int Index, Errno Error) : Message(MessageType.FileAnswer, Generation)
{
    public static FileAnswer ReadFields(ref WireReader reader, uint generation) => new(generation, reader.Number(), (Errno)reader.Number());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Index);
        writer.Count((int)Error);
    }
}

/// <summary>The child is to bring its work to an end and leave.</summary>
internal sealed record Stop(uint Generation) : Message(MessageType.Stop, Generation)
{
    protected override void WriteFields(WireWriter writer)
    {
    }
}

/// <summary>Memory that processes share; its descriptor comes with it.</summary>
/// <param name="Generation">That of the configuration.</param>
/// <param name="Area">Whose.</param>
/// <param name="Count">How many numbers.</param>
/// <param name="Access">What this process may do.</param>
internal sealed record AreaOffer(uint Generation, AreaKey Area, int Count, PageAccess Access) : Message(MessageType.AreaOffer, Generation)
{
    public static AreaOffer ReadFields(ref WireReader reader, uint generation) =>
        new(generation, new AreaKey(reader.Text(), reader.Number()), reader.Number(), (PageAccess)reader.Small((int)PageAccess.ReadAndWrite));

    protected override void WriteFields(WireWriter writer)
    {
        writer.Text(Area.Name);
        writer.Count(Area.Instance);
        writer.Count(Count);
        writer.Small((int)Access);
    }
}

/// <summary>What a <see cref="DescriptorRequest"/> of that name opened comes with this.</summary>
internal sealed record DescriptorOffer(uint Generation, string Name) : Message(MessageType.DescriptorOffer, Generation)
{
    protected override void WriteFields(WireWriter writer) => writer.Text(Name);
}

/// <summary>From now on logs say more, or less.</summary>
internal sealed record VerbosityChange(uint Generation, int Verbosity) : Message(MessageType.Verbosity, Generation)
{
    protected override void WriteFields(WireWriter writer) => writer.Count(Verbosity);
}

/// <summary>What became of a <see cref="SteeringRequest"/>.</summary>
/// <param name="Generation">That of the configuration in use.</param>
/// <param name="Number">The request's.</param>
/// <param name="Outcome">Whether it was done.</param>
/// <param name="Text">What there is to say, lines separated by newlines; at most <see cref="LongestText"/> characters.</param>
internal sealed record SteeringAnswer(uint Generation, int Number, SteeringOutcome Outcome, string Text) : Message(MessageType.SteeringAnswer, Generation)
{
    public const int LongestText = 12_000;

    public static SteeringAnswer ReadFields(ref WireReader reader, uint generation) =>
        new(generation, reader.Number(), (SteeringOutcome)reader.Small((int)SteeringOutcome.Done), reader.Text());

    protected override void WriteFields(WireWriter writer)
    {
        writer.Count(Number);
        writer.Small((int)Outcome);
        writer.Text(Text);
    }
}
