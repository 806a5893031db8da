using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>Answers that go on for a while, such as server-sent events: each part leaves when it comes.</summary>
public sealed class StreamTests(ITestOutputHelper output)
{
    private const int Events = 50;

    // The application sends the time with each event, on the same clock. A late one of many is the machine's.
    [Fact]
    public void An_event_is_at_most_80_ms_late()
    {
        using FastCgiGround ground = new(SendEvents);
        using Client client = ground.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal("text/event-stream", Heads.Field(client.Head(), "Content-Type"));

        List<double> late = [.. Enumerable.Range(0, Events).Select(_ => Late(client.Chunk())).Order()];

        output.WriteLine($"median {late[Events / 2]:F2} ms, last but two {late[Events - 3]:F2} ms");
        Assert.InRange(late[Events - 3], 0, 80);
        Assert.Equal("", client.Chunk());
    }

    [Fact]
    public void A_head_leaves_before_its_body()
    {
        using ManualResetEventSlim read = new();
        using FastCgiGround ground = new(request =>
        {
            request.ReadRest();
            request.Out("Content-Type: text/plain\r\n\r\n");
            read.Wait(Await.Usual);
            request.Out("body").End();
        });
        using Client client = ground.Connect();
        client.Send("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        client.Head();
        read.Set();

        Assert.Equal(["body", ""], (string[])[client.Chunk(), client.Chunk()]);
    }

    [Fact]
    public void What_comes_while_the_request_is_sent_leaves_at_once()
    {
        using FastCgiGround ground = new(Echo);
        using Client client = ground.Connect();
        client.Send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\none");
        client.Head();
        Assert.Equal("one", client.Chunk());
        client.Send("two");

        Assert.Equal(["two", ""], (string[])[client.Chunk(), client.Chunk()]);
    }

    private static void SendEvents(Request request)
    {
        request.ReadRest();
        request.Out("Content-Type: text/event-stream\r\n\r\n");
        for (int i = 0; i < Events; i++)
        {
            // The pace of the application; nothing is waited for.
            Thread.Sleep(10);
            request.Out(string.Create(CultureInfo.InvariantCulture, $"data: {Stopwatch.GetTimestamp()}\n\n"));
        }

        request.End();
    }

    private static void Echo(Request request)
    {
        request.Out("Content-Type: text/plain\r\n\r\n");
        request.ReadBody(piece => request.OutUnlessEmpty(piece.Span));
        request.End();
    }

    private static double Late(string @event) =>
        Stopwatch.GetElapsedTime(long.Parse(@event.AsSpan("data: ".Length).Trim(), CultureInfo.InvariantCulture)).TotalMilliseconds;
}
