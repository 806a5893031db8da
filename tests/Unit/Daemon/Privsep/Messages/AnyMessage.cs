using System;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Daemon.Wire;
using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;

namespace Sluice.Unit.Daemon.Privsep.Messages;

/// <summary>Messages of all types with any content.</summary>
internal static class AnyMessage
{
    private static readonly Gen<uint> _number = ArbMap.Default.GeneratorFor<uint>();
    private static readonly Gen<int> _count = Gen.OneOf(Gen.Choose(0, 1000), Gen.Constant(int.MaxValue));
    private static readonly Gen<string> _text =
        Gen.Elements('a', '/', ':', ' ', '\0', '\n', 'é', '€').ListOf().Select(letters => new string([.. letters]));

    private static readonly Gen<Message> _any = Gen.OneOf(
        from generation in _number
        from high in ArbMap.Default.GeneratorFor<ulong>()
        from low in ArbMap.Default.GeneratorFor<ulong>()
        select (Message)new Hello(generation, new UInt128(high, low)),
        from generation in _number
        from root in _text
        from user in _number
        from groupId in _number
        from verbosity in _count
        from preparation in Gen.Elements(Enum.GetValues<Preparation>())
        select (Message)new Assignment(generation, root, user, groupId, verbosity, preparation),
        from generation in _number
        from listeners in (from id in _count from key in _text select new OfferedListener(id, key)).ListOf()
        select (Message)new ListenerOffer(generation, [.. listeners]),
        from generation in _number
        from moment in Gen.Elements(LogFileMoment.WithConfiguration, LogFileMoment.Now)
        from missing in _count
        select (Message)new LogFileOffer(generation, moment, missing),
        from generation in _number
        from role in _text
        from instance in _count
        select (Message)new PeerOffer(generation, role, instance),
        from generation in _number
        from content in ArbMap.Default.GeneratorFor<byte[]>()
        select (Message)new News(generation, content),
        from generation in _number
        from index in _count
        select (Message)new FileRequest(generation, index),
        from generation in _number
        from index in _count
        from error in Gen.Elements(Enum.GetValues<Errno>())
        select (Message)new FileAnswer(generation, index, error),
        from generation in _number
        from name in _text
        from instance in _count
        from count in _count
        from access in Gen.Elements(Enum.GetValues<PageAccess>())
        select (Message)new AreaOffer(generation, new AreaKey(name, instance), count, access),
        from generation in _number
        from name in _text
        select (Message)new DescriptorOffer(generation, name),
        from generation in _number
        from verbosity in _count
        select (Message)new VerbosityChange(generation, verbosity),
        from generation in _number
        from number in _count
        from kind in Gen.Elements(Enum.GetValues<SteeringKind>())
        from content in ArbMap.Default.GeneratorFor<byte[]>()
        select (Message)new SteeringRequest(generation, number, kind, content),
        from generation in _number
        from number in _count
        from outcome in Gen.Elements(Enum.GetValues<SteeringOutcome>())
        from text in _text
        select (Message)new SteeringAnswer(generation, number, outcome, text),
        from generation in _number
        from ids in _count.ListOf()
        select (Message)new Commit(generation, [.. ids]),
        from generation in _number
        from number in _count
        select (Message)new Renewed(generation, number),
        from generation in _number
        from number in _count
        from ids in _count.ListOf()
        select (Message)new KeysVerdict(generation, number, [.. ids]),
        from generation in _number
        from number in _count
        select (Message)new KeysTrial(generation, number),
        from generation in _number
        from number in _count
        from faults in _text.ListOf()
        select (Message)new KeysFaults(generation, number, [.. faults]),
        from generation in _number
        from ids in _count.ListOf()
        select (Message)new Leave(generation, [.. ids]),
        from generation in _number
        from isStop in ArbMap.Default.GeneratorFor<bool>()
        select isStop ? new Stop(generation) : (Message)new Ready(generation),
        from generation in _number
        from error in _count
        select (Message)new SpoolAnswer(generation, (Errno)error),
        from generation in _number
        select (Message)new SpoolRequest(generation),
        from generation in _number
        from kind in Gen.Elements(Enum.GetValues<TransparentKind>())
        from count in Gen.Choose(0, SocketsRequest.Most)
        select (Message)new SocketsRequest(generation, kind, count),
        from generation in _number
        from kind in Gen.Elements(Enum.GetValues<TransparentKind>())
        from error in _count
        select (Message)new SocketsAnswer(generation, kind, (Errno)error),
        from generation in _number
        from error in _count
        select (Message)new ConnectAnswer(generation, (Errno)error),
        from generation in _number
        select (Message)new ConnectRequest(generation),
        from generation in _number
        from dropped in ArbMap.Default.GeneratorFor<ulong>()
        from lines in Line().ListOf()
        select (Message)new LogLines(generation, dropped, [.. lines]));

    /// <summary>For properties of any message.</summary>
    public static Arbitrary<Message> Arbitrary { get; } = _any.ToArbitrary();

    /// <summary>The bytes of a message.</summary>
    public static byte[] Bytes(Message message)
    {
        WireWriter writer = new();
        message.Write(writer);
        return writer.Written.ToArray();
    }

    private static Gen<LogLine> Line() =>
        from severity in Gen.Elements(Enum.GetValues<Severity>())
        from text in ArbMap.Default.GeneratorFor<byte[]>()
        select new LogLine(severity, text);
}
