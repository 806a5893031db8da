using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Relayd.Relaying;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>What is moved from end to end, and how its end is.</summary>
public sealed class TransferTests : IDisposable
{
    private readonly RelayRun _relay = new();

    /// <summary>How bytes are moved.</summary>
    public enum Way
    {
        Copy,
        Splice,
        SpliceWithoutPipes,
    }

    /// <summary>Which side ends its output first.</summary>
    public enum FirstToEnd
    {
        Client,
        Host,
    }

    public void Dispose() => _relay.Dispose();

    [Theory]
    [InlineData(Way.Copy, 1)]
    [InlineData(Way.Copy, 2)]
    [InlineData(Way.Splice, 3)]
    [InlineData(Way.Splice, 4)]
    [InlineData(Way.SpliceWithoutPipes, 5)]
    public void Every_byte_arrives_in_order_in_both_directions(Way way, int seed)
    {
        Random random = new(seed);
        byte[] question = Bytes(random, random.Next(1, 6_000_000));
        byte[] answer = Bytes(random, random.Next(1, 6_000_000));
        byte[] asked = [];
        byte[] answered = [];
        Choose(way);
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            _relay.Loop.Spawn(() => SendInPieces(client, question, new Random(seed)));
            _relay.Loop.Spawn(() => SendInPieces(host, answer, new Random(seed + 1)));
            _relay.Loop.Spawn(async () => asked = await TcpPair.Receive(host, question.Length + 1));
            answered = await TcpPair.Receive(client, answer.Length + 1);
            await _relay.Until(() => asked.Length > 0);
            await _relay.Emptied();
        });

        Assert.EndsWith(", done", Assert.Single(_relay.Said), StringComparison.Ordinal);
        Assert.Equal(question, asked);
        Assert.Equal(answer, answered);
    }

    [Theory]
    [InlineData(Way.Copy, FirstToEnd.Client)]
    [InlineData(Way.Copy, FirstToEnd.Host)]
    [InlineData(Way.Splice, FirstToEnd.Client)]
    [InlineData(Way.Splice, FirstToEnd.Host)]
    public void The_end_of_one_direction_is_passed_on_and_the_other_goes_on(Way way, FirstToEnd first)
    {
        byte[] late = Bytes(new Random(7), 2_000_000);
        byte[] received = [];
        Choose(way);
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            (Connection ending, Connection other) = first == FirstToEnd.Client ? (client, host) : (host, client);
            _ = await TcpPair.Send(ending, "all"u8);
            ending.ShutdownOutput();

            Assert.Equal("all", Encoding.ASCII.GetString(await TcpPair.Receive(other, 4)));
            Assert.Equal(1, _relay.Sessions.Count);
            _relay.Loop.Spawn(() => SendInPieces(other, late, new Random(8)));
            received = await TcpPair.Receive(ending, late.Length + 1);
            await _relay.Emptied();
        });

        Assert.Equal(late, received);
    }

    // Each end is noticed with the last bytes, and leaves with them.
    [Theory]
    [InlineData(FirstToEnd.Client)]
    [InlineData(FirstToEnd.Host)]
    public void What_comes_at_once_with_its_end_is_passed_on_whole(FirstToEnd first)
    {
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            (Connection ending, Connection other) = first == FirstToEnd.Client ? (client, host) : (host, client);
            await PassTurns(5);
            _ = await TcpPair.Send(ending, "all"u8);
            ending.ShutdownOutput();
            Assert.Equal("all", Encoding.ASCII.GetString(await TcpPair.Receive(other, 4)));
            _ = await TcpPair.Send(other, "mine"u8);
            other.Close();
            Assert.Equal("mine", Encoding.ASCII.GetString(await TcpPair.Receive(ending, 5)));
            await _relay.Emptied();
        });

        Assert.EndsWith(", done", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Way.Copy)]
    [InlineData(Way.Splice)]
    public void A_host_may_be_the_one_to_speak_first(Way way)
    {
        Choose(way);
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            _ = await TcpPair.Send(host, "220 "u8);

            Assert.Equal("220 ", Encoding.ASCII.GetString(await TcpPair.Receive(client, 4)));
        });
    }

    [Theory]
    [InlineData(FirstToEnd.Client)]
    [InlineData(FirstToEnd.Host)]
    public void A_reset_is_passed_on_as_one(FirstToEnd first)
    {
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            (Connection resetting, Connection other) = first == FirstToEnd.Client ? (client, host) : (host, client);
            _ = await TcpPair.Send(resetting, "half"u8);
            _ = await TcpPair.Receive(other, 4);
            resetting.Abort();

            Assert.Equal(Fill.Failed, await RelayRun.End(other));
            await _relay.Emptied();
        });
        Assert.EndsWith(", socket error: Connection reset by peer", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_said_its_end_and_then_breaks_is_noticed_while_the_host_is_silent()
    {
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            client.ShutdownOutput();
            Assert.Equal(Fill.End, await RelayRun.End(host));
            client.Abort();
            await _relay.Pass(TimeSpan.FromSeconds(1));
            await _relay.Pass(TimeSpan.FromSeconds(5));

            await _relay.Emptied();
        });
        Assert.EndsWith(", socket error: Broken pipe", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    // The host's kernel resets what comes after its end; to pass that on would take from the client what it has not read yet.
    [Fact]
    public void An_answer_is_whole_although_its_host_left_while_the_client_was_still_sending()
    {
        byte[] answer = Bytes(new Random(9), 100_000);
        byte[] received = [];
        Fill end = Fill.More;
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            _ = await host.Flush(answer);
            host.ShutdownOutput();
            await _relay.Until(() => _relay.Sessions.Entries().All(static entry => entry.State == SessionState.Done));
            host.Close();
            await SendOften(client, 50);
            received = await TcpPair.Receive(client, answer.Length);
            end = await RelayRun.End(client);
            client.Close();
            await _relay.Emptied();
        });

        Assert.Equal(answer, received);
        Assert.Equal(Fill.End, end);
        Assert.EndsWith(", socket error: Broken pipe", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    // A stream lost its tail so once: the session heard of the break without having sent anything, took it for a reset, and dropped what the client had still to get.
    [Theory]
    [InlineData(Way.Copy)]
    [InlineData(Way.Splice)]
    public void An_answer_is_whole_although_its_host_breaks_after_its_end_and_before_the_client_reads(Way way)
    {
        byte[] answer = Bytes(new Random(10), 2_000_000);
        byte[] received = [];
        Fill end = Fill.More;
        Choose(way);
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            _relay.Loop.Spawn(() => SendInPieces(host, answer, new Random(11)));
            received = await TcpPair.Receive(client, answer.Length / 4);
            _relay.Loop.Spawn(async () =>
            {
                await _relay.Until(() => _relay.Sessions.Entries().All(static entry => entry.State == SessionState.Done));
                host.Abort();
            });
            await PassTurns(20);
            received = [.. received, .. await TcpPair.Receive(client, answer.Length - received.Length)];
            end = await RelayRun.End(client);
            client.Close();
            await _relay.Emptied();
        });

        Assert.Equal(answer, received);
        Assert.Equal(Fill.End, end);
    }

    // The client's bytes come first in the turn, and sending them is how the break is heard of.
    [Fact]
    public void What_a_host_said_before_it_reset_is_delivered_although_sending_to_it_fails_first()
    {
        byte[] received = [];
        Fill end = Fill.More;
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            await PassTurns(3);
            _ = await TcpPair.Send(client, "question"u8);
            _ = await TcpPair.Send(host, "no"u8);
            host.Abort();

            received = await TcpPair.Receive(client, 2);
            end = await RelayRun.End(client);
            await _relay.Emptied();
        });

        Assert.Equal("no", Encoding.ASCII.GetString(received));
        Assert.Equal(Fill.Failed, end);
        Assert.EndsWith(", socket error: Connection reset by peer", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_says_its_end_and_breaks_at_once_is_noticed_while_the_host_is_silent()
    {
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            await PassTurns(3);
            _ = await TcpPair.Send(client, "all"u8);
            client.ShutdownOutput();
            client.Abort();

            Assert.Equal("all", Encoding.ASCII.GetString(await TcpPair.Receive(host, 4)));
            await PassTurns(3);
            host.Close();
            await _relay.Emptied();
        });
        Assert.EndsWith(", socket error: Broken pipe", Assert.Single(_relay.Said), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_read_further_while_the_sink_takes_nothing()
    {
        byte[] much = new byte[64 * 1024 * 1024];
        _relay.Run(async () =>
        {
            (Connection client, Connection host) = await _relay.Connect();
            _relay.Loop.Spawn(async () => _ = await client.Flush(much));
            await PassTurns(100);
            Assert.InRange(client.Sent, 1, much.Length - 1);
            Assert.InRange(_relay.Loop.Slab.Rented, 0, 4);
            client.Abort();
            Assert.Equal(Fill.Failed, await RelayRun.End(host));
            await _relay.Emptied();
        });
    }

    private static async ValueTask SendInPieces(Connection connection, byte[] bytes, Random random)
    {
        int sent = 0;
        while (sent < bytes.Length)
        {
            int piece = int.Min(random.Next(3) == 0 ? random.Next(1, 2_000_000) : random.Next(1, 2000), bytes.Length - sent);
            Assert.Equal(Wake.Ready, await connection.Flush(bytes.AsMemory(sent, piece)));
            sent += piece;
            await connection.Loop.NextTurn();
        }

        connection.ShutdownOutput();
    }

    private static async ValueTask SendOften(Connection connection, int times)
    {
        byte[] piece = new byte[4096];
        for (int i = 0; i < times; i++)
        {
            Assert.Equal(Wake.Ready, await connection.Flush(piece));
            await connection.Loop.NextTurn();
        }
    }

    private async ValueTask PassTurns(int count)
    {
        for (int turn = 0; turn < count; turn++)
        {
            await _relay.Pass(TimeSpan.FromMilliseconds(1));
        }
    }

    private void Choose(Way way)
    {
        if (way == Way.Copy)
        {
            _relay.ChangeProtocol(static protocol => protocol with { Splice = false });
        }
        else if (way == Way.SpliceWithoutPipes)
        {
            Assert.All(new int[4], _ => Assert.NotNull(_relay.Pipes.Rent()));
        }
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
