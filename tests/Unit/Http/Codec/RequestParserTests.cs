using System;
using System.Linq;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class RequestParserTests
{
    [Fact]
    public void Of_repeated_fields_the_first_is_the_value_and_blanks_around_it_are_none()
    {
        RequestHead head = new();
        RequestParser.Parse("GET / HTTP/1.1\r\nHost: a\r\nREFERER: \t one \r\nReferer: two\r\n\r\n"u8, head, HeadLimits.Httpd);
        Assert.Equal("one", Encoding.ASCII.GetString(head.Value(KnownField.Referer)));
    }

    [Fact]
    public void A_head_is_read_into_its_parts()
    {
        RequestHead head = Parsed("GET /a/b?c=d HTTP/1.1\r\nHost: www.example.com:8080\r\nUser-Agent:  x y\t\r\nX-Own: 1\r\n\r\nrest");

        Assert.Equal(Method.Get, head.Method);
        Assert.Equal("/a/b", Text(head.Path));
        Assert.Equal("c=d", Text(head.Query));
        Assert.Equal("www.example.com", Text(head.Host));
        Assert.Equal((ushort)8080, head.HostPort);
        Assert.Equal("x y", Text(head.Value(KnownField.UserAgent)));
        Assert.Equal(3, head.FieldCount);
        Assert.Equal("X-Own", Text(head.FieldName(2)));
    }

    [Theory]
    [InlineData("GET http://other.example:81/p?q HTTP/1.1", "other.example", "/p")]
    [InlineData("GET HTTP://other.example HTTP/1.1", "other.example", "/")]
    [InlineData("OPTIONS * HTTP/1.1", "www.example.com", "*")]
    [InlineData("CONNECT other.example:443 HTTP/1.1", "other.example", "")]
    public void An_authority_in_the_target_replaces_Host(string line, string host, string path)
    {
        RequestHead head = Parsed(line + "\r\nHost: www.example.com\r\n\r\n");

        Assert.Equal(host, Text(head.Host));
        Assert.Equal(path, Text(head.Path));
    }

    [Theory]
    [InlineData("\r\nGET / HTTP/1.1\r\n", Rejection.FirstByte)]
    [InlineData("\u0016\u0003\u0001", Rejection.FirstByte)]
    [InlineData("GET / HTTP/1.1\n", Rejection.BareLineFeed)]
    [InlineData("GET /\r\n", Rejection.Version)]
    [InlineData("GET / HTTP/0.9\r\n", Rejection.Version)]
    [InlineData("GET / HTTP/1.1 \r\n", Rejection.Version)]
    [InlineData("GET / HTTP/01.1\r\n", Rejection.Version)]
    [InlineData("GET / HTTP/2.0\r\n", Rejection.VersionNotSupported)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Rejection.VersionNotSupported)]
    [InlineData("GET  / HTTP/1.1\r\n", Rejection.Target)]
    [InlineData("GET /#a HTTP/1.1\r\n", Rejection.Target)]
    [InlineData("GET /\u007f HTTP/1.1\r\n", Rejection.Target)]
    [InlineData("G(T / HTTP/1.1\r\n", Rejection.Method)]
    [InlineData("GET / HTTP/1.1\r\n\tA: b\r\n", Rejection.FoldedField)]
    [InlineData("GET / HTTP/1.1\r\nA : b\r\n", Rejection.FieldName)]
    [InlineData("GET / HTTP/1.1\r\n: b\r\n", Rejection.FieldName)]
    [InlineData("GET / HTTP/1.1\r\nAb\r\n", Rejection.FieldWithoutColon)]
    [InlineData("GET / HTTP/1.1\r\nA: b\rc\r\n", Rejection.BareCarriageReturn)]
    [InlineData("GET / HTTP/1.1\r\nA: b\0\r\n", Rejection.FieldValue)]
    [InlineData("GET / HTTP/1.1\r\nA: b\n\r\n", Rejection.BareLineFeed)]
    [InlineData("GET / HTTP/1.1\r\n\rX", Rejection.BareCarriageReturn)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", Rejection.HostMissing)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", Rejection.HostRepeated)]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n", Rejection.Host)]
    [InlineData("GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", Rejection.Host)]
    [InlineData("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", Rejection.Host)]
    [InlineData("GET * HTTP/1.1\r\nHost: a\r\n\r\n", Rejection.Target)]
    [InlineData("GET a HTTP/1.1\r\nHost: a\r\n\r\n", Rejection.Target)]
    public void A_mistake_is_known_when_its_byte_is_there(string message, Rejection expected)
    {
        Reading reading = Reading.Of(message);

        Assert.Equal(new Reading(ParseStatus.Rejected, expected, ""), reading);
    }

    [Fact]
    public void A_line_feed_ends_a_line_for_relayd()
    {
        byte[] message = Encoding.Latin1.GetBytes("GET / HTTP/1.1\nHost: a\r\nB: c\n\n");

        Assert.Equal(ParseStatus.Complete, Reading.Of(message, HeadLimits.Relayd).Status);
    }

    [Fact]
    public void Every_prefix_of_a_good_head_needs_more()
    {
        byte[] message = Encoding.Latin1.GetBytes("POST /x HTTP/1.1\r\nHost: [::1]:8\r\nContent-Length: 3\r\n\r\n");

        Assert.All(Enumerable.Range(0, message.Length), length =>
            Assert.Equal(ParseStatus.NeedMore, Reading.Of(message.AsSpan(0, length), HeadLimits.Httpd).Status));
    }

    [Fact]
    public void Any_cut_of_a_message_gives_the_same_result() =>
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
            seed =>
            {
                byte[] message = Requests.Make(seed);
                Random random = new(seed);
                Reading whole = Reading.Of(message, HeadLimits.Httpd);
                Reading cut = Reading.Of(message, HeadLimits.Httpd, random.Next(message.Length + 1), random.Next(message.Length + 1));
                Reading bytes = Reading.Of(message, HeadLimits.Httpd, [.. Enumerable.Range(0, message.Length)]);
                return whole == cut && whole == bytes;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Theory]
    [InlineData("GET /", "a", 8192 - 14, " HTTP/1.1\r\nHost: a\r\n\r\n", Rejection.FieldsTooLong)]
    [InlineData("GET /", "a", 8192 - 21, " HTTP/1.1\r\nHost: a\r\n\r\n", Rejection.None)]
    [InlineData("GET /", "a", 8192 - 13, " HTTP/1.1\r\nHost: a\r\n\r\n", Rejection.TargetTooLong)]
    [InlineData("GET /", "a", 100000, "", Rejection.TargetTooLong)]
    [InlineData("G", "E", 64, " / HTTP/1.1\r\n\r\n", Rejection.MethodTooLong)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", "B", 9000, "", Rejection.FieldsTooLong)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nB: ", "c", 8192 - 14 - 7 - 3, "\r\n\r\n", Rejection.None)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nB: ", "c", 8192 - 14 - 7 - 2, "\r\n\r\n", Rejection.FieldsTooLong)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", "B: c\r\n", 255, "\r\n", Rejection.None)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", "B: c\r\n", 1024, "\r\n", Rejection.TooManyFields)]
    public void A_head_at_a_limit_is_taken_and_one_byte_more_is_not(string start, string repeated, int times, string end, Rejection expected)
    {
        string message = start + string.Concat(Enumerable.Repeat(repeated, times)) + end;

        Assert.Equal(expected, Reading.Of(message).Rejection);
        Assert.Equal(expected, Reading.Of(message, message.Length / 2, message.Length - 2).Rejection);
    }

    // Its method lay outside of the bytes that were kept, so that logging the request ended the session.
    [Fact]
    public void A_target_that_is_too_long_leaves_the_method_to_the_log()
    {
        RequestHead head = new();
        RequestParser.Parse(Encoding.Latin1.GetBytes("GET /" + new string('a', 9000)), head, HeadLimits.Httpd);

        Assert.Equal("GET", Encoding.Latin1.GetString(head.MethodText));
        Assert.True(head.Target.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Http11Case.All), MemberType = typeof(Http11Case))]
    public void A_recorded_request_comes_to_what_it_must(string id, string verdict, string message)
    {
        Reading reading = Reading.Of(message);

        Assert.True(Http11Case.Agrees(verdict, reading.Status), $"{id}: {verdict}, but {reading.Status} {reading.Rejection}");
    }

    private static RequestHead Parsed(string message)
    {
        RequestHead head = new();
        Assert.Equal(ParseStatus.Complete, RequestParser.Parse(Encoding.Latin1.GetBytes(message), head, HeadLimits.Httpd));
        return head;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
