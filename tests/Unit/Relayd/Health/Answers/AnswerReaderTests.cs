using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Health.Answers;

using Xunit;

namespace Sluice.Unit.Relayd.Health.Answers;

public sealed class AnswerReaderTests
{
    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n", (int)CheckResult.HttpCodeOk, 200)]
    [InlineData("HTTP/1.1 200", (int)CheckResult.HttpCodeOk, 200)]
    [InlineData("HTTP/1.1 2000", (int)CheckResult.HttpCodeOk, 200)]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", (int)CheckResult.HttpCodeMismatch, 404)]
    [InlineData("HTTP/1.1 099 x\r\n\r\n", (int)CheckResult.HttpCodeMalformed, 0)]
    [InlineData("HTTP/1.1 20", (int)CheckResult.HttpCodeMalformed, 0)]
    [InlineData("HTTP/1.1 2 0 OK", (int)CheckResult.HttpCodeMalformed, 0)]
    [InlineData("HTTP/1.2 200 OK", (int)CheckResult.HttpCodeMalformed, 0)]
    [InlineData("http/1.1 200 OK", (int)CheckResult.HttpCodeMalformed, 0)]
    [InlineData(" HTTP/1.1 200 OK", (int)CheckResult.HttpCodeMalformed, 0)]
    [InlineData("", (int)CheckResult.HttpCodeMalformed, 0)]
    public void A_status_is_three_digits_behind_the_version(string answer, int result, int status) =>
        Assert.Equal(CheckOutcome.Of((CheckResult)result, status), Judged(new StatusReader(200), answer));

