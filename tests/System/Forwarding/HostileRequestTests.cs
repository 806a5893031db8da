using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Messages that have fooled proxies: they go nowhere, or on in the one form that all readers take alike.</summary>
[Compares]
public sealed class HostileRequestTests(HostileRequestGround ground) : IClassFixture<HostileRequestGround>
{
    private const string Post = "POST /x HTTP/1.1\r\nHost: a\r\n";
    private const string Chunked = Post + "Transfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData("Content-Length: 0x5\r\n\r\nhello")]
    [InlineData("Content-Length:\r\n\r\n")]
    [InlineData("Content-Length:\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: cow\r\n\r\nhello")]
    [InlineData("Content-Length: 18446744073709551616\r\n\r\n")]
    [InlineData("Content-Length: 18446744073709551621\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n , identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 5\r\n 0\r\n\r\nhello")]
    [InlineData("X[: y\r\n\r\n")]
    [InlineData("X\u0080: y\r\n\r\n")]
    [InlineData("\u000bX: y\r\n\r\n")]
    [InlineData("X: y\0z\r\n\r\n")]
    [InlineData("X: y\rz\r\n\r\n")]
    [InlineData("X\r\n\r\n")]
    [InlineData("X : y\r\n\r\n")]
    [InlineData(": y\r\n\r\n")]
    [InlineData("Host: a\r\n\r\n")]
    public void A_head_that_can_be_read_in_two_ways_goes_nowhere(string rest) => Assert.Equal("HTTP/1.0 400 Bad Request", ground.RefusedWith(Post + rest));

    [Theory]
    [InlineData("GET /x\r\n")]
    [InlineData("GET /x \r\n")]
    [InlineData("GET /x HTTP/0.9\r\nHost: a\r\n\r\n")]
    [InlineData("GET * HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /x#y HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /\u007f HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /\u0080 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a@b\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a?b\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a#b\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a^b\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: [::1\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void A_request_that_is_none_goes_nowhere(string request) => Assert.Equal("HTTP/1.0 400 Bad Request", ground.RefusedWith(request));

    [Theory]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("+5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5_0\r\nhello\r\n0\r\n\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 x\r\nhello\r\n0\r\n\r\n")]
    [InlineData("\r\nhello\r\n0\r\n\r\n")]
    [InlineData("00000000000000005\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;\n\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\rb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0 x\r\n\r\n")]
    [InlineData("0;\n\r\nGET /evil HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nX-A : 1\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n X-A: 1\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nX-A: \0\r\n\r\n")]
    public void A_malformed_chunk_makes_no_message(string body)
    {
        Assert.Null(ground.Forwarding.Round(Chunked + body));
        Assert.Equal("HTTP/1.0 400 Bad Request", ground.RefusedWith(Chunked + body));
    }

    [Theory]
    [InlineData("GET /x HTTP/1.1\nHost: a\nX: y\n\n", "GET /x HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nX:\ty\t\r\n\r\n", "GET /x HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n")]
    [InlineData(Chunked + "05;a=b\r\nhello\r\n0;c\r\n\r\n", Chunked + "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(Chunked + "0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: b\r\nX-A: 1\r\n\r\n", Chunked + "0\r\nX-A: 1\r\n\r\n")]
    [InlineData(
        "GET /x HTTP/1.1\r\nHost: a\r\nConnection: X-Own, Host, Content-Length\r\nX-Own: 1\r\nKeep-Alive: 5\r\nTE: gzip\r\nProxy-Connection: close\r\nHTTP2-Settings: x\r\nUpgrade: h2c\r\nX: y\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nConnection: Content-Length\r\nContent-Length: 5\r\n\r\nhello", "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("GET /x HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\n\r\n", "GET /x HTTP/1.1\r\nHost: a\r\nTransfer_Encoding: chunked\r\n\r\n")]
    public void What_goes_on_is_in_the_form_that_all_readers_take_alike(string sent, string seen)
    {
        Assert.Null(ground.Forwarding.Round(sent));
        Assert.Equal(seen, ground.Seen(sent));
    }

    [Fact]
    public void A_good_message_is_answered_before_a_bad_one_behind_it_ends_the_session()
    {
        string good = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
        string sent = good + "GET /3 HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n";

        Assert.Null(ground.Forwarding.Round(sent));
        Assert.Equal(good, ground.Seen(sent));
    }

    [Fact]
    public void A_hundred_requests_in_one_packet_are_answered_in_order()
    {
        string sent = string.Concat(Enumerable.Range(0, 100).Select(static number => $"GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n"));
        string[] answered = [.. Reader.Responses(ground.Forwarding.Hear(sent), Form.Sent, Enumerable.Repeat("GET", 100)).Messages.Select(static message => message.Content.Split(' ')[1])];

        Assert.Single(ground.Forwarding.TakeVisits());
        Assert.Equal(Enumerable.Range(0, 100).Select(static number => $"/{number}"), answered, StringComparer.Ordinal);
    }

    [Fact]
    public void A_body_that_is_shorter_than_it_says_is_no_message()
    {
        string sent = Post + "Content-Length: 10\r\n\r\nhello";

        Assert.Null(ground.Forwarding.Round(sent));
        Assert.DoesNotContain(ground.Visits(sent), static visit => Reader.Requests(visit.Received, Form.Sent).Messages.Any());
    }
}

/// <summary>One relay for all of them.</summary>
public sealed class HostileRequestGround : IDisposable
{
    internal ForwardingGround Forwarding { get; } = new(Judge.Understood);

    public void Dispose() => Forwarding.Dispose();

    /// <summary>The status line of what a client hears to a request of which the origin got nothing that it answered; it is all that it hears.</summary>
    internal string RefusedWith(string sent)
    {
        string heard = Forwarding.Hear(sent);
        Assert.All(Forwarding.TakeVisits(), visit => Assert.Empty(Reader.Requests(visit.Received, Form.Sent).Messages));
        Assert.Single(Reader.Responses(heard, Form.Sent, ["?", "?"]).Messages);
        return heard.Split('\r')[0];
    }

    /// <summary>All that the origin got for it.</summary>
    internal string Seen(string sent) => string.Concat(Visits(sent).Select(static visit => visit.Received));

    internal IReadOnlyList<Visit> Visits(string sent)
    {
        _ = Forwarding.HearAll(sent);
        return Forwarding.TakeVisits();
    }
}
