using System;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Hosts that misbehave: the client hears 502 or sees that its answer is not whole, and nothing of it in another answer.</summary>
[Compares]
public sealed class HostileResponseTests : IDisposable
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private const string Chunked = Ok + "Transfer-Encoding: chunked\r\n\r\n";

    private readonly ForwardingGround _ground;
    private Answer _answer;

    public HostileResponseTests()
    {
        _ground = new ForwardingGround(request => request.Target is "/x" ? _answer : Judge.Understood(request));
    }

    public void Dispose() => _ground.Dispose();

    [Fact]
    public void A_head_that_can_be_read_in_two_ways_is_answered_by_502() => Assert.All(
        (string[])
        [
            "", "\r\n", "<html>", "HTTP/1.1 99x OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1\r\n\r\n",
            Ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", Ok + "Content-Length: 5, 5\r\n\r\nhello",
            Ok + "Content-Length: +5\r\n\r\nhello", Ok + "Content-Length:\r\n\r\n", Ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Ok + "Transfer-Encoding: identity\r\n\r\n",
            Ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Ok + "X : y\r\n\r\n", Ok + "X\r\n\r\n",
            Ok + "X: y\r\n z\r\n\r\n", Ok + " X: y\r\n\r\n", Ok + "X: y\0\r\n\r\n", Ok + "X: y\rz\r\n\r\n", Ok + ": y\r\n\r\n", "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", Ok + "X: y",
            Ok + new string('x', 1024 * 1024), Ok + "X: " + new string('x', 1024 * 1024) + "\r\n\r\n", Ok + string.Concat(Enumerable.Repeat("X: y\r\n", 2000)) + "\r\n",
        ],
        answer => Assert.Equal(("HTTP/1.0 502 Bad Gateway", 1), Status(Hear(answer, Afterwards.Close), Get)));

    [Fact]
    public void An_answer_that_stops_is_not_whole_at_the_client() => Assert.All(
        (string[])
        [
            Ok + "Content-Length: 5\r\n\r\nhell", Chunked, Chunked + "5\r\nhell", Chunked + "5\r\nhello\r\n", Chunked + "5\r\nhello\r\n0\r\n", Chunked + "5\r\nhello\r\nXX\r\n", Chunked + "0x5\r\nhello\r\n0\r\n\r\n",
            Chunked + "5\r\nhelloXX0\r\n\r\n", Chunked + "5\nhello\r\n0\r\n\r\n", Chunked + "0\r\nX : y\r\n\r\n", Chunked + "0;\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ],
        answer => Assert.Empty(Reader.Responses(Hear(answer, Afterwards.Close).Text, Form.Sent, ["GET"]).Messages));

    // It has no chunks, and would take the end for that of the answer.
    [Fact]
    public void A_client_of_HTTP_1_0_sees_by_a_reset_that_chunks_stopped()
    {
        _answer = new Answer(Chunked + "5\r\nhello\r\n", Afterwards.Close);
        Heard heard = _ground.HearAll("GET /x HTTP/1.0\r\n\r\n");

        Assert.Equal(Ending.Reset, heard.Ending);
    }

    [Fact]
    public void A_client_sees_by_a_reset_that_an_answer_without_end_was_reset()
    {
        Heard heard = Hear(Ok + "\r\nhello", Afterwards.Reset);

        Assert.True(heard.Ending == Ending.Reset || heard.Text.StartsWith("HTTP/1.0 502 ", StringComparison.Ordinal), heard.ToString());
    }

    [Fact]
    public void What_follows_an_answer_is_not_the_next_one()
    {
        _answer = new Answer(Ok + "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", Afterwards.Keep);
        string heard = _ground.Hear(Get + "GET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Message[] answers = [.. Reader.Responses(heard, Form.Sent, ["GET", "GET"]).Messages];

        Assert.Equal(["ok", "GET /second 0 "], answers.Select(static answer => answer.Content[..int.Min(answer.Content.Length, 14)]), StringComparer.Ordinal);
    }

    [Fact]
    public void What_comes_unasked_on_an_idle_connection_answers_nothing()
    {
        _answer = new Answer(Ok + "Content-Length: 2\r\n\r\nok", Afterwards.Keep);
        using Peer peer = _ground.Connect();
        peer.Send(Get);
        _ = peer.Answer();
        _ground.Origin.Say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        peer.Send("GET /second HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.StartsWith("GET /second ", global::System.Text.Encoding.Latin1.GetString(peer.Answer().Body), StringComparison.Ordinal);
    }

    // The answer never comes.
    [Fact]
    public void Whoever_breaks_off_before_the_answer_takes_the_connection_to_the_host_along()
    {
        _answer = new Answer("", Afterwards.Keep);
        using (Peer peer = _ground.Connect())
        {
            peer.Send(Get);
            Await.Until(() => _ground.Origin.HasVisit("GET /x "), "the request comes to the origin");
            peer.Reset();
        }

        Assert.Equal(Get, _ground.TakeVisits().Single().Received);
    }

    [Fact]
    public void Many_interim_answers_are_no_answer()
    {
        Heard heard = Hear(string.Concat(Enumerable.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 100_000)), Afterwards.Close);

        Assert.Contains(" 502 Bad Gateway", heard.Text, StringComparison.Ordinal);
    }

    private Heard Hear(string answer, Afterwards afterwards)
    {
        _answer = new Answer(answer, afterwards);
        return _ground.HearAll(Get);
    }

    // The first line of what was heard, and how many answers there are.
    private static (string Line, int Count) Status(Heard heard, string request) =>
        (heard.Text.Split('\r')[0], Reader.Responses(heard.Text, Form.Sent, Enumerable.Repeat(request.Split(' ')[0], 3)).Messages.Count);
}
