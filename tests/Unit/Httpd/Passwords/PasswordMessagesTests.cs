using System;
using System.Linq;

using Sluice.Daemon.Wire;
using Sluice.Http.Codec;
using Sluice.Httpd.Passwords;

using Xunit;

namespace Sluice.Unit.Httpd.Passwords;

public sealed class PasswordMessagesTests
{
    [Fact]
    public void A_question_is_read_as_it_was_written()
    {
        byte[] message = Written("ada:secret"u8, 3);

        Assert.True(PasswordQuestion.TryRead(message, out PasswordQuestion read));
        Assert.Equal((7, 4_000_000_000, 2, UInt128.MaxValue - 5, 3), (read.Number, read.Generation, read.File, read.Client, read.UserLength));
        Assert.Equal("ada:secret"u8.ToArray(), read.Text.ToArray());
    }

    [Fact]
    public void The_longest_question_has_room()
    {
        byte[] text = [(byte)'a', (byte)':', .. new byte[BasicCredentials.Longest - 2]];

        Assert.True(PasswordQuestion.TryRead(Written(text, 1), out _));
    }

    [Fact]
    public void A_part_of_a_question_is_none()
    {
        byte[] message = Written("ada:secret"u8, 3);

        Assert.DoesNotContain(Enumerable.Range(0, message.Length), length => PasswordQuestion.TryRead(message.AsSpan(0, length), out _));
        Assert.False(PasswordQuestion.TryRead([.. message, 0], out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(10)]
    public void A_name_ends_before_a_colon(int userLength) => Assert.False(PasswordQuestion.TryRead(Written("ada:secret"u8, userLength), out _));

    [Fact]
    public void An_answer_is_read_as_it_was_written()
    {
        WireWriter writer = new();
        new PasswordAnswer(7, Verdict.Refused).Write(writer);

        Assert.True(PasswordAnswer.TryRead(writer.Written, out PasswordAnswer answer));
        Assert.Equal(new PasswordAnswer(7, Verdict.Refused), answer);
        Assert.False(PasswordAnswer.TryRead(writer.Written[..^1], out _));
        Assert.False(PasswordAnswer.TryRead([.. writer.Written[..^1], 0], out _));
    }

    private static byte[] Written(ReadOnlySpan<byte> text, int userLength)
    {
        byte[] message = new byte[PasswordQuestion.Longest];
        return message[..new PasswordQuestion(7, 4_000_000_000, 2, UInt128.MaxValue - 5, text, userLength).Write(message)];
    }
}
