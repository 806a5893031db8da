using System;
using System.Linq;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class FramingTests
{
    [Theory]
    [InlineData("Content-Length: 5", BodyKind.Length, 5)]
    [InlineData("Content-Length: 0", BodyKind.None, 0)]
    [InlineData("Content-Length: 9223372036854775807", BodyKind.Length, long.MaxValue)]
    [InlineData("Transfer-Encoding: Chunked", BodyKind.Chunked, 0)]
    [InlineData("Content_Length: 5", BodyKind.None, 0)]
    public void A_body_ends_where_its_fields_say(string fields, BodyKind kind, long length) =>
        Assert.Equal(new BodyFraming(kind, length, Rejection.None), Framing("POST / HTTP/1.1", fields));

    [Theory]
    [InlineData("Content-Length: 9223372036854775808", Rejection.ContentLength)]
    [InlineData("Content-Length: 18446744073709551621", Rejection.ContentLength)]
    [InlineData("Content-Length: +5", Rejection.ContentLength)]
    [InlineData("Content-Length: 5, 5", Rejection.ContentLength)]
    [InlineData("Content-Length:", Rejection.ContentLength)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5", Rejection.ContentLengthRepeated)]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked", Rejection.LengthAndCoding)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Rejection.TransferCoding)]
    [InlineData("Transfer-Encoding: chunked,", Rejection.TransferCoding)]
    [InlineData("Transfer-Encoding: gzip, chunked", Rejection.TransferCoding)]
    [InlineData("Transfer-Encoding: gzip", Rejection.TransferCodingUnknown)]
    [InlineData("Transfer-Encoding:", Rejection.TransferCoding)]
    public void A_framing_that_can_be_read_in_two_ways_is_rejected(string fields, Rejection expected) =>
        Assert.Equal(new BodyFraming(BodyKind.Rejected, 0, expected), Framing("POST / HTTP/1.1", fields));

    [Theory]
    [InlineData("POST / HTTP/1.0", "Transfer-Encoding: chunked", Rejection.TransferCoding)]
    [InlineData("TRACE / HTTP/1.1", "Content-Length: 0", Rejection.BodyNotAllowed)]
    [InlineData("CONNECT a:1 HTTP/1.1", "Transfer-Encoding: chunked", Rejection.BodyNotAllowed)]
    public void A_framing_that_version_or_method_forbid_is_rejected(string line, string fields, Rejection expected) =>
        Assert.Equal(expected, Framing(line, fields).Rejection);

    [Theory]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5;a;b=c;d=\"e\\\"f\"\r\nhello\r\n000\r\nA: b\r\nContent-Length: 7\r\n\r\n", "hello")]
    [InlineData("A \t; x = y\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    public void Chunks_are_put_together(string body, string content)
    {
        (ChunkStatus status, _, string found) = Decode(body);

        Assert.Equal((ChunkStatus.End, content), (status, found));
    }

    [Theory]
    [InlineData("\r\n", Rejection.ChunkSize)]
    [InlineData("0x5\r\n", Rejection.ChunkSize)]
    [InlineData("+5\r\n", Rejection.ChunkSize)]
    [InlineData("-1\r\n", Rejection.ChunkSize)]
    [InlineData("1_0\r\n", Rejection.ChunkSize)]
    [InlineData(" 5\r\n", Rejection.ChunkSize)]
    [InlineData("5 \r\n", Rejection.ChunkExtension)]
    [InlineData("2c x\r\n", Rejection.ChunkExtension)]
    [InlineData("8000000000000000\r\n", Rejection.ChunkSize)]
    [InlineData("00000000000000005\r\n", Rejection.ChunkSize)]
    [InlineData("5\n", Rejection.ChunkSize)]
    [InlineData("5\rX", Rejection.ChunkExtension)]
    [InlineData("5;\r\n", Rejection.ChunkExtension)]
    [InlineData("5;\n\r\n", Rejection.ChunkExtension)]
    [InlineData("5;a\rX\r\n", Rejection.ChunkExtension)]
    [InlineData("5;a=\"\r\n", Rejection.ChunkExtension)]
    [InlineData("5\r\nhello\n", Rejection.ChunkEnd)]
    [InlineData("5\r\nhello\rX", Rejection.ChunkEnd)]
    [InlineData("5\r\nhello!!", Rejection.ChunkEnd)]
    [InlineData("0\r\n\n", Rejection.Trailer)]
    [InlineData("0\r\nX-A : 1\r\n\r\n", Rejection.Trailer)]
    [InlineData("0\r\n A: 1\r\n\r\n", Rejection.Trailer)]
    [InlineData("0\r\nA: 1\0\r\n\r\n", Rejection.Trailer)]
    public void A_malformed_chunk_ends_the_body(string body, Rejection expected)
    {
        (ChunkStatus status, Rejection rejection, _) = Decode(body);

        Assert.Equal((ChunkStatus.Rejected, expected), (status, rejection));
    }

    [Fact]
    public void A_chunk_size_line_over_the_limit_is_rejected() =>
        Assert.Equal(Rejection.ChunkSizeTooLong, Decode("5;a=" + new string('b', 2000) + "\r\n").Rejection);

    [Fact]
    public void Trailers_over_the_limit_are_rejected() =>
        Assert.Equal(Rejection.TrailersTooLong, Decode("0\r\nA: " + new string('b', 9000) + "\r\n\r\n").Rejection);

    [Fact]
    public void A_body_of_extensions_is_rejected() =>
        Assert.Equal(Rejection.ChunkSizeTooLong, Decode(string.Concat(Enumerable.Repeat("1;a=" + new string('b', 900) + "\r\nx\r\n", 100))).Rejection);

    [Fact]
    public void Many_small_chunks_are_no_waste() =>
        Assert.Equal(ChunkStatus.End, Decode(string.Concat(Enumerable.Repeat("1\r\nx\r\n", 65536)) + "0\r\n\r\n").Status);

    [Theory]
    [InlineData("HTTP/1.1", "A: b", Continuation.Keep)]
    [InlineData("HTTP/1.1", "Connection: TE, Close", Continuation.Close)]
    [InlineData("HTTP/1.1", "Connection: TE\r\nConnection: close", Continuation.Close)]
    [InlineData("HTTP/1.1", "Connection: closed", Continuation.Keep)]
    [InlineData("HTTP/1.0", "A: b", Continuation.Close)]
    [InlineData("HTTP/1.0", "Connection: keep-alive", Continuation.Keep)]
    [InlineData("HTTP/1.0", "Connection: keep-alive, close", Continuation.Close)]
    public void A_connection_is_kept_as_version_and_options_say(string version, string fields, Continuation expected) =>
        Assert.Equal(expected, Persistence.OfRequest(Head($"GET / {version}", fields)));

    [Theory]
    [InlineData("HTTP/1.1", "Expect: 100-Continue", Expectation.Continue)]
    [InlineData("HTTP/1.1", "Expect: 200-ok", Expectation.Unknown)]
    [InlineData("HTTP/1.1", "Expect: 100-continue, x", Expectation.Unknown)]
    [InlineData("HTTP/1.0", "Expect: 100-continue", Expectation.None)]
    public void An_expectation_is_understood_or_refused(string version, string fields, Expectation expected) =>
        Assert.Equal(expected, Persistence.ExpectationOf(Head($"GET / {version}", fields)));

    [Fact]
    public void Every_mistake_has_an_answer() =>
        Assert.All(Enum.GetValues<Rejection>(), rejection => Assert.InRange(RejectionStatus.Of(rejection).Status, 400, 505));

    [Theory]
    [InlineData("a", "a", null)]
    [InlineData("a.b-c_d:0", "a.b-c_d", 0)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("[::ffff:1.2.3.4]", "::ffff:1.2.3.4", null)]
    public void A_host_is_a_name_or_an_address_and_a_port(string text, string name, int? port)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);

        Assert.True(HostText.TryParse(bytes, out Range found, out ushort? foundPort));
        Assert.Equal((name, port), (Encoding.Latin1.GetString(bytes.AsSpan()[found]), foundPort));
    }

    [Fact]
    public void A_host_has_at_most_255_bytes()
    {
        byte[] host = Encoding.ASCII.GetBytes(new string('a', 256));
        Assert.True(HostText.TryParse(host.AsSpan(1), out _, out _));
        Assert.False(HostText.TryParse(host, out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("a:")]
    [InlineData("a:65536")]
    [InlineData("a:+1")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("[:::1]")]
    [InlineData("[1.2.3.4]")]
    [InlineData("u@a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("a^")]
    public void What_is_no_host_is_refused(string text) => Assert.False(HostText.TryParse(Encoding.Latin1.GetBytes(text), out _, out _));

    private static BodyFraming Framing(string line, string fields) => BodyFraming.OfRequest(Head(line, fields));

    private static RequestHead Head(string line, string fields)
    {
        RequestHead head = new();
        byte[] message = Encoding.Latin1.GetBytes($"{line}\r\nHost: a\r\n{fields}\r\n\r\n");
        Assert.Equal(ParseStatus.Complete, RequestParser.Parse(message, head, HeadLimits.Httpd));
        return head;
    }

    private static (ChunkStatus Status, Rejection Rejection, string Content) Decode(string body)
    {
        ChunkedDecoder decoder = new();
        ReadOnlySpan<byte> rest = Encoding.Latin1.GetBytes(body);
        StringBuilder content = new();
        while (true)
        {
            ChunkStatus status = decoder.Read(rest, out int taken, out Range found);
            content.Append(Encoding.Latin1.GetString(rest[found]));
            rest = rest[taken..];
            if (status != ChunkStatus.Content)
            {
                return (status, decoder.Rejection, content.ToString());
            }
        }
    }
}
