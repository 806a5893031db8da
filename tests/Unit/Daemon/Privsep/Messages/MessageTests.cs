using System;
using System.Linq;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Daemon.Privsep.Messages;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Messages;

public sealed class MessageTests
{
    [Fact]
    public void What_was_written_is_read() => Prop.ForAll(
        AnyMessage.Arbitrary, static message => message.Equals(Message.Read(AnyMessage.Bytes(message)))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_message_that_is_cut_anywhere_is_none() => Prop.ForAll(
        AnyMessage.Arbitrary,
        static message => Enumerable.Range(0, AnyMessage.Bytes(message).Length)
            .All(length => Message.Read(AnyMessage.Bytes(message).AsSpan(0, length)) is null)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_message_with_something_behind_it_is_none() => Prop.ForAll(
        AnyMessage.Arbitrary, static message => Message.Read([.. AnyMessage.Bytes(message), 0]) is null).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_can_be_read_and_mean_what_they_would_be_written_as() => Prop.ForAll<byte[]>(static bytes =>
        Message.Read(bytes) is not { } message || AnyMessage.Bytes(message).SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_number_of_elements_that_cannot_be_there_makes_no_list()
    {
        byte[] bytes = AnyMessage.Bytes(new Commit(1, [7]));
        bytes.AsSpan(6, 4).Fill(0xff);

        Assert.Null(Message.Read(bytes));
    }

    [Fact]
    public void A_hello_is_the_same_bytes_in_every_build()
    {
        byte[] bytes = AnyMessage.Bytes(new Hello(2, 3));

        Assert.Equal([1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], bytes);
    }
}
