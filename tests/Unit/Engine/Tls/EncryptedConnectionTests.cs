using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

/// <summary>A connection with TLS is used as one without.</summary>
[Collection("TLS")]
public sealed class EncryptedConnectionTests : IDisposable
{
    private readonly LoopRun _run = new();
    private readonly TestServer _server = new();
    private readonly TlsContext _context;
    private readonly Handshakes _handshakes;

    public EncryptedConnectionTests()
    {
        _context = _server.Context(TestCertificate.Of("P-256"));
        _handshakes = new Handshakes(_run.Loop, 2);
    }

    private DeadlineQueue Minute => _run.Loop.Timeouts(TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(300_000)]
    public void What_is_sent_comes_back(int length)
    {
        byte[] sent = Content(length);
        byte[] received = [];
        Serving(Echo.Serve, async client =>
        {
            _run.Loop.Spawn(() => client.Send(sent));
            (received, _) = await client.Receive(length);
        });
        Assert.Equal(sent, received);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(200, 16 * 1024)]
    [InlineData(16 * 1024, 16 * 1024)]
    [InlineData(10, 5_000_000)]
    public void A_head_and_a_tail_come_whole(int head, int tail)
    {
        byte[] content = Content(head + tail);
        byte[] received = [];
        Serving(
            connection => Answer(connection, content.AsMemory(0, head), last => last.Flush(content.AsMemory(head))),
            async client => (received, _) = await client.Receive(content.Length));
        Assert.Equal(content, received);
    }

