using System;
using System.Linq;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class ResponseParserTests
{
    [Fact]
    public void A_head_is_read_into_its_parts()
    {
        ResponseHead head = Heads.Response("HTTP/1.1 404 Not \u00e9ver\r\nServer: x\r\nContent-Length:  5\t\r\n\r\nhello", HeadLimits.Relayd);

        Assert.Equal((404, HttpVersion.Http11, false), (head.Status, head.Version, head.IsInterim));
        Assert.Equal(("HTTP/1.1", "Not \u00e9ver", "5"), (Text(head.VersionText), Text(head.Reason), Text(head.Value(KnownField.ContentLength))));
        Assert.Equal((2, "Server", 57), (head.FieldCount, Text(head.FieldName(0)), head.Length));
    }

    [Theory]
    [InlineData("HTTP/1.1 200\r\n\r\n", 200, HttpVersion.Http11)]
    [InlineData("HTTP/1.0 599 \r\n\r\n", 599, HttpVersion.Http10)]
    [InlineData("HTTP/1.7 100\n\n", 100, HttpVersion.Http11)]
    public void A_reason_is_not_asked_for(string message, int status, HttpVersion version)
    {
        ResponseHead head = Heads.Response(message, HeadLimits.Relayd);

        Assert.Equal((status, version, ""), (head.Status, head.Version, Text(head.Reason)));
    }

    [Theory]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n", Rejection.Version)]
    [InlineData("<html>", Rejection.Version)]
    [InlineData("http/1.1 200 OK\r\n", Rejection.Version)]
    [InlineData("HTTP/2.0 200 OK\r\n", Rejection.Version)]
    [InlineData("HTTP/1.x 200 OK\r\n", Rejection.Version)]
    [InlineData("HTTP/1.10 200 OK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1  200 OK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 099 OK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 600 OK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 20 OK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 2000 OK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 99x OK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 200\tOK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 200 O\0K\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 200 O\u001bK\r\n", Rejection.Status)]
    [InlineData("HTTP/1.1 200 O\rK\r\n", Rejection.BareCarriageReturn)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", Rejection.FoldedField)]
    [InlineData("HTTP/1.1 200 OK\r\n A: b\r\n", Rejection.FoldedField)]
    [InlineData("HTTP/1.1 200 OK\r\nA : b\r\n", Rejection.FieldName)]
    [InlineData("HTTP/1.1 200 OK\r\n: b\r\n", Rejection.FieldName)]
    [InlineData("HTTP/1.1 200 OK\r\nAb\r\n", Rejection.FieldWithoutColon)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0\r\n", Rejection.FieldValue)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rc\r\n", Rejection.BareCarriageReturn)]
    [InlineData("HTTP/1.1 200 OK\r\n\rX", Rejection.BareCarriageReturn)]
    public void A_mistake_is_known_when_its_byte_is_there(string message, Rejection expected) =>
        Assert.All(Enumerable.Range(0, message.Length + 1), cut => Assert.Equal((ParseStatus.Rejected, expected), Parse(message, HeadLimits.Relayd, cut)));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\n")]
    [InlineData("HTTP/1.1 200\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\n")]
    public void A_line_feed_ends_a_line_only_where_the_limits_say_so(string message)
    {
        Assert.Equal((ParseStatus.Rejected, Rejection.BareLineFeed), Parse(message, HeadLimits.Httpd, 0));
        Assert.Equal((ParseStatus.NeedMore, Rejection.None), Parse(message, HeadLimits.Relayd, 0));
    }

    [Fact]
    public void Every_prefix_of_a_good_head_needs_more()
    {
        string message = "HTTP/1.1 200 OK\r\nServer: a\r\n\r\n";

        Assert.All(Enumerable.Range(0, message.Length), length => Assert.Equal(ParseStatus.NeedMore, Parse(message[..length], HeadLimits.Relayd, length / 2).Status));
        Assert.All(Enumerable.Range(0, message.Length), cut => Assert.Equal(ParseStatus.Complete, Parse(message, HeadLimits.Relayd, cut).Status));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", Rejection.FieldsTooLong)]
    [InlineData("HTTP/1.1 200 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Rejection.FieldsTooLong)]
    [InlineData("HTTP/1.1 200 OK\r\nA: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", Rejection.FieldsTooLong)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\nA: b\r\nA: b\r\n", Rejection.TooManyFields)]
    public void A_head_over_the_limits_is_rejected(string message, Rejection expected) => Assert.Equal(
        (ParseStatus.Rejected, expected),
        Parse(message, new HeadLimits { LineBytes = 64, Fields = 2 }, 0));

    [Fact]
    public void The_next_head_has_nothing_of_the_one_before()
    {
        ResponseHead head = Heads.Response("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n", HeadLimits.Relayd);
        bool wasInterim = head.IsInterim;
        head.Clear();

        Assert.True(wasInterim);
        Assert.Equal(ParseStatus.Complete, ResponseParser.Parse("HTTP/1.1 200\r\n\r\n"u8, head, HeadLimits.Relayd));
        Assert.Equal((200, 0, false, ""), (head.Status, head.FieldCount, head.Has(KnownField.ContentLength), Text(head.Reason)));
    }

    [Theory]
    [InlineData("200", "Content-Length: 5", BodyKind.Length, 5)]
    [InlineData("200", "Content-Length: 0", BodyKind.None, 0)]
    [InlineData("200", "Transfer-Encoding: Chunked", BodyKind.Chunked, 0)]
    [InlineData("200", "A: b", BodyKind.UntilClose, 0)]
    [InlineData("404", "Content_Length: 5", BodyKind.UntilClose, 0)]
    [InlineData("304", "Content-Length: 5", BodyKind.None, 0)]
    [InlineData("304", "Transfer-Encoding: chunked", BodyKind.None, 0)]
    [InlineData("304", "A: b", BodyKind.None, 0)]
    [InlineData("204", "A: b", BodyKind.None, 0)]
    [InlineData("204", "Content-Length: 0", BodyKind.None, 0)]
    [InlineData("100", "A: b", BodyKind.None, 0)]
    [InlineData("101", "Upgrade: websocket", BodyKind.None, 0)]
    public void A_body_ends_where_status_and_fields_say(string status, string fields, BodyKind kind, long length) =>
        Assert.Equal(new BodyFraming(kind, length, Rejection.None), Framing($"HTTP/1.1 {status}", fields, Method.Get));

    [Theory]
    [InlineData(Method.Head, "200", "Content-Length: 5", BodyKind.None)]
    [InlineData(Method.Head, "200", "Transfer-Encoding: chunked", BodyKind.None)]
    [InlineData(Method.Head, "200", "A: b", BodyKind.None)]
    [InlineData(Method.Connect, "200", "A: b", BodyKind.None)]
    [InlineData(Method.Connect, "299", "Content-Length: 0", BodyKind.None)]
    [InlineData(Method.Connect, "403", "A: b", BodyKind.UntilClose)]
    public void A_body_follows_only_where_the_method_has_one(Method method, string status, string fields, BodyKind kind) =>
        Assert.Equal(new BodyFraming(kind, 0, Rejection.None), Framing($"HTTP/1.1 {status}", fields, method));

    [Theory]
    [InlineData("HTTP/1.1 200", "Content-Length: 5\r\nContent-Length: 5", Rejection.ContentLengthRepeated)]
    [InlineData("HTTP/1.1 200", "Content-Length: 5, 5", Rejection.ContentLength)]
    [InlineData("HTTP/1.1 200", "Content-Length: +5", Rejection.ContentLength)]
    [InlineData("HTTP/1.1 200", "Content-Length:", Rejection.ContentLength)]
    [InlineData("HTTP/1.1 200", "Content-Length: 5\r\nTransfer-Encoding: chunked", Rejection.LengthAndCoding)]
    [InlineData("HTTP/1.1 304", "Content-Length: 5\r\nTransfer-Encoding: chunked", Rejection.LengthAndCoding)]
    [InlineData("HTTP/1.1 200", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Rejection.TransferCoding)]
    [InlineData("HTTP/1.1 200", "Transfer-Encoding: gzip, chunked", Rejection.TransferCoding)]
    [InlineData("HTTP/1.1 200", "Transfer-Encoding: identity", Rejection.TransferCodingUnknown)]
    [InlineData("HTTP/1.0 200", "Transfer-Encoding: chunked", Rejection.TransferCoding)]
    [InlineData("HTTP/1.1 204", "Content-Length: 5", Rejection.BodyNotAllowed)]
    [InlineData("HTTP/1.1 204", "Transfer-Encoding: chunked", Rejection.BodyNotAllowed)]
    [InlineData("HTTP/1.1 100", "Content-Length: 5", Rejection.BodyNotAllowed)]
    [InlineData("HTTP/1.1 101", "Transfer-Encoding: chunked", Rejection.BodyNotAllowed)]
    public void A_framing_that_can_be_read_in_two_ways_is_rejected(string line, string fields, Rejection expected)
    {
        Assert.Equal(new BodyFraming(BodyKind.Rejected, 0, expected), Framing(line, fields, Method.Get));
        Assert.Equal(new BodyFraming(BodyKind.Rejected, 0, expected), Framing(line, fields, Method.Head));
    }

    [Theory]
    [InlineData("Content-Length: 5")]
    [InlineData("Transfer-Encoding: chunked")]
    public void A_tunnel_has_no_body(string fields) =>
        Assert.Equal(Rejection.BodyNotAllowed, Framing("HTTP/1.1 200", fields, Method.Connect).Rejection);

    private static BodyFraming Framing(string line, string fields, Method method) =>
        BodyFraming.OfResponse(Heads.Response($"{line} OK\r\n{fields}\r\n\r\n", HeadLimits.Relayd), method);

    private static (ParseStatus Status, Rejection Rejection) Parse(string message, HeadLimits limits, int cut)
    {
        ResponseHead head = new();
        byte[] bytes = Encoding.Latin1.GetBytes(message);
        ParseStatus status = ResponseParser.Parse(bytes.AsSpan(0, cut), head, limits);
        status = status == ParseStatus.NeedMore ? ResponseParser.Parse(bytes, head, limits) : status;
        return (status, head.Rejection);
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text);
}
