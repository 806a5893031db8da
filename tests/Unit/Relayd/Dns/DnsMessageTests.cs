using System;
using System.Linq;
using System.Text;

using Sluice.Relayd.Dns;

using Xunit;

namespace Sluice.Unit.Relayd.Dns;

public sealed class DnsMessageTests
{
    private static readonly byte[] _query = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, .. "www"u8, 7, .. "Example"u8, 0, 0, 1, 0, 1, 0xff];

    [Fact]
    public void Header_and_question_are_read()
    {
        Assert.True(DnsMessage.TryRead(_query, out DnsMessage message));

        Assert.Equal(0x1234, message.Id);
        Assert.False(message.IsResponse);
        Assert.Equal(_query.AsSpan(12, _query.Length - 13), message.Question);
    }

    [Fact]
    public void A_message_without_a_question_is_one()
    {
        Assert.True(DnsMessage.TryRead([0, 1, 0xa0, 5, 0, 0, 0, 0, 0, 0, 0, 0], out DnsMessage message));

        Assert.Equal((true, 4, (DnsResponseCode)5, 0), (message.IsResponse, message.Opcode, message.ResponseCode, message.Question.Length));
    }

    [Fact]
    public void What_ends_before_its_question_does_is_none() =>
        Assert.All(Enumerable.Range(0, _query.Length - 1), static length => Assert.False(DnsMessage.TryRead(_query.AsSpan(0, length), out _)));

    [Theory]
    [InlineData(2, "")]
    [InlineData(1, "\u00c0\u000c\0\u0001\0\u0001")]
    [InlineData(1, "\u0040a\0\0\u0001\0\u0001")]
    public void Two_questions_references_and_long_labels_are_refused(byte questions, string question) =>
        Assert.False(DnsMessage.TryRead([0, 1, 1, 0, 0, questions, 0, 0, 0, 0, 0, 0, .. Encoding.Latin1.GetBytes(question), .. new byte[100]], out _));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_name_has_at_most_255_bytes(int length, bool isRead) =>
        Assert.Equal(isRead, DnsMessage.TryRead([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. NameOf(length), 0, 1, 0, 1], out _));

    [Fact]
    public void The_case_of_letters_does_not_tell_names_apart_and_all_else_does()
    {
        byte[] question = [3, .. "wWw"u8, 0, 0, 0x41, 0, 1];
        byte[] upper = [3, .. "WwW"u8, 0, 0, 0x41, 0, 1];
        byte[] otherType = [3, .. "www"u8, 0, 0, 0x61, 0, 1];
        byte[] otherName = [3, .. "ww["u8, 0, 0, 0x41, 0, 1];

        Assert.True(DnsMessage.IsSameQuestion(question, upper));
        Assert.False(DnsMessage.IsSameQuestion(question, otherType));
        Assert.False(DnsMessage.IsSameQuestion([3, .. "ww{"u8, 0, 0, 0x41, 0, 1], otherName));
        Assert.False(DnsMessage.IsSameQuestion(question, []));
    }

    [Theory]
    [InlineData(0x80, 5, true)]
    [InlineData(0x80, 0, false)]
    [InlineData(0x80, 3, false)]
    [InlineData(0x00, 5, false)]
    [InlineData(0xa0, 5, false)]
    public void Only_a_refusal_may_leave_the_question_out(byte flags, byte code, bool isAnswer)
    {
        Assert.True(DnsMessage.TryRead([0, 1, flags, code, 0, 0, 0, 0, 0, 0, 0, 0], out DnsMessage message));

        Assert.Equal(isAnswer, message.Answers(opcode: 0, _query.AsSpan(12)));
    }

    [Theory]
    [InlineData(".", "\0\0\u0006\0\u0001")]
    [InlineData("a.example.", "\u0001a\u0007example\0\0\u0006\0\u0001")]
    [InlineData("a.example", "\u0001a\u0007example\0\0\u0006\0\u0001")]
    [InlineData("", null)]
    [InlineData("..", null)]
    [InlineData("a..b", null)]
    [InlineData("\u00e4.example", null)]
    public void A_question_is_made_of_a_name(string name, string? question) =>
        Assert.Equal(question, DnsMessage.QuestionFor(name) is { } bytes ? Encoding.Latin1.GetString(bytes) : null);

    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    public void A_name_that_is_too_long_has_none(int rest, bool has)
    {
        string label = new('a', 63);

        Assert.Equal(has, DnsMessage.QuestionFor($"{label}.{label}.{label}.{new string('b', rest)}") is not null);
    }

    [Fact]
    public void A_query_that_is_written_is_read()
    {
        byte[] question = DnsMessage.QuestionFor("example.org")!;
        byte[] query = new byte[100];

        int length = DnsMessage.WriteQuery(query, 77, question);

        Assert.True(DnsMessage.TryRead(query.AsSpan(0, length), out DnsMessage message));
        Assert.Equal((77, false, 0), (message.Id, message.IsResponse, message.Opcode));
        Assert.Equal(question, message.Question);
    }

    private static byte[] NameOf(int length)
    {
        byte[] name = new byte[length];
        for (int at = 0; at < length - 1; at += 1 + name[at])
        {
            name[at] = (byte)int.Min(63, length - 2 - at);
        }

        return name;
    }
}
