using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Messages whose parts come one by one, played at both ends: nothing waits for what does not have to be there.</summary>
public sealed class StreamTests(StreamGround ground) : IClassFixture<StreamGround>
{
    private const string Get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST /x HTTP/1.1\r\nHost: a\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    private const long MostGrowth = 4 * 1024 * 1024;

    // D-71; on a busy machine a single one may be later, so most of them have to be in time.
    private static readonly TimeSpan _delay = TimeSpan.FromMilliseconds(80);

    [Fact]
    public void Two_thousand_frames_of_a_websocket_come_back_bit_for_bit()
    {
        using Exchange exchange = ground.Begin("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        string seen = exchange.Host.Head();
        exchange.Host.Send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
        string switched = exchange.Client.Head();
        _ = Task.Run(() => Echo(exchange.Host.Socket), TestContext.Current.CancellationToken);
        Random random = new(7);
        foreach (byte[] frame in Enumerable.Range(0, 2000).Select(_ => Frame(random)))
        {
            exchange.Client.Send(frame);
            Assert.Equal(frame, exchange.Client.Exactly(frame.Length));
        }

        Assert.Equal(("Upgrade", "websocket"), (Heads.Field(seen, "Connection"), Heads.Field(seen, "Upgrade")));
        Assert.Equal((101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), (Heads.Status(switched), Heads.Field(switched, "Sec-WebSocket-Accept")));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "8\r\ndata: x\n\r\n")]
    [InlineData("\r\n", "data: x\n")]
    [InlineData("Content-Length: 800000\r\n\r\n", "data: x\n")]
    public void Events_of_a_host_are_not_kept_back(string rest, string piece)
    {
        using Exchange exchange = ground.Begin(Get);
        _ = exchange.Host.Head();
        exchange.Host.Send(Ok + "Content-Type: text/event-stream\r\n" + rest);
        _ = exchange.Client.Head();
        TimeSpan[] delays = [.. Enumerable.Range(0, 50).Select(_ =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            exchange.Host.Send(piece);
            Assert.Equal(piece, Encoding.ASCII.GetString(exchange.Client.Exactly(piece.Length)));
            return watch.Elapsed;
        })];

        Assert.True(delays.Order().ElementAt(40) <= _delay, $"{delays.Max()}");
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", "5\r\npiece\r\n")]
    [InlineData("Content-Length: 800000\r\n\r\n", "piece")]
    public void Pieces_of_a_client_are_not_kept_back(string rest, string piece)
    {
        using Exchange exchange = ground.Begin(Post + rest);
        _ = exchange.Host.Head();
        foreach (int _ in Enumerable.Range(0, 50))
        {
            exchange.Client.Send(piece);
            Assert.Equal(piece, Encoding.ASCII.GetString(exchange.Host.Exactly(piece.Length)));
        }
    }

