using System;
using System.Linq;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class ChunkedForwarderTests
{
    [Theory]
    [InlineData("0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n1\r\n!\r\n0\r\n\r\n")]
    public void What_is_canonical_goes_on_in_one_piece(string body)
    {
        ChunkedForwarder forwarder = new();
        forwarder.Begin(Heads.With(), ForwardedForm.Chunked);

        ParseStatus status = forwarder.Read(Encoding.Latin1.GetBytes(body), out int taken, out Range verbatim);

        Assert.Equal((ParseStatus.Complete, body.Length, 0..body.Length), (status, taken, verbatim));
        Assert.True(forwarder.Inserted.IsEmpty);
    }

    [Theory]
    [InlineData("05\r\nhello\r\n00\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("B\r\nhello world\r\n000000000000000b\r\nhello world\r\n0\r\n\r\n", "b\r\nhello world\r\nb\r\nhello world\r\n0\r\n\r\n")]
    [InlineData("5;a=b;c=\"0\\\"\"\r\nhello\r\n1\t;d\r\n!\r\n0;last\r\n\r\n", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")]
    public void Lines_of_chunks_are_written_anew(string body, string expected) =>
        Assert.Equal(new Forwarding(ParseStatus.Complete, Rejection.None, expected, 0), Forwarding.Of(body));

    [Theory]
    [InlineData("X-Sum: 1")]
    [InlineData("X-A:\r\nx-b:\t c \r\nServer-Timing: d")]
    public void Trailers_go_on_line_by_line(string trailers) =>
        Assert.Equal($"1\r\n!\r\n0\r\n{trailers}\r\n\r\n", Forwarding.Of($"1\r\n!\r\n0\r\n{trailers}\r\n\r\n").Sent);

    [Theory]
    [InlineData("Content-Length: 5")]
    [InlineData("transfer-encoding: chunked")]
    [InlineData("HOST: b")]
    [InlineData("Connection: close")]
    [InlineData("Keep-Alive: 5")]
    [InlineData("Trailer: X-A")]
    [InlineData("TE: trailers")]
    [InlineData("Upgrade: h2c")]
    [InlineData("HTTP2-Settings: x")]
    [InlineData("Authorization: Basic eA==")]
    [InlineData("Set-Cookie: a=b")]
    [InlineData("If-None-Match: *")]
    [InlineData("X-Forwarded-For: 10.0.0.1")]
    public void Trailers_that_could_lead_on_whoever_merges_them_are_dropped(string trailer) =>
        Assert.Equal("0\r\nX-A: 1\r\nX-B: 2\r\n\r\n", Forwarding.Of($"0\r\nX-A: 1\r\n{trailer}\r\nX-B: 2\r\n\r\n").Sent);

    [Fact]
    public void Trailers_that_Connection_names_are_dropped() => Assert.Equal(
        "0\r\nX-B: 2\r\n\r\n",
        Forwarding.Of("0\r\nx-a: 1\r\nX-B: 2\r\n\r\n", ForwardedForm.Chunked, Heads.With("Connection: X-A, X-C")).Sent);

    [Fact]
    public void The_end_of_a_chunk_goes_on_with_it() => Assert.Equal("5\r\nhello\r\n", Forwarding.Of("5\r\nhello\r\n").Sent);

    [Fact]
    public void A_line_goes_on_when_it_is_whole() => Assert.Equal("", Forwarding.Of("5").Sent);

    [Theory]
    [InlineData("3\r\nabc\r\nXXX\r\n", Rejection.ChunkSize, "3\r\nabc\r\n")]
    [InlineData("3\r\nabc\r\n0x3\r\nabc\r\n", Rejection.ChunkSize, "3\r\nabc\r\n")]
    [InlineData("3\r\nabcd\r\n", Rejection.ChunkEnd, "3\r\nabc")]
    [InlineData("3\r\nabc\rX", Rejection.ChunkEnd, "3\r\nabc\r")]
    [InlineData("3 x\r\nabc\r\n", Rejection.ChunkExtension, "")]
    [InlineData("0\r\nX-A : 1\r\n\r\n", Rejection.Trailer, "")]
    [InlineData("0;\n\r\nGET / HTTP/1.1\r\n\r\n", Rejection.ChunkExtension, "")]
    public void Nothing_goes_on_behind_a_mistake(string body, Rejection expected, string sent)
    {
        Forwarding forwarding = Forwarding.Of(body);

        Assert.Equal((ParseStatus.Rejected, expected, sent), (forwarding.Status, forwarding.Rejection, forwarding.Sent));
    }

    [Fact]
    public void What_follows_the_body_is_not_taken() =>
        Assert.Equal(new Forwarding(ParseStatus.Complete, Rejection.None, "1\r\n!\r\n0\r\n\r\n", 3), Forwarding.Of("1\r\n!\r\n0\r\n\r\nGET"));

    [Fact]
    public void Without_framing_the_content_goes_on_alone() => Assert.Equal(
        new Forwarding(ParseStatus.Complete, Rejection.None, "hello world", 3),
        Forwarding.Of("05;a\r\nhello\r\n6\r\n world\r\n0\r\nX-A: 1\r\n\r\nGET", ForwardedForm.Plain, Heads.With()));

    [Theory]
    [InlineData("5\r\nhello\r\n00A;b=\"c\"\r\n0123456789\r\n0\r\n\r\nGET")]
    [InlineData("1\r\na\r\n0;x\r\nX-A: 1\r\nHost: b\r\nX-B:\r\n\r\nGET")]
    [InlineData("0\r\nX-A: 0\r\n\r\n")]
    [InlineData("3\r\nabc\r\nXXX\r\n")]
    [InlineData("3\r\nabc\rX")]
    [InlineData("3\r\nabcX")]
    public void Any_cut_gives_the_same(string body)
    {
        Forwarding whole = Forwarding.Of(body);

        Assert.All(Enumerable.Range(0, body.Length), cut => Assert.Equal(whole, Forwarding.Of(body, cut)));
        Assert.Equal(whole, Forwarding.Of(body, [.. Enumerable.Range(0, body.Length)]));
    }

    [Fact]
    public void The_longest_trailers_and_the_next_body_fit()
    {
        ChunkedForwarder forwarder = new();
        forwarder.Begin(Heads.With(), ForwardedForm.Chunked);
        string longest = "0\r\nX-A: " + new string('b', 8000) + "\r\n\r\n";
        ParseStatus first = forwarder.Read(Encoding.Latin1.GetBytes(longest), out _, out _);
        string inserted = Encoding.Latin1.GetString(forwarder.Inserted);
        forwarder.Begin(Heads.With(), ForwardedForm.Chunked);
        ParseStatus second = forwarder.Read("001\r\n"u8, out _, out _);

        Assert.Equal((ParseStatus.Complete, longest), (first, inserted));
        Assert.Equal((ParseStatus.NeedMore, "1\r\n"), (second, Encoding.Latin1.GetString(forwarder.Inserted)));
    }
}