    [Fact]
    public void A_status_is_known_at_the_end_of_the_head_and_not_before()
    {
        StatusReader reader = new(200);
        reader.Begin();

        Assert.False(reader.Take("HTTP/1.1 200 OK\r\nServer: x\r\n"u8));
        Assert.True(reader.Take("\r\nbody"u8));
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", (int)CheckResult.HttpDigestOk)]
    [InlineData("\r\n\r\nhello", (int)CheckResult.HttpDigestOk)]
    [InlineData("x\r\n\r\nhello\0and more", (int)CheckResult.HttpDigestOk)]
    [InlineData("x\r\n\r\nhello ", (int)CheckResult.HttpDigestMismatch)]
    [InlineData("x\r\n\r\n", (int)CheckResult.HttpDigestMismatch)]
    [InlineData("x\n\nhello", (int)CheckResult.HttpDigestMalformed)]
    [InlineData("x\r\n\0\r\n\r\nhello", (int)CheckResult.HttpDigestMalformed)]
    [InlineData("", (int)CheckResult.HttpDigestMalformed)]
    public void A_digest_is_that_of_what_stands_behind_the_blank_line(string answer, int result)
    {
        using DigestReader reader = new(Sha1("hello"));

        Assert.Equal((CheckResult)result, Judged(reader, answer).Result);
    }

    [Fact]
    public void A_digest_of_32_digits_is_an_MD5()
    {
        using DigestReader reader = new(new Digest("5d41402abc4b2a76b9719d911017c592"));

        Assert.Equal(CheckResult.HttpDigestOk, Judged(reader, "\r\n\r\nhello").Result);
    }

    [Fact]
    public void A_digest_in_upper_case_never_matches()
    {
        using DigestReader reader = new(new Digest("5D41402ABC4B2A76B9719D911017C592"));

        Assert.Equal(CheckResult.HttpDigestMismatch, Judged(reader, "\r\n\r\nhello").Result);
    }

    [Theory]
    [InlineData("PONG", (int)CheckResult.SendExpectOk)]
    [InlineData("PONG and more", (int)CheckResult.SendExpectOk)]
    [InlineData("PON", (int)CheckResult.SendExpectFailed)]
    [InlineData("pong", (int)CheckResult.SendExpectFailed)]
    [InlineData("", (int)CheckResult.SendExpectFailed)]
    public void Binary_data_is_what_the_answer_begins_with(string answer, int result) =>
        Assert.Equal((CheckResult)result, Judged(new PrefixReader("PONG"u8.ToArray()), answer).Result);

    [Theory]
    [InlineData("220 * ESMTP*", "220 mail ESMTP ready\r\n", (int)CheckResult.SendExpectOk)]
    [InlineData("*", "any/thing\nat all", (int)CheckResult.SendExpectOk)]
    [InlineData("+PONG?[\n]", "+PONG\r\n", (int)CheckResult.SendExpectOk)]
    [InlineData("PONG", "PONG\r\n", (int)CheckResult.SendExpectFailed)]
    [InlineData("PONG", "PONG\0\r\n", (int)CheckResult.SendExpectOk)]
    [InlineData("*", "", (int)CheckResult.SendExpectOk)]
    [InlineData("?", "", (int)CheckResult.SendExpectFailed)]
    [InlineData("", "x", (int)CheckResult.SendExpectFailed)]
    public void A_pattern_is_matched_with_all_that_has_come(string pattern, string answer, int result) =>
        Assert.Equal((CheckResult)result, Judged(new GlobReader(Bytes.Of(pattern)), answer).Result);

    [Fact]
    public void A_pattern_is_matched_after_each_read()
    {
        GlobReader reader = new("AB"u8);
        reader.Begin();

        Assert.False(reader.Take("A"u8));
        Assert.True(reader.Take("B"u8));
    }

    [Fact]
    public void A_pattern_of_the_longest_kind_is_matched() =>
        Assert.Equal(CheckResult.SendExpectOk, Judged(new GlobReader(Bytes.Of(new string('x', 255))), new string('x', 255)).Result);

    // The pattern's letters and the answer's are few, so that they meet; the reference is the matcher of the rules.
    [Fact]
    public void A_pattern_says_what_the_matcher_of_rules_says() => Prop.ForAll(
        Text("ab*?[]!-\\").ToArbitrary(),
        Text("ab-]").ToArbitrary(),
        (pattern, answer) => Judged(new GlobReader(Bytes.Of(pattern)), answer).Result == (Glob.IsMatch(Bytes.Of(pattern), Bytes.Of(answer), LetterCase.Matters)
            ? CheckResult.SendExpectOk
            : CheckResult.SendExpectFailed)).QuickCheckThrowOnFailure();

    [Fact]
    public void However_an_answer_is_cut_it_is_judged_the_same() => Prop.ForAll(
        Text("HTP/1.0 2\r\n\0").ToArbitrary(),
        Gen.Choose(0, 30).ToArbitrary(),
        static (answer, cut) => Readers().All(make => AreSame(make, Bytes.Of("HTTP/1.1 200 OK\r\n" + answer), cut))).QuickCheckThrowOnFailure();

    private static IEnumerable<Func<AnswerReader>> Readers() =>
    [
        static () => new StatusReader(200),
        static () => new DigestReader(Sha1("1")),
        static () => new PrefixReader("HTTP/1.1 2"u8.ToArray()),
        static () => new GlobReader("HTTP*\r\n\r\n*0*"u8),
    ];

    private static bool AreSame(Func<AnswerReader> make, byte[] answer, int cut)
    {
        int first = int.Min(cut, answer.Length);
        return Judged(make(), [answer]) == Judged(make(), [answer[..first], answer[first..]]);
    }

    private static Gen<string> Text(string letters) => Gen.Elements(letters.ToCharArray()).ArrayOf().Select(characters => new string(characters));

#pragma warning disable CA5350 // It is what hosts are compared by.
    private static Digest Sha1(string content) => new(Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(content))));
#pragma warning restore CA5350

    private static CheckOutcome Judged(AnswerReader reader, string answer) => Judged(reader, [Bytes.Of(answer)]);

    private static CheckOutcome Judged(AnswerReader reader, byte[][] parts)
    {
        reader.Begin();
        _ = parts.Any(part => part.Length > 0 && reader.Take(part));
        return reader.Judge();
    }
}
