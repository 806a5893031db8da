using System;
using System.Linq;
using System.Net;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Control;

using Outcome = Sluice.Control.Outcome;

namespace Sluice.Unit.Control;

/// <summary>Requests and replies of every kind.</summary>
internal static class AnyControl
{
    private static readonly Gen<int> _number = Gen.Choose(0, int.MaxValue);

    private static readonly Gen<string> _name =
        from characters in Gen.Choose(1, 255).Select(static code => (char)code).NonEmptyListOf()
        select string.Concat(characters.Take(ControlProtocol.LongestName));

    private static readonly Gen<IPAddress> _address = Gen.OneOf(Bytes(4), Bytes(16)).Select(static bytes => new IPAddress(bytes));

    private static readonly Gen<IPEndPoint> _peer = from address in _address from port in Gen.Choose(0, ushort.MaxValue) select new IPEndPoint(address, port);

    private static readonly Gen<Target> _target = Gen.OneOf(
        Gen.Choose(1, int.MaxValue).Select(static id => new Target((uint)id, "")),
        _name.Select(static name => new Target(0, name)));

    private static readonly Gen<SessionRates> _rates = from minute in _number from hour in _number from day in _number select new SessionRates(minute, hour, day);

    private static readonly Gen<SessionCounts> _counts =
        from total in _number from open in _number from last in _rates from average in _rates select new SessionCounts(total, open, last, average);

    private static readonly Gen<DateTimeOffset> _time =
        Gen.Choose(1, int.MaxValue).Select(static seconds => DateTimeOffset.FromUnixTimeSeconds(seconds));

    private static readonly Gen<Reply> _host =
        from id in _number
        from name in _name
        from status in Gen.Elements(Enum.GetValues<HostStatus>())
        from address in _address
        from numbers in _number.ArrayOf(7)
        from weight in Gen.Choose(0, 255)
        from draining in Gen.Elements(Enum.GetValues<Draining>())
        from last in Gen.OneOf(_time.Select(static time => (DateTimeOffset?)time), Gen.Constant((DateTimeOffset?)null))
        select (Reply)new HostRow(id, name, status)
        {
            ParentId = numbers[0],
            Address = address,
            Weight = weight,
            Retry = numbers[1],
            Draining = draining,
            Checks = numbers[2],
            Ups = numbers[3],
            LastCheck = last,
            Latency = TimeSpan.FromMicroseconds(numbers[4]),
            Result = name,
            HttpStatus = numbers[5],
            FailedSessions = numbers[6],
        };

    private static readonly Gen<Reply> _session =
        from numbers in _number.ArrayOf(6)
        from client in _peer
        from target in Gen.OneOf(_peer.Select(static peer => (IPEndPoint?)peer), Gen.Constant((IPEndPoint?)null))
        from state in Gen.Elements(Enum.GetValues<SessionState>())
        select (Reply)new SessionRow(numbers[0], numbers[1], numbers[2])
        {
            Client = client,
            Target = target,
            State = state,
            Age = TimeSpan.FromSeconds(numbers[3]),
            Idle = TimeSpan.FromSeconds(numbers[4]),
            TagId = numbers[5],
        };

    private static readonly Gen<Reply> _section =
        from id in _number
        from name in _name
        from status in Gen.Elements(Enum.GetValues<SectionStatus>())
        from redirect in Gen.Elements(Enum.GetValues<RedirectStatus>())
        from table in Gen.Elements(Enum.GetValues<TableStatus>())
        from number in _number
        from counts in _counts
        from label in Gen.OneOf(_name.Select(static text => (string?)text), Gen.Constant((string?)null))
        from end in Gen.OneOf(_time.Select(static time => (DateTimeOffset?)time), Gen.Constant((DateTimeOffset?)null))
        from reply in Gen.Elements<Reply>(
            new RedirectRow(id, name, redirect, counts),
            new RelayRow(id, name, status, counts) { CertificateEnd = end, DroppedDatagrams = number },
            new RouterRow(id, name, status, number, label),
            new TableRow(id, name, table, number))
        select reply;

    private static readonly Gen<Reply> _event =
        from kind in Gen.Elements(Enum.GetValues<EventKind>())
        from time in _time
        from id in _number
        from name in Gen.OneOf(_name, Gen.Constant(""))
        from state in Gen.Elements(Enum.GetValues<HostStatus>())
        select (Reply)new EventRow(kind, time) { Id = id, Name = name, State = state };

    public static Arbitrary<Request> Request { get; } = Gen.OneOf(
        Gen.Elements(Enum.GetValues<ShowSubject>()).Select(static subject => (Request)new ShowRequest(subject)),
        Gen.Elements<Request>(new MonitorRequest(), new PollRequest(), new ReloadRequest(), new StopRequest(), new PurgeRequest()),
        from word in Gen.Elements(Enum.GetValues<CommandWord>()) from target in _target select (Request)new CommandRequest(word, target),
        Gen.Elements(Enum.GetValues<LogWord>()).Select(static word => (Request)new LogRequest(word)),
        _name.Select(static path => (Request)new LoadRequest(path)),
        from table in _target
        from address in _address
        from weight in Gen.Choose(1, 255)
        from retry in _number
        from ttl in Gen.Choose(0, 255)
        select (Request)new AddHostRequest(table, address, weight, retry, ttl)).ToArbitrary();

    public static Arbitrary<Reply[]> Replies { get; } = Gen.OneOf(
        Gen.Elements(Enum.GetValues<Outcome>()).Select(static outcome => (Reply)new End(outcome)),
        _name.Select(static text => (Reply)new TextRow(text)),
        from address in _address from length in Gen.Choose(0, 128) select (Reply)new RouteRow(address, length),
        _host,
        _session,
        _section,
        _event).ListOf().Select(static replies => replies.ToArray()).ToArbitrary();

    private static Gen<byte[]> Bytes(int count) => Gen.Choose(0, 255).Select(static value => (byte)value).ArrayOf(count);
}