    [Fact]
    public void A_client_that_waits_for_leave_gets_that_of_the_host()
    {
        using Exchange exchange = ground.Begin(Post + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        string seen = exchange.Host.Head();
        exchange.Host.Send("HTTP/1.1 100 Continue\r\n\r\n");
        string leave = exchange.Client.Head();
        exchange.Client.Send("hello");
        byte[] body = exchange.Host.Exactly(5);
        exchange.Host.Send(Ok + "Content-Length: 2\r\n\r\nok");

        Assert.Equal("100-continue", Heads.Field(seen, "Expect"));
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", leave);
        Assert.Equal(("hello", "ok"), (Encoding.ASCII.GetString(body), Encoding.ASCII.GetString(exchange.Client.Answer().Body)));
    }

    [Fact]
    public void A_client_that_waits_for_leave_hears_that_there_is_none()
    {
        using Exchange exchange = ground.Begin(Post + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        _ = exchange.Host.Head();
        exchange.Host.Send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");

        string head = exchange.Client.Head();

        Assert.Equal((417, "close"), (Heads.Status(head), Heads.Field(head, "Connection")));
        Assert.Empty(exchange.Client.ToEnd());
    }

    [Fact]
    public void Interim_answers_go_on_and_HTTP_1_0_gets_none()
    {
        const string Hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
        using Exchange now = ground.Begin(Get);
        using Exchange old = ground.Begin("GET /x HTTP/1.0\r\nHost: a\r\n\r\n");
        foreach (Peer host in (Peer[])[now.Host, old.Host])
        {
            _ = host.Head();
            host.Send(Hints + Hints + Ok + "Content-Length: 2\r\n\r\nok");
        }

        Assert.Equal([103, 103, 200], Enumerable.Range(0, 3).Select(_ => Heads.Status(now.Client.Head())));
        Assert.Equal(200, Heads.Status(old.Client.Head()));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n", "Content-Length: 5\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", "")]
    [InlineData("", "")]
    public void An_answer_to_HEAD_has_no_body(string field, string kept)
    {
        using Exchange exchange = ground.Begin("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" + Get);
        _ = exchange.Host.Head();
        exchange.Host.Send(Ok + field + "X: y\r\n\r\n");
        string head = exchange.Client.Head();
        string second = exchange.Host.Head();
        exchange.Host.Send(Ok + "Content-Length: 2\r\n\r\nok");

        Assert.Equal(Ok + kept + "X: y\r\n\r\n", head);
        Assert.Equal((Get, "ok"), (second, Encoding.ASCII.GetString(exchange.Client.Answer().Body)));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(7, 20_000)]
    [InlineData(100, 20_000)]
    [InlineData(1_400, 200_000)]
    public void Messages_that_come_in_small_pieces_are_whole(int piece, int length)
    {
        string body = Encoding.Latin1.GetString(Site.Bytes(length));
        string chunked = string.Create(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n{length:x}\r\n{body}\r\n0\r\nX-Sum: 1\r\n\r\n");
        string counted = string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n\r\n{body}");
        string[] sent = [Post + chunked, Ok + counted, Post + counted, Ok + chunked];
        using Exchange exchange = ground.Begin(client => Trickle(client, sent[0], piece));
        string first = Encoding.Latin1.GetString(exchange.Host.Exactly(sent[0].Length));
        Trickle(exchange.Host, sent[1], piece);
        string answer = Encoding.Latin1.GetString(exchange.Client.Exactly(sent[1].Length));
        Trickle(exchange.Client, sent[2], piece);
        string second = Encoding.Latin1.GetString(exchange.Host.Exactly(sent[2].Length));
        Trickle(exchange.Host, sent[3], piece);

        string last = Encoding.Latin1.GetString(exchange.Client.Exactly(sent[3].Length));

        Assert.Equal((sent[0], sent[1]), (first, answer));
        Assert.Equal((sent[2], sent[3]), (second, last));
    }

    [Fact]
    public void A_tunnel_carries_whatever_both_sides_say()
    {
        using Exchange exchange = ground.Begin("CONNECT a:25 HTTP/1.1\r\nHost: a:25\r\n\r\n");
        string head = exchange.Host.Head();
        exchange.Host.Send(Ok + "\r\n220 hello");
        string answer = exchange.Client.Head();
        exchange.Client.Send("GET \0 no request");
        byte[] heard = exchange.Host.Exactly(16);
        exchange.Client.EndOutput();

        Assert.StartsWith("CONNECT a:25 HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Equal((200, null), (Heads.Status(answer), Heads.Field(answer, "Connection")));
        Assert.Equal(("220 hello", "GET \0 no request"), (Encoding.ASCII.GetString(exchange.Client.Exactly(9)), Encoding.ASCII.GetString(heard)));
        Assert.Empty(exchange.Host.ToEnd());
    }

    [Fact]
    public void A_tunnel_that_a_host_refuses_is_none()
    {
        using Exchange exchange = ground.Begin("CONNECT a:25 HTTP/1.1\r\nHost: a:25\r\n\r\n" + Get);
        _ = exchange.Host.Head();
        exchange.Host.Send("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(405, Heads.Status(exchange.Client.Head()));
        Assert.StartsWith("GET /x HTTP/1.1\r\n", exchange.Host.Head(), StringComparison.Ordinal);

        // Without an answer it would be asked again, on a connection that the next exchange took for its own.
        exchange.Host.Send(Ok + "Content-Length: 2\r\n\r\nok");
        Assert.Equal("ok"u8, exchange.Client.Answer().Body);
    }

    [Fact]
    public void Trailers_go_on_both_ways()
    {
        const string Body = "1\r\n!\r\n0\r\nX-Sum: 1\r\n\r\n";
        using Exchange exchange = ground.Begin(Post + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n" + Body);
        _ = exchange.Host.Head();
        byte[] seen = exchange.Host.Exactly(Body.Length);
        exchange.Host.Send(Ok + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n" + Body);
        _ = exchange.Client.Head();

        Assert.Equal((Body, Body), (Encoding.ASCII.GetString(seen), Encoding.ASCII.GetString(exchange.Client.Exactly(Body.Length))));
    }

    [Fact]
    public void A_client_of_HTTP_1_0_gets_the_content_of_chunks()
    {
        using Exchange exchange = ground.Begin("GET /x HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
        _ = exchange.Host.Head();
        exchange.Host.Send(Ok + "Transfer-Encoding: chunked\r\n\r\n5;a\r\nhello\r\n6\r\n world\r\n0\r\nX: y\r\n\r\n");
        string head = exchange.Client.Head();

        Assert.Equal(("close", null), (Heads.Field(head, "Connection"), Heads.Field(head, "Transfer-Encoding")));
        Assert.Equal("hello world", Encoding.ASCII.GetString(exchange.Client.ToEnd()));
    }

    // D-25: it ends when its client ends its output, and not when that breaks off.
    [Fact]
    public void A_host_sees_by_a_reset_that_a_request_without_end_was_cut()
    {
        using Exchange exchange = ground.Begin("POST /x HTTP/1.0\r\nHost: a\r\n\r\nbegun");
        _ = exchange.Host.Head();
        _ = exchange.Host.Exactly(5);
        exchange.Client.Reset();

        exchange.Host.ToReset();
    }

    [Fact]
    public void An_answer_that_comes_early_reaches_a_client_that_is_still_sending()
    {
        using Exchange exchange = ground.Begin(Post + "Content-Length: 100000000\r\n\r\nbegun");
        _ = exchange.Host.Head();
        exchange.Host.Send("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno!");
        exchange.Host.EndOutput();
        (string head, byte[] body) = exchange.Client.Answer();

        Assert.Equal((413, "close", "no!"), (Heads.Status(head), Heads.Field(head, "Connection"), Encoding.ASCII.GetString(body)));
    }

    [Fact]
    public void A_head_of_a_hundred_thousand_bytes_goes_on_whole_both_ways()
    {
        string fields = string.Concat(Enumerable.Range(0, 100).Select(static number => $"X-{number}: {new string('v', 1000)}\r\n"));
        string sent = $"GET /x HTTP/1.1\r\nHost: a\r\n{fields}\r\n";
        using Exchange exchange = ground.Begin(sent);
        string seen = exchange.Host.Head();
        exchange.Host.Send(Ok + fields + "Content-Length: 2\r\n\r\nok");
        (string head, byte[] body) = exchange.Client.Answer();

        Assert.Equal((sent, Ok + fields + "Content-Length: 2\r\n\r\n", "ok"), (seen, head, Encoding.ASCII.GetString(body)));
    }

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    public async Task A_large_answer_comes_whole_at_a_flat_footprint(string framing)
    {
        using Exchange exchange = ground.Begin(Get);
        _ = exchange.Host.Head();
        long before = ground.Memory();
        Task<string> sent = Task.Run(() => Large.Send(exchange.Host, Ok, framing), TestContext.Current.CancellationToken);
        string received = Large.Receive(exchange.Client, exchange.Client.Head());

        Assert.Equal(await sent, received);
        Assert.InRange(ground.Memory() - before, long.MinValue, MostGrowth);
    }

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    public async Task A_large_request_goes_on_whole_at_a_flat_footprint(string framing)
    {
        Task<string>? sent = null;
        long before = ground.Memory();
        using Exchange exchange = ground.Begin(client => sent = Task.Run(() => Large.Send(client, Post, framing), TestContext.Current.CancellationToken));
        string received = Large.Receive(exchange.Host, exchange.Host.Head());

        Assert.Equal(await sent!, received);
        Assert.InRange(ground.Memory() - before, long.MinValue, MostGrowth);
    }

    // RFC 6455 5.2: final, binary, masked.
    private static byte[] Frame(Random random)
    {
        byte[] payload = new byte[random.Next(20) == 0 ? random.Next(126, ushort.MaxValue) : random.Next(126)];
        random.NextBytes(payload);
        byte[] length = payload.Length < 126 ? [(byte)(0x80 | payload.Length)] : [0xfe, (byte)(payload.Length >> 8), (byte)(payload.Length & byte.MaxValue)];
        return [0x82, .. length, 1, 2, 3, 4, .. payload];
    }

    private static void Echo(Socket socket)
    {
        byte[] block = new byte[64 * 1024];
        for (int count; (count = socket.Receive(block)) > 0;)
        {
            socket.Send(block.AsSpan(0, count));
        }
    }

    private static void Trickle(Peer peer, string text, int piece)
    {
        peer.Socket.NoDelay = true;
        foreach (char[] each in text.Chunk(piece))
        {
            peer.Send(new string(each));
        }
    }
}
