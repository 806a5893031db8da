using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>Much of everything, through a server whose memory does not grow with it.</summary>
public sealed class LargeTests(ITestOutputHelper output)
{
    private const long Mebibyte = 1024 * 1024, Large = 2048 * Mebibyte, MostGrowth = 8 * Mebibyte;
    private const string Get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
    private static readonly byte[] _pieces = Site.Bytes((int)(16 * Mebibyte));

    [Theory]
    [InlineData("Content-Length: 2147483648\r\n")]
    [InlineData("")]
    public void Two_gibibytes_come_down_bit_by_bit_and_memory_stays(string length)
    {
        using FastCgiGround ground = new(request => Stream(request, length, Large));
        Warm(ground);
        using Client client = ground.Connect();
        client.Send(Get);
        Received received = new();
        Answer answer = Watch(ground, () => client.Read(take: received.Take));

        Assert.Equal((true, Large), (answer.IsWhole, answer.Length));
        Assert.Equal(Large, received.Same);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_gibibytes_go_up_bit_by_bit_and_memory_stays(bool isChunked)
    {
        Received received = new();
        using FastCgiGround ground = new(request => Receive(request, received), "connection max request body 2147483648");
        Warm(ground);
        using Client client = ground.Connect();
        client.Send($"POST / HTTP/1.1\r\nHost: test\r\n{(isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {Large}")}\r\n\r\n");

        Answer answer = Watch(ground, () => Upload(client, isChunked));

        Assert.Equal($"200 {Large}", answer.ToString());
        Assert.Equal(Large, received.Same);
    }

    [Fact]
    public void A_client_that_reads_slowly_holds_the_application_back()
    {
        long sent = 0;
        using FastCgiGround ground = new(request => Stream(request, "", 1024 * Mebibyte, count => Volatile.Write(ref sent, count)));
        Warm(ground);
        using Client client = new(ground.Place, receiveBufferBytes: 16 * 1024);
        client.Send(Get);
        client.Head();

        long seen = Watch(ground, () => AwaitRest(() => Volatile.Read(ref sent)));

        // What the sockets' buffers take on the way.
        Assert.InRange(seen, 1, 32 * Mebibyte);
        Assert.True(ground.ServesFiles(), "others are served");
    }

