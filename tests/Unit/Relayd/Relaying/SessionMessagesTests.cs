using System;
using System.Linq;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Daemon.Wire;
using Sluice.Engine.Io;
using Sluice.Relayd.Relaying;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

public sealed class SessionMessagesTests
{
    private static readonly Gen<SocketAddress> _address = Gen.OneOf(
        Gen.Constant(default(SocketAddress)),
        from ip in Bytes(4)
        from port in Gen.Choose(0, ushort.MaxValue)
        select SocketAddress.FromIp(ip, port),
        from ip in Bytes(16)
        from port in Gen.Choose(0, ushort.MaxValue)
        from zone in Gen.Choose(0, int.MaxValue)
        select SocketAddress.FromIp(ip, port, (uint)zone));

    private static readonly Gen<SessionEntry> _entry =
        from id in Gen.OneOf(Gen.Choose(1, 1000).Select(static id => (long)id), Gen.Constant(long.MaxValue))
        from client in _address
        from target in _address
        from state in Gen.Elements(Enum.GetValues<SessionState>())
        from age in Gen.Choose(0, int.MaxValue)
        from idle in Gen.Choose(0, int.MaxValue)
        from relay in Gen.Choose(0, int.MaxValue)
        from process in Gen.Choose(0, int.MaxValue)
        from tag in Gen.Choose(0, int.MaxValue)
        select new SessionEntry
        {
            Id = id,
            Client = client,
            Target = target,
            State = state,
            Age = TimeSpan.FromMilliseconds(age),
            Idle = TimeSpan.FromMilliseconds(idle),
            RelayId = relay,
            ProcessId = process,
            TagId = tag,
        };

    private static readonly Arbitrary<SessionsAnswer> _answer = (
        from number in Gen.Choose(0, int.MaxValue)
        from entries in _entry.ListOf()
        from isLast in Gen.Elements(false, true)
        select new SessionsAnswer { Number = number, Entries = [.. entries], IsLast = isLast }).ToArbitrary();

    [Fact]
    public void A_request_is_read_as_it_was_written()
    {
        WireWriter writer = new();
        new SessionsRequest(long.MaxValue).Write(writer);

        Assert.True(SessionsRequest.TryRead(writer.Written, out SessionsRequest request));
        Assert.Equal(long.MaxValue, request.Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01000000000000")]
    [InlineData("ffffffffffffffff")]
    [InlineData("010000000000000000")]
    public void A_malformed_request_is_refused(string bytes)
    {
        Assert.False(SessionsRequest.TryRead(Convert.FromHexString(bytes), out SessionsRequest request));
        Assert.Equal(0, request.Number);
    }

    [Fact]
    public void An_answer_is_read_as_it_was_written() => Prop.ForAll(
        _answer,
        static answer => SessionsAnswer.Read(Written(answer)) is { } read
            && read.Number == answer.Number && read.IsLast == answer.IsLast
            && read.Entries.SequenceEqual(answer.Entries)).QuickCheckThrowOnFailure();

    [Fact]
    public void An_answer_that_was_cut_is_refused() => Prop.ForAll(
        _answer,
        static answer => Enumerable.Range(0, Written(answer).Length)
            .All(length => SessionsAnswer.Read(Written(answer).AsSpan(0, length)) is null)).QuickCheckThrowOnFailure();

    [Fact]
    public void Something_behind_an_answer_is_refused() => Prop.ForAll(
        _answer, static answer => SessionsAnswer.Read([.. Written(answer), 0]) is null).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_taken_for_an_answer_is_one() => Prop.ForAll<byte[]>(static bytes =>
        SessionsAnswer.Read(bytes) is not { } answer || Written(answer).SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void An_address_of_another_length_is_refused()
    {
        byte[] bytes = Written(Answer(1));
        bytes[21] = 5;

        Assert.Null(SessionsAnswer.Read(bytes));
    }

    [Fact]
    public void The_largest_answer_fits_a_message_and_a_larger_one_is_refused()
    {
        byte[] largest = Written(Answer(SessionsAnswer.MostEntries));

        Assert.InRange(largest.Length, 1, 59_999);
        Assert.Equal(SessionsAnswer.MostEntries, SessionsAnswer.Read(largest)?.Entries.Count);
        Assert.Null(SessionsAnswer.Read(Written(Answer(SessionsAnswer.MostEntries + 1))));
    }

    private static SessionsAnswer Answer(int entries)
    {
        SocketAddress address = SocketAddress.FromIp(new byte[16], ushort.MaxValue, 7);
        SessionEntry entry = new()
        {
            Id = long.MaxValue,
            Client = address,
            Target = address,
            State = SessionState.Done,
            Age = TimeSpan.FromDays(1),
            Idle = TimeSpan.Zero,
            RelayId = int.MaxValue,
            ProcessId = int.MaxValue,
            TagId = int.MaxValue,
        };
        return new SessionsAnswer { Number = 1, Entries = [.. Enumerable.Repeat(entry, entries)], IsLast = true };
    }

    private static byte[] Written(SessionsAnswer answer)
    {
        WireWriter writer = new();
        answer.Write(writer);
        return writer.Written.ToArray();
    }

    private static Gen<byte[]> Bytes(int count) => ArbMap.Default.GeneratorFor<byte>().ListOf(count).Select(bytes => bytes.ToArray());
}