    // A record of TLS 1.3 has 22 bytes beside its content, RFC 8446 5.2.
    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(200, 1000, 1)]
    [InlineData(200, (16 * 1024) - 200, 1)]
    [InlineData(200, (16 * 1024) - 199, 2)]
    [InlineData(200, 16 * 1024, 2)]
    [InlineData(200, (16 * 1024) + 100, 2)]
    [InlineData(16 * 1024, 10, 2)]
    public void What_makes_no_full_record_of_a_tail_goes_with_the_head(int head, int tail, int records)
    {
        byte[] content = Content(head + tail);
        byte[] received = [];
        long sent = 0;
        Serving(
            async connection =>
            {
                long before = connection.Sent;
                await Answer(connection, content.AsMemory(0, head), last => last.Flush(content.AsMemory(head)));
                sent = connection.Sent - before;
            },
            async client => (received, _) = await client.Receive(content.Length));
        Assert.Equal(content, received);
        Assert.Equal(content.Length + (22 * records), sent);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(200, 1000)]
    [InlineData(200, 16 * 1024)]
    [InlineData(16 * 1024, 16 * 1024)]
    public void What_is_gathered_leaves_with_what_follows(int head, int tail)
    {
        byte[] content = Content(head + tail + 100);
        byte[] received = [];
        Serving(
            async connection =>
            {
                content.AsSpan(0, head).CopyTo(connection.Output(head));
                connection.Commit(head);
                long before = connection.Sent;
                Assert.True(connection.TryGather(content.AsSpan(head, tail)));
                Assert.Equal((before, 0), (connection.Sent, connection.Buffered));
                Assert.Equal(Wake.Ready, await connection.Flush(content.AsMemory(head + tail)));
            },
            async client => (received, _) = await client.Receive(content.Length));
        Assert.Equal(content, received);
    }

    [Fact]
    public void No_more_is_gathered_than_leaves_at_once()
    {
        const int Piece = 16 * 1024;
        byte[] content = Content(10 * Piece);
        int gathered = 0;
        byte[] received = [];
        Serving(
            async connection =>
            {
                gathered = Enumerable.Range(0, 10).TakeWhile(piece => connection.TryGather(content.AsSpan(piece * Piece, Piece))).Count();
                Assert.Equal(Wake.Ready, await connection.Flush(content.AsMemory(gathered * Piece)));
            },
            async client => (received, _) = await client.Receive(content.Length));
        Assert.InRange(gathered, 2, 4);
        Assert.Equal(content, received);
    }

    [Theory]
    [InlineData(0, 16 * 1024)]
    [InlineData(200, 16 * 1024)]
    [InlineData(200, 40_000)]
    public void What_the_socket_does_not_take_of_the_last_record_follows(int head, int tail)
    {
        byte[] content = Content(head + tail);
        byte[] received = [];
        long sent = 0;
        Serving(
            async connection =>
            {
                Assert.Equal(Errno.None, Socket.SetOption(connection.Fd, Libc.SOL_SOCKET, Libc.SO_SNDBUF, 4096));
                long before = connection.Sent;
                await Answer(connection, content.AsMemory(0, head), last => last.Flush(content.AsMemory(head)));
                sent = connection.Sent - before;
            },
            async client => (received, _) = await client.Receive(content.Length));
        Assert.Equal(content, received);
        Assert.InRange(sent, content.Length, content.Length + 1000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000_000)]
    public void A_file_is_read_and_encrypted(int length)
    {
        byte[] content = Content(length);
        using TemporaryFile file = new(content);
        byte[] received = [];
        Serving(
            connection => Answer(connection, "head"u8.ToArray(), last => last.SendFile(file.Opened, 0, length)),
            async client => (received, _) = await client.Receive(4 + length));
        Assert.Equal([.. "head"u8, .. content], received);
    }

    [Fact]
    public void A_file_that_is_shorter_than_announced_is_noticed()
    {
        using TemporaryFile file = new(Content(1000));
        Wake wake = Wake.Ready;
        Serving(
            async connection =>
            {
                wake = await connection.SendFile(file.Opened, 0, 1001);
                connection.Abort();
            },
            async client => _ = await client.Receive(1));
        Assert.Equal(Wake.Truncated, wake);
    }

    [Fact]
    public void What_is_in_a_pipe_is_read_and_encrypted()
    {
        byte[] content = Content(1_000_000);
        byte[] received = [];
        Serving(connection => Relay(connection, content), async client => (received, _) = await client.Receive(content.Length));
        Assert.Equal(content, received);
    }

    [Fact]
    public void Closing_tells_the_client_that_this_was_all()
    {
        TlsStep end = default;
        Serving(
            static connection => default,
            async client => (_, end) = await client.Receive(1));
        Assert.Equal(TlsStep.Ended, end);
    }

    [Fact]
    public void The_last_answer_and_the_end_come_together()
    {
        (byte[] received, TlsStep end) = ([], default);
        Serving(
            async connection =>
            {
                "bye"u8.CopyTo(connection.Output(3));
                connection.Commit(3);
                _ = await connection.FlushLast();
                connection.ShutdownOutput();
                Assert.Equal(Fill.Again, connection.TryFill());
            },
            async client => (received, end) = await client.Receive(4));
        Assert.Equal("bye"u8.ToArray(), received);
        Assert.Equal(TlsStep.Ended, end);
    }

    [Fact]
    public void An_answer_that_is_aborted_does_not_look_whole()
    {
        TlsStep end = default;
        Serving(
            async connection =>
            {
                _ = await TcpPair.Send(connection, "a part"u8);
                connection.Abort();
            },
            async client => (_, end) = await client.Receive(100));
        Assert.NotEqual(TlsStep.Ended, end);
    }

    [Fact]
    public void A_client_that_goes_without_a_word_is_told_from_one_that_has_finished()
    {
        (Fill gone, Fill finished) = (default, default);
        Serving(async connection => gone = await End(connection), static (_, plain) =>
        {
            plain.Close();
            return default;
        });
        Serving(async connection => finished = await End(connection), static async (client, plain) =>
        {
            client.Tls.End();
            _ = await plain.Flush();
            plain.Close();
        });
        Assert.Equal(Fill.Truncated, gone);
        Assert.Equal(Fill.End, finished);
    }

    // The socket is empty and its end was seen, while records wait in TLS.
    [Fact]
    public void Nobody_says_that_an_end_is_near_while_records_are_still_to_be_read()
    {
        List<bool> ending = [];
        int received = 0;
        Fill end = default;
        Serving(
            async connection => end = await Drain(
                connection,
                () =>
                {
                    received += connection.Input.Length;
                    ending.Add(connection.IsEnding);
                }),
            static async (client, plain) =>
            {
                Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TlsStep.Done, client.Tls.Write("x"u8)));
                _ = await plain.FlushLast();
                plain.ShutdownOutput();
            });
        Assert.Equal((3, Fill.Truncated), (received, end));
        Assert.DoesNotContain(true, ending);
    }

    [Fact]
    public void An_output_that_is_cut_off_does_not_look_whole()
    {
        (byte[] received, TlsStep end) = ([], default);
        Serving(
            async connection =>
            {
                _ = await TcpPair.Send(connection, "a part"u8);
                connection.CutOutput();
                Assert.Equal(Fill.Again, connection.TryFill());
            },
            async client => (received, end) = await client.Receive(100));
        Assert.Equal("a part"u8.ToArray(), received);
        Assert.NotEqual(TlsStep.Ended, end);
    }

    [Fact]
    public void A_connection_that_waits_holds_no_block()
    {
        int rented = -1;
        Serving(
            async connection =>
            {
                Assert.Equal(Fill.Again, connection.TryFill());
                InputWait wait = connection.Readable();
                rented = _run.Loop.Slab.Rented;
                connection.Close();
                _ = await wait;
            },
            async client => _ = await client.Receive(1));
        Assert.Equal(0, rented);
    }

    [Fact]
    public void TLS_may_begin_with_what_was_received_before()
    {
        byte[] received = [];
        _run.Run(async () =>
        {
            TcpPair pair = await TcpPair.Connect(_run);
            using TlsClient client = new(pair.Client);
            bool isAwaited = false;
            _run.Loop.Spawn(async () =>
            {
                _ = await TcpPair.Receive(pair.Server, 6);
                isAwaited = true;
                _ = await pair.Server.Readable();
                _ = pair.Server.TryFill();
                Assert.Equal(TlsOutcome.Established, await _handshakes.Accept(pair.Server, _context, Minute));
                await Echo.Serve(pair.Server);
            });
            _ = await TcpPair.Send(pair.Client, "PROXY\n"u8);
            await Until(() => isAwaited);
            Assert.Equal(TlsStep.Done, await client.ShakeHands());
            await client.Send("hello"u8.ToArray());
            (received, _) = await client.Receive(5);
            pair.Close();
        });
        Assert.Equal("hello"u8.ToArray(), received);
    }

    [Fact]
    public void The_facts_are_known_also_when_the_connection_is_gone()
    {
        TlsFacts? facts = null;
        TlsFacts? later = null;
        Serving(
            connection =>
            {
                facts = connection.Tls;
                connection.Close();
                later = connection.Tls;
                return default;
            },
            async client => _ = await client.Receive(1));
        Assert.Equal("TLSv1.3", facts!.Protocol);
        Assert.Same(facts, later);
    }

    public void Dispose()
    {
        _run.Dispose();
        _context.Dispose();
        _server.Dispose();
    }

    private static byte[] Content(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static async ValueTask Answer(Connection connection, ReadOnlyMemory<byte> head, Func<Connection, ValueTask<Wake>> rest)
    {
        if (!head.IsEmpty)
        {
            head.Span.CopyTo(connection.Output(head.Length));
            connection.Commit(head.Length);
        }

        Assert.Equal(Wake.Ready, await rest(connection));
    }

    private static async ValueTask<Fill> End(Connection connection)
    {
        Fill fill;
        while ((fill = connection.TryFill()) == Fill.Again)
        {
            _ = await connection.Readable();
        }

        return fill;
    }

    private static async ValueTask<Fill> Drain(Connection connection, Action look)
    {
        Fill fill;
        while ((fill = connection.TryFill()) is Fill.More or Fill.Again)
        {
            look();
            connection.Consume(connection.Input.Length);
            _ = fill == Fill.More || await connection.Readable() == Wake.Ready;
        }

        return fill;
    }

    private async ValueTask Relay(Connection target, byte[] content)
    {
        TcpPair source = await TcpPair.Connect(_run);
        _run.Loop.Spawn(async () =>
        {
            _ = await source.Client.Flush(content);
            source.Client.Close();
        });
        Pipe pipe = new PipePool(1).Rent()!;
        Fill fill = Fill.More;
        while (fill is not (Fill.End or Fill.Failed))
        {
            fill = source.Server.TrySplice(pipe);
            Wake wake = pipe.Buffered > 0 ? await target.Flush(pipe) : Wake.Ready;
            wake = fill == Fill.Again ? await source.Server.Readable() : wake;
            Assert.Equal(Wake.Ready, wake);
        }

        source.Close();
    }

    private void Serving(Func<Connection, ValueTask> session, Func<TlsClient, ValueTask> use) =>
        Serving(session, (client, _) => use(client));

    private void Serving(Func<Connection, ValueTask> session, Func<TlsClient, Connection, ValueTask> use) => _run.Run(async () =>
    {
        TcpPair pair = await TcpPair.Connect(_run);
        using TlsClient client = new(pair.Client);
        bool isOver = false;
        _run.Loop.Spawn(async () =>
        {
            try
            {
                Assert.Equal(TlsOutcome.Established, await _handshakes.Accept(pair.Server, _context, Minute));
                await session(pair.Server);
            }
            finally
            {
                pair.Server.Close();
                isOver = true;
            }
        });
        Assert.Equal(TlsStep.Done, await client.ShakeHands());
        await use(client, pair.Client);
        pair.Client.Close();
        await Until(() => isOver);
    });

    private async ValueTask Until(Func<bool> isSo)
    {
        while (!isSo())
        {
            await _run.Loop.NextTurn();
        }
    }

    private sealed class TemporaryFile : IDisposable
    {
        private readonly string _path = Path.GetTempFileName();

        public TemporaryFile(byte[] content)
        {
            File.WriteAllBytes(_path, content);
            Assert.Equal(Errno.None, Files.Open(Encoding.UTF8.GetBytes(_path), Links.Follow, out OpenFile? opened));
            Opened = opened!;
        }

        public OpenFile Opened { get; }

        public void Dispose()
        {
            Opened.Dispose();
            File.Delete(_path);
        }
    }
}
