using System;
using System.Linq;
using System.Net;

using Sluice.Daemon.Names;
using Sluice.Daemon.Wire;

using Xunit;

namespace Sluice.Unit.Daemon.Names;

public sealed class NameMessagesTests
{
    [Fact]
    public void A_question_reads_as_it_was_written()
    {
        NameQuestion read = NameQuestion.Read(Written(new NameQuestion(991, 990, ["a.test", "b.test"]).Write))!.Value;
        Assert.Equal((991u, 990u), (read.UserId, read.GroupId));
        Assert.Equal(["a.test", "b.test"], read.Names);
    }

    [Fact]
    public void An_answer_reads_as_it_was_written()
    {
        NameAnswer read = NameAnswer.Read(Written(new NameAnswer("a.test", [IPAddress.Loopback, IPAddress.Parse("fe80::1%3")]).Write))!.Value;
        Assert.Equal("a.test", read.Name);
        Assert.Equal("127.0.0.1 fe80::1%3", string.Join(' ', read.Addresses));
    }

    [Fact]
    public void An_answer_with_more_addresses_than_one_may_have_is_none() =>
        Assert.Null(NameAnswer.Read(Written(new NameAnswer("a.test", [.. Enumerable.Repeat(IPAddress.Loopback, HostNames.MostAddresses + 1)]).Write)));

    [Fact]
    public void Nothing_shorter_or_longer_is_an_answer()
    {
        byte[] whole = Written(new NameAnswer("a.test", [IPAddress.Loopback]).Write);
        Assert.DoesNotContain(Enumerable.Range(0, whole.Length), length => NameAnswer.Read(whole.AsSpan(0, length)) is not null);
        Assert.Null(NameAnswer.Read([.. whole, 0]));
    }

    private static byte[] Written(Action<WireWriter> write)
    {
        WireWriter writer = new();
        write(writer);
        return writer.Written.ToArray();
    }
}
