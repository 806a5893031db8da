using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

using Way = Sluice.System.Relays.HalfCloseGround.Way;

namespace Sluice.System.Relays;

/// <summary>Each direction of a session ends by itself, in whatever order, and nothing is left of it (D-37).</summary>
[Compares]
public sealed class HalfCloseTests(HalfCloseGround ground) : IClassFixture<HalfCloseGround>, IDisposable
{
    // More than the sockets on the way hold.
    private const int Much = 12 << 20;

    private readonly List<Peer> _peers = [];

    public enum Side
    {
        Client,
        Host,
    }

    public void Dispose() => _peers.ForEach(static peer => peer.Dispose());

    [Theory]
    [InlineData(Way.Splice, Side.Client)]
    [InlineData(Way.Splice, Side.Host)]
    [InlineData(Way.Copy, Side.Client)]
    [InlineData(Way.Copy, Side.Host)]
    public async Task One_side_ends_and_still_gets_all_that_the_other_says(Way way, Side first)
    {
        byte[] question = Site.Bytes(Much);
        byte[] answer = Site.Bytes(Much / 2);
        (Peer ending, Peer other) = Connect(way, first);
        Task asking = Say(ending, question);
        Assert.Equal(question, other.ToEnd());
        await asking;

        Task answering = Say(other, answer);
        Assert.Equal(answer, ending.ToEnd());
        await answering;
        ground.AwaitNoSession();
    }

    [Theory]
    [InlineData(Way.Splice)]
    [InlineData(Way.Copy)]
    public async Task Both_sides_say_much_and_end_at_once(Way way)
    {
        byte[] question = Site.Bytes(Much);
        byte[] answer = Site.Bytes(Much - 1);
        (Peer client, Peer host) = Connect(way, Side.Client);
        Task asking = Say(client, question);
        Task answering = Say(host, answer);
        Task<byte[]> asked = Task.Run(host.ToEnd, TestContext.Current.CancellationToken);

        Assert.Equal(answer, client.ToEnd());
        Assert.Equal(question, await asked);
        await Task.WhenAll(asking, answering);
        ground.AwaitNoSession();
    }

    [Theory]
    [InlineData(Way.Splice, Side.Client)]
    [InlineData(Way.Splice, Side.Host)]
    [InlineData(Way.Copy, Side.Client)]
    [InlineData(Way.Copy, Side.Host)]
    public void An_end_without_a_byte_is_passed_on_and_the_other_direction_lives(Way way, Side first)
    {
        (Peer ending, Peer other) = Connect(way, first);
        ending.EndOutput();
        Assert.Empty(other.ToEnd());
        other.Send("still");
        Assert.Equal("still"u8, ending.Exactly(5));
        other.Send("here");
        Assert.Equal("here"u8, ending.Exactly(4));
        other.EndOutput();

        Assert.Empty(ending.ToEnd());
        ground.AwaitNoSession();
    }

    [Theory]
    [InlineData(Way.Splice, Side.Client)]
    [InlineData(Way.Splice, Side.Host)]
    [InlineData(Way.Copy, Side.Client)]
    [InlineData(Way.Copy, Side.Host)]
    public void A_reset_is_passed_on_while_both_directions_are_open(Way way, Side resetting)
    {
        (Peer broken, Peer other) = Connect(way, resetting);
        broken.Send("half");
        Assert.Equal("half"u8, other.Exactly(4));
        broken.Reset();

        other.ToReset();
        ground.AwaitNoSession();
    }

    [Theory]
    [InlineData(Way.Splice, Side.Client)]
    [InlineData(Way.Splice, Side.Host)]
    [InlineData(Way.Copy, Side.Client)]
    [InlineData(Way.Copy, Side.Host)]
    public void A_reset_is_passed_on_to_a_side_that_has_ended(Way way, Side resetting)
    {
        (Peer broken, Peer other) = Connect(way, resetting);
        other.EndOutput();
        Assert.Empty(broken.ToEnd());
        broken.Send("half");
        Assert.Equal("half"u8, other.Exactly(4));
        broken.Reset();

        other.ToReset();
        ground.AwaitNoSession();
    }

    // Whoever has ended and then breaks can be told nothing: the other one may come to its end, and is not reset, for it may not have read everything.
    [Theory]
    [InlineData(Way.Splice, Side.Client)]
    [InlineData(Way.Splice, Side.Host)]
    [InlineData(Way.Copy, Side.Client)]
    [InlineData(Way.Copy, Side.Host)]
    public void A_side_that_breaks_after_its_end_takes_nothing_from_the_other(Way way, Side resetting)
    {
        byte[] answer = Site.Bytes(200_000);
        (Peer broken, Peer other) = Connect(way, resetting);
        broken.Send(answer);
        broken.EndOutput();
        ground.AwaitSessions("its end is passed on", static sessions => sessions.Contains("DONE", StringComparison.Ordinal));
        broken.Reset();
        other.Send("more");

        Assert.Equal(answer, other.ToEnd());
        other.EndOutput();
        ground.AwaitNoSession();
    }

    [Fact]
    public void Nothing_is_left_of_sessions_however_they_ended()
    {
        EndInAllWays();
        ground.AwaitNoSession();
        int before = ground.Sockets();

        for (int i = 0; i < 10; i++)
        {
            EndInAllWays();
        }

        ground.AwaitNoSession();
        Assert.Equal(before, ground.Sockets());
    }

    private static Task Say(Peer peer, byte[] text) => Task.Run(
        () =>
        {
            peer.Send(text);
            peer.EndOutput();
        },
        TestContext.Current.CancellationToken);

    private (Peer First, Peer Second) Connect(Way way, Side first)
    {
        (Peer client, Peer host) = ground.Connect(way);
        _peers.AddRange(client, host);
        return first == Side.Client ? (client, host) : (host, client);
    }

    private void EndInAllWays()
    {
        foreach (Way way in Enum.GetValues<Way>())
        {
            foreach (Side side in Enum.GetValues<Side>())
            {
                (Peer ending, Peer other) = Connect(way, side);
                ending.Send("all");
                ending.EndOutput();
                Assert.Equal("all"u8, other.ToEnd());
                other.Dispose();
                Assert.Empty(ending.ToEnd());
                ending.Dispose();

                (Peer broken, Peer left) = Connect(way, side);
                broken.Send("x");
                Assert.Equal("x"u8, left.Exactly(1));
                broken.Reset();
                left.ToReset();
                left.Dispose();

                (Peer first, Peer second) = Connect(way, side);
                first.Dispose();
                Assert.Empty(second.ToEnd());
                second.Reset();
            }
        }
    }
}
