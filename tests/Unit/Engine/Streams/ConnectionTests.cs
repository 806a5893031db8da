using System;
using System.Threading.Tasks;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Streams;

public sealed class ConnectionTests : IDisposable
{
    private readonly LoopRun _run = new();

    [Fact]
    public void A_head_and_a_long_tail_arrive_whole_however_they_are_split()
    {
        byte[] tail = new byte[8_000_000];
        new Random(1).NextBytes(tail);
        byte[] received = [];
        Wake wake = default;
        With(async pair =>
        {
            _run.Loop.Spawn(async () =>
            {
                "head"u8.CopyTo(pair.Server.Output(4));
                pair.Server.Commit(4);
                wake = await pair.Server.Flush(tail);
            });
            received = await TcpPair.Receive(pair.Client, tail.Length + 4);
        });
        Assert.Equal(Wake.Ready, wake);
        Assert.Equal([.. "head"u8, .. tail], received);
    }

    [Fact]
    public void A_wait_ends_at_its_deadline_and_the_connection_stays_open() => With(async pair =>
    {
        Wake wake = Wake.Ready;
        pair.Server.ExpireIn(_run.Loop.Timeouts(TimeSpan.FromSeconds(5)));
        _run.Loop.Spawn(async () => wake = await pair.Server.News());
        await _run.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal((Wake.Expired, false), (wake, pair.Server.IsClosed));
    });

    [Fact]
    public void A_deadline_that_was_taken_back_ends_no_wait() => With(async pair =>
    {
        Wake wake = Wake.Closed;
        pair.Server.ExpireIn(_run.Loop.Timeouts(TimeSpan.FromSeconds(5)));
        pair.Server.NeverExpire();
        _run.Loop.Spawn(async () => wake = await pair.Server.News());
        await _run.Pass(TimeSpan.FromSeconds(50));
        Assert.Equal(Wake.Closed, wake);
        _ = await TcpPair.Send(pair.Client, "x"u8);
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal(Wake.Ready, wake);
    });

    [Fact]
    public void Closing_ends_the_waits_of_reader_and_writer() => With(async pair =>
    {
        (Wake reader, Wake writer) = (Wake.Ready, Wake.Ready);
        _run.Loop.Spawn(async () => reader = await pair.Server.News());
        _run.Loop.Spawn(async () => writer = await pair.Server.Flush(new byte[8_000_000]));
        await _run.Pass(TimeSpan.Zero);
        pair.Server.Close();
        Assert.Equal((Wake.Closed, Wake.Closed), (reader, writer));
    });