    [Fact]
    public void A_hundred_mebibytes_of_errors_are_borne()
    {
        string line = new string('e', 999) + "\n";
        using FastCgiGround ground = new(request => Complain(request, string.Concat(Enumerable.Repeat(line, 60)), 1750));
        Warm(ground);

        Answer answer = Watch(ground, () => ground.Get("/errors"));

        Assert.Equal("200 good", answer.ToString());
        Assert.Contains(ground.Daemon.Said, said => said.Contains("eeeeeeee", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_hundred_answers_that_nobody_reads_hold_little()
    {
        using FastCgiGround ground = new(request => Stream(request, "", 1024 * Mebibyte));
        Warm(ground);
        List<Client> clients = [];
        try
        {
            long each = Growth(ground.Server, () => clients.AddRange(Enumerable.Range(0, 200).Select(_ => Begin(ground)))) / 200;

            Assert.InRange(each, long.MinValue, 160 * 1024);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        Assert.True(ground.ServesFiles(), "others are served");
    }

    private T Watch<T>(FastCgiGround ground, Func<T> work)
    {
        Child[] children = [.. ground.Daemon.Children];
        long[] before = [.. children.Select(child => child.ResidentBytes)], most = [.. before];
        using CancellationTokenSource over = new();
        Thread sampler = new(() =>
        {
            do
            {
                most = [.. children.Select((child, i) => Math.Max(most[i], child.ResidentBytes))];
            }
            while (!over.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(10)));
        });
        sampler.Start();
        Stopwatch watch = Stopwatch.StartNew();
        T result = work();
        TimeSpan taken = watch.Elapsed;
        over.Cancel();
        sampler.Join();
        long[] growth = [.. most.Zip(before, (after, then) => after - then)];
        output.WriteLine($"{taken.TotalSeconds:F1} s; growth {string.Join(", ", children.Select((child, i) => $"{child.Title} {growth[i] / 1024} KiB"))}");
        Assert.All(growth, each => Assert.InRange(each, long.MinValue, MostGrowth));
        return result;
    }

    private static long Growth(Child child, Action work)
    {
        long before = child.ResidentBytes;
        work();
        return child.ResidentBytes - before;
    }

    private static Client Begin(FastCgiGround ground)
    {
        Client client = new(ground.Place, receiveBufferBytes: 16 * 1024);
        client.Send(Get);
        client.Head();
        return client;
    }

    /// <summary>So that what is loaded once is there before.</summary>
    private static void Warm(FastCgiGround ground)
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(200, ground.Get("/warm").Status);
        }
    }

    private static bool IsWarming(Request request)
    {
        if (request["DOCUMENT_URI"] is not "/warm")
        {
            return false;
        }

        request.Answer("Content-Type: text/plain\r\n\r\n" + new string('w', 60_000));
        return true;
    }

    private static void Stream(Request request, string fields, long count, Action<long>? sent = null)
    {
        if (IsWarming(request))
        {
            return;
        }

        const int Piece = 32 * 1024;
        request.ReadRest();
        request.Out($"{fields}Content-Type: application/octet-stream\r\n\r\n");
        for (long at = 0; at < count; at += Piece)
        {
            request.Out(_pieces.AsSpan((int)(at % _pieces.Length), Piece));
            sent?.Invoke(at);
        }

        request.End();
    }

    private static void Receive(Request request, Received received)
    {
        if (IsWarming(request))
        {
            return;
        }

        long count = request.ReadBody(received.Take);
        request.Out($"Content-Type: text/plain\r\n\r\n{count}").End();
    }

    private static void Complain(Request request, string lines, int count)
    {
        if (IsWarming(request))
        {
            return;
        }

        request.ReadRest();
        Enumerable.Range(0, count).Aggregate(request, (to, _) => to.Error(lines)).Out("Content-Type: text/plain\r\n\r\ngood").End();
    }

    private static Answer Upload(Client client, bool isChunked)
    {
        byte[] framed = isChunked ? [.. global::System.Text.Encoding.ASCII.GetBytes($"{_pieces.Length:x}\r\n"), .. _pieces, .. "\r\n"u8] : _pieces;
        for (long at = 0; at < Large; at += _pieces.Length)
        {
            client.Send(framed);
        }

        client.Send(isChunked ? "0\r\n\r\n" : "");
        return client.Read();
    }

    /// <summary>Waits until nothing moves for half a second, and says how far it came.</summary>
    private static long AwaitRest(Func<long> sent)
    {
        long last = -1;
        Stopwatch still = Stopwatch.StartNew();
        Await.Until(
            () =>
            {
                long now = sent();
                if (now != last)
                {
                    (last, still) = (now, Stopwatch.StartNew());
                }

                return still.Elapsed > TimeSpan.FromSeconds(0.5);
            },
            TimeSpan.FromSeconds(30),
            () => $"the application is held back: it has sent {last} bytes");
        return last;
    }

    /// <summary>How far what came is the pieces again and again, compared byte by byte as it comes.</summary>
    private sealed class Received
    {
        public long Same { get; private set; }

        public void Take(ReadOnlyMemory<byte> piece)
        {
            for (ReadOnlySpan<byte> rest = piece.Span; !rest.IsEmpty;)
            {
                ReadOnlySpan<byte> expected = _pieces.AsSpan((int)(Same % _pieces.Length));
                expected = expected[..Math.Min(expected.Length, rest.Length)];
                Assert.True(rest.StartsWith(expected), $"another byte within {expected.Length} bytes from {Same}");
                Same += expected.Length;
                rest = rest[expected.Length..];
            }
        }
    }
}
