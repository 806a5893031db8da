using System;
using System.Collections.Generic;
using System.Linq;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Control;

using Xunit;

using Outcome = Sluice.Control.Outcome;

namespace Sluice.Unit.Control;

public sealed class ReplyTests
{
    [Fact]
    public void Replies_are_read_as_they_were_written() =>
        Prop.ForAll(AnyControl.Replies, static replies => Read(Written(replies))?.SequenceEqual(replies) == true).QuickCheckThrowOnFailure();

    [Fact]
    public void A_message_that_is_cut_is_none() =>
        Prop.ForAll(AnyControl.Replies, static replies => Read(Written(replies)[..^1]) is null).QuickCheckThrowOnFailure();

    [Fact]
    public void A_message_with_something_behind_it_is_none() =>
        Prop.ForAll(AnyControl.Replies, static replies => Read([.. Written(replies), 0]) is null).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0B00")]
    [InlineData("FF")]
    [InlineData("010500")]
    public void What_is_no_reply_is_none(string hex) => Assert.Null(Read(Convert.FromHexString(hex)));

    [Fact]
    public void A_message_that_is_not_full_has_room_for_the_longest_reply()
    {
        ReplyMessage message = Full(new TextRow(new string('a', TextRow.LongestText)));

        Assert.True(message.Finish().Length < ControlProtocol.LongestMessage);
    }

    [Fact]
    public void A_message_is_used_again()
    {
        ReplyMessage message = new();
        message.Add(new End(Outcome.Done));
        _ = message.Finish();

        message.Clear();
        message.Add(new End(Outcome.Failed));

        Assert.Equal([new End(Outcome.Failed)], Read(message.Finish().ToArray()));
    }

    private static ReplyMessage Full(Reply reply)
    {
        ReplyMessage message = new();
        while (!message.IsFull)
        {
            message.Add(reply);
        }

        return message;
    }

    private static List<Reply>? Read(byte[] message)
    {
        List<Reply> replies = [];
        return Reply.TryRead(message, replies) ? replies : null;
    }

    private static byte[] Written(IEnumerable<Reply> replies)
    {
        ReplyMessage message = new();
        foreach (Reply reply in replies)
        {
            message.Add(reply);
        }

        return message.Finish().ToArray();
    }
}