    [Fact]
    public void Who_asked_is_told_once_that_the_peer_left() => With(async pair =>
    {
        int told = 0;
        Assert.False(pair.Server.TellOfDeparture(() => told++));
        _ = await TcpPair.Send(pair.Client, "more"u8);
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, told);
        pair.Client.Close();
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1, told);
        Assert.True(pair.Server.TellOfDeparture(() => told++));
        Assert.Equal("more"u8.ToArray(), await TcpPair.Receive(pair.Server, 4));
    });

    [Fact]
    public void Who_asked_is_told_of_this_end_too() => With(async pair =>
    {
        int told = 0;
        Assert.False(pair.Server.TellOfDeparture(() => told++));
        pair.Server.Close();
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal(1, told);
    });

    [Fact]
    public void A_reader_can_be_interrupted_and_reads_on() => With(async pair =>
    {
        Wake wake = Wake.Ready;
        _run.Loop.Spawn(async () => wake = await pair.Server.News());
        pair.Server.InterruptReader();
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal(Wake.Interrupted, wake);
        _ = await TcpPair.Send(pair.Client, "x"u8);
        Assert.Equal("x"u8.ToArray(), await TcpPair.Receive(pair.Server, 1));
    });

    [Fact]
    public void A_peer_that_has_said_everything_may_be_left_alone_until_it_says_more() => With(async pair =>
    {
        Assert.True(pair.Server.TryRest());
        Assert.Equal(Fill.Again, pair.Server.TryFill());
        _ = await TcpPair.Send(pair.Client, "x"u8);
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Fill.More, pair.Server.TryFill());
        Assert.False(pair.Server.TryRest());
    });

    [Fact]
    public void A_bounded_fill_leaves_the_rest_to_the_system() => With(async pair =>
    {
        _ = await TcpPair.Send(pair.Client, "headrest"u8);
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Fill.More, pair.Server.TryFill(4));
        Assert.Equal("head"u8.ToArray(), pair.Server.Input.ToArray());
        Assert.Equal(Fill.More, pair.Server.TryFill());
        Assert.Equal("headrest"u8.ToArray(), pair.Server.Input.ToArray());
    });

    [Fact]
    public void A_reader_that_is_resumed_may_close_although_a_writer_waits() => With(async pair =>
    {
        Wake writer = Wake.Ready;
        _run.Loop.Spawn(async () =>
        {
            _ = await pair.Server.News();
            pair.Server.Close();
        });
        _run.Loop.Spawn(async () => writer = await pair.Server.Flush(new byte[8_000_000]));
        _ = await TcpPair.Send(pair.Client, "x"u8);
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal((Wake.Closed, true), (writer, pair.Server.IsClosed));
    });

    [Fact]
    public void A_reader_that_takes_nothing_is_got_rid_of() => With(async pair =>
    {
        Wake writer = Wake.Ready;
        pair.Server.RequireProgress(_run.Loop.Timeouts(TimeSpan.FromSeconds(30)), 1000);
        _run.Loop.Spawn(async () => writer = await pair.Server.Flush(new byte[8_000_000]));
        await _run.Pass(TimeSpan.FromSeconds(30));
        await _run.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(Wake.Expired, writer);
    });

    [Fact]
    public void A_reader_that_takes_enough_is_kept() => With(async pair =>
    {
        Wake writer = Wake.Expired;
        // A quarter is more than the kernel buffers, so each brings progress.
        byte[] body = new byte[64_000_000];
        pair.Server.RequireProgress(_run.Loop.Timeouts(TimeSpan.FromSeconds(30)), 1000);
        _run.Loop.Spawn(async () => writer = await pair.Server.Flush(body));
        int received = await TakeAndPause(pair.Client, body.Length / 4);
        received += await TakeAndPause(pair.Client, body.Length / 4);
        received += await TakeAndPause(pair.Client, body.Length / 4);
        _ = await TcpPair.Receive(pair.Client, body.Length - received);
        Assert.Equal(Wake.Ready, writer);
    });

    [Fact]
    public void Who_waits_without_input_holds_no_block() => With(async pair =>
    {
        _run.Loop.Spawn(async () => _ = await pair.Server.News());
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal(0, _run.Loop.Slab.Rented);
    });

    [Fact]
    public void Input_that_nobody_consumes_fills_its_block() => With(async pair =>
    {
        _run.Loop.Spawn(async () => _ = await pair.Client.Flush(new byte[2 * Block.Size]));
        await FillUp(pair.Server);
        Assert.Equal(Block.Size, pair.Server.Input.Length);
        pair.Server.Consume(Block.Size);
        Assert.Equal(Fill.More, pair.Server.TryFill());
    });

    [Fact]
    public void Who_has_sent_more_than_a_block_is_given_a_large_one_the_next_time() => With(async pair =>
    {
        Assert.Equal(Block.Size, await FirstPiece(pair, 20_000));
        Assert.Equal(20_000, await FirstPiece(pair, 20_000));
        Assert.Equal(Block.LargeSize, await FirstPiece(pair, 60_000));
    });

    [Fact]
    public void Who_sends_little_again_is_given_a_usual_block() => With(async pair =>
    {
        _ = await FirstPiece(pair, 20_000);
        _ = await FirstPiece(pair, 100);
        Assert.Equal(Block.Size, await FirstPiece(pair, 20_000));
    });

    [Fact]
    public void A_large_block_is_given_back_before_a_wait() => With(async pair =>
    {
        _ = await FirstPiece(pair, 20_000);
        _ = await FirstPiece(pair, 20_000);
        _run.Loop.Spawn(async () => _ = await pair.Server.News());
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal(0, _run.Loop.Slab.Rented);
    });

    [Fact]
    public void What_is_spliced_asks_for_no_large_block() => With(async pair =>
    {
        _ = await pair.Client.Flush(new byte[40_000]);
        await FillUp(pair.Server);
        pair.Server.Consume(Block.Size);
        PipePool pool = new(1);
        Pipe pipe = pool.Rent()!;
        Assert.Equal(Fill.More, pair.Server.TrySplice(pipe));
        Assert.Equal(40_000 - Block.Size, pipe.Buffered);
        pool.Return(pipe);
        Assert.Equal(Block.Size, await FirstPiece(pair, 20_000));
    });

    [Fact]
    public void What_was_sent_before_the_end_comes_before_the_end() => With(async pair =>
    {
        _ = await TcpPair.Send(pair.Client, "last"u8);
        pair.Client.ShutdownOutput();
        byte[] received = await TcpPair.Receive(pair.Server, 100);
        Assert.True(received.AsSpan().SequenceEqual("last"u8));
        Assert.Equal(Fill.End, pair.Server.TryFill());
    });

    [Fact]
    public void What_is_flushed_last_leaves_with_the_close() => With(async pair =>
    {
        "last"u8.CopyTo(pair.Server.Output(4));
        pair.Server.Commit(4);
        _ = await pair.Server.FlushLast();
        pair.Server.Close();
        byte[] received = await TcpPair.Receive(pair.Client, 100);
        Assert.True(received.AsSpan().SequenceEqual("last"u8));
        Assert.Equal(Fill.End, pair.Client.TryFill());
    });

    [Fact]
    public void What_is_flushed_last_is_not_lost_where_the_peer_has_sent_more() => With(async pair =>
    {
        _ = await pair.Server.FlushLast("last"u8.ToArray());
        _ = await TcpPair.Send(pair.Client, "more"u8);
        pair.Server.Close();
        byte[] received = await TcpPair.Receive(pair.Client, 4);
        Assert.True(received.AsSpan().SequenceEqual("last"u8));
    });

    [Fact]
    public void A_head_and_a_tail_that_are_flushed_last_leave_with_the_close() => With(async pair =>
    {
        "the "u8.CopyTo(pair.Server.Output(4));
        pair.Server.Commit(4);
        _ = await pair.Server.FlushLast("last"u8.ToArray());
        pair.Server.Close();
        byte[] received = await TcpPair.Receive(pair.Client, 100);
        Assert.True(received.AsSpan().SequenceEqual("the last"u8));
        Assert.Equal(Fill.End, pair.Client.TryFill());
    });

    [Fact]
    public void An_end_that_came_with_the_last_bytes_is_known_with_them() => With(async pair =>
    {
        Assert.True(pair.Server.TryRest());
        _ = await TcpPair.Send(pair.Client, "last"u8);
        pair.Client.ShutdownOutput();
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Fill.More, pair.Server.TryFill(2));
        Assert.False(pair.Server.IsEnding);
        Assert.Equal(Fill.More, pair.Server.TryFill());
        Assert.True(pair.Server.IsEnding);
        Assert.Equal("last"u8.ToArray(), pair.Server.Input.ToArray());
        Assert.Equal(Fill.End, pair.Server.TryFill());
    });

    [Fact]
    public void An_end_that_comes_later_is_not_known_before() => With(async pair =>
    {
        Assert.True(pair.Server.TryRest());
        _ = await TcpPair.Send(pair.Client, "more"u8);
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Fill.More, pair.Server.TryFill());
        pair.Client.ShutdownOutput();
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.False(pair.Server.IsEnding);
        Assert.Equal(Fill.End, pair.Server.TryFill());
    });

    // recv(2) stops at an urgent mark, tcp(7): what it gave is short, and more is there.
    [Fact]
    public void Behind_an_urgent_mark_more_is_looked_for() => With(async pair =>
    {
        const int OutOfBand = 1;
        Assert.True(pair.Server.TryRest());
        _ = await TcpPair.Send(pair.Client, "before"u8);
        Assert.Equal(1, Socket.Send(pair.Client.Fd, "!"u8, OutOfBand).Bytes);
        _ = await TcpPair.Send(pair.Client, "behind"u8);
        pair.Client.ShutdownOutput();
        await _run.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Fill.More, pair.Server.TryFill());
        Assert.Equal("before"u8.ToArray(), pair.Server.Input.ToArray());
        Assert.False(pair.Server.IsEnding);
        Assert.Equal(Fill.More, pair.Server.TryFill());
        Assert.Equal("beforebehind"u8.ToArray(), pair.Server.Input.ToArray());
        Assert.Equal(Fill.End, pair.Server.TryFill());
    });

    [Fact]
    public void Output_that_blocks_goes_on_although_only_input_was_waited_for_before() => With(async pair =>
    {
        (byte[] much, Wake wake) = (new byte[8_000_000], Wake.Closed);
        _run.Loop.Spawn(async () => _ = await pair.Server.News());
        _run.Loop.Spawn(async () => wake = await pair.Server.Flush(much));
        Assert.Equal(much.Length, (await TcpPair.Receive(pair.Client, much.Length)).Length);
        Assert.Equal(Wake.Ready, wake);
    });

    [Fact]
    public void Corked_output_leaves_when_input_is_waited_for() => With(async pair =>
    {
        pair.Server.Corked = true;
        _ = await TcpPair.Send(pair.Server, "answer"u8);
        Assert.Equal(6, pair.Server.Buffered);
        _run.Loop.Spawn(async () => _ = await pair.Server.News());
        byte[] received = await TcpPair.Receive(pair.Client, 6);
        Assert.True(received.AsSpan().SequenceEqual("answer"u8));
    });

    // Closing with unread input would send a reset, and the reset would take the answer from the client.
    [Fact]
    public void Lingering_lets_a_client_that_still_sends_read_its_answer() => With(async pair =>
    {
        _run.Loop.Spawn(async () => _ = await pair.Client.Flush(new byte[1_000_000]));
        await _run.Pass(TimeSpan.Zero);
        "413"u8.CopyTo(pair.Server.Output(3));
        pair.Server.Commit(3);
        Waiter over = new();
        _run.Loop.Spawn(async () =>
        {
            await pair.Server.Linger(_run.Loop.Timeouts(TimeSpan.FromSeconds(2)), 10_000_000);
            over.Complete(Wake.Ready);
        });
        byte[] received = await TcpPair.Receive(pair.Client, 100);
        Assert.True(received.AsSpan().SequenceEqual("413"u8));
        pair.Client.Close();
        _ = await over.Wait();
        Assert.True(pair.Server.IsClosed);
    });

    // All is there at once, so nothing but the reader's own restraint ends a turn.
    [Fact]
    public void Lingering_lets_others_have_their_turn_while_much_is_thrown_away() => With(async pair =>
    {
        int turns = 0;
        _run.Loop.AtEndOfTurn(() => turns++);
        _run.Loop.Spawn(async () => _ = await pair.Client.Flush(new byte[600_000]));
        await _run.Pass(TimeSpan.Zero);
        pair.Client.Close();
        (Waiter over, int before) = (new Waiter(), turns);
        _run.Loop.Spawn(async () =>
        {
            await pair.Server.Linger(_run.Loop.Timeouts(TimeSpan.FromSeconds(2)), 10_000_000);
            over.Complete(Wake.Ready);
        });
        Assert.False(pair.Server.IsClosed);
        _ = await over.Wait();
        Assert.InRange(turns - before, 2, 10);
    });

    [Fact]
    public void Lingering_has_an_end() => With(async pair =>
    {
        _run.Loop.Spawn(() => pair.Server.Linger(_run.Loop.Timeouts(TimeSpan.FromSeconds(2)), 1000));
        await _run.Pass(TimeSpan.FromSeconds(2));
        Assert.True(pair.Server.IsClosed);
    });

    [Fact]
    public void Sending_to_a_peer_that_is_gone_is_a_value() => With(async pair =>
    {
        pair.Client.Abort();
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal(Fill.Failed, pair.Server.TryFill());
        Assert.Equal(Wake.Closed, await TcpPair.Send(pair.Server, "x"u8));
    });

    [Fact]
    public void Addresses_are_those_of_both_ends() => With(pair =>
    {
        Assert.Equal((pair.Client.Local, pair.Client.Peer), (pair.Server.Peer, pair.Server.Local));
        return default;
    });

    [Fact]
    public void Requests_and_answers_allocate_nothing()
    {
        long allocated = 0;
        With(async pair =>
        {
            byte[] body = new byte[1024];
            _run.Loop.Spawn(() => Echo.Serve(pair.Server));
            await Exchange(pair, body, 2000);
            allocated = await Allocations.Least(() => Exchange(pair, body, 1000));
        });
        Assert.InRange(allocated, 0, 999);
    }

    public void Dispose() => _run.Dispose();

    private static async ValueTask FillUp(Connection connection)
    {
        Fill fill;
        while ((fill = connection.TryFill()) != Fill.Full)
        {
            _ = fill == Fill.Again ? await connection.Readable() : Wake.Ready;
        }
    }

    // How much of a message comes at once, when the receiver has waited for it; all of it is taken.
    private static async ValueTask<int> FirstPiece(TcpPair pair, int length)
    {
        _ = await pair.Client.Flush(new byte[length]);
        int first = 0;
        for (int left = length; left > 0;)
        {
            if (pair.Server.TryFill() == Fill.Again)
            {
                _ = await pair.Server.Readable();
            }

            first = first == 0 ? pair.Server.Input.Length : first;
            left -= pair.Server.Input.Length;
            pair.Server.Consume(pair.Server.Input.Length);
        }

        return first;
    }

    private async ValueTask<int> TakeAndPause(Connection reader, int count)
    {
        byte[] received = await TcpPair.Receive(reader, count);
        await _run.Pass(TimeSpan.FromSeconds(30));
        return received.Length;
    }

    private static async ValueTask Exchange(TcpPair pair, byte[] body, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _ = await TcpPair.Send(pair.Client, body);
            while (pair.Client.Input.Length < body.Length)
            {
                _ = pair.Client.TryFill() == Fill.Again ? await pair.Client.Readable() : Wake.Ready;
            }

            pair.Client.Consume(body.Length);
        }
    }

    private void With(Func<TcpPair, ValueTask> scenario) => _run.Run(async () =>
    {
        TcpPair pair = await TcpPair.Connect(_run);
        await scenario(pair);
        pair.Close();
        await _run.Pass(TimeSpan.Zero);
        Assert.Equal(0, _run.Loop.Slab.Rented);
    });
}

internal static class Waiting
{
    /// <summary>Takes what is known already, then waits for news: a new connection is readable until proven otherwise.</summary>
    public static InputWait News(this Connection connection)
    {
        _ = connection.TryFill();
        return connection.Readable();
    }
}
