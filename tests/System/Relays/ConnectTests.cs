using System;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Relays;

/// <summary>What becomes of sessions whose host cannot be reached.</summary>
public sealed class ConnectTests(ConnectGround ground) : IClassFixture<ConnectGround>
{
    // A failure at once is repeated and then said (R-RELAY-12, R-RELAY-23); one that comes later is said; one that never comes is said in time (R-RELAY-25).
    [Theory]
    [InlineData(ConnectGround.Refused, "127.0.0.21:8080, socket error: Connection refused")]
    [InlineData(ConnectGround.RefusedInTable, "127.0.0.21:8080, socket error: Connection refused")]
    [InlineData(ConnectGround.Unreachable, "192.0.2.1:8080, session failed: Network is unreachable")]
    [InlineData(ConnectGround.Rejected, "127.0.0.22:8080, socket error: No route to host")]
    [InlineData(ConnectGround.Dropped, "127.0.0.23:8080, connect timeout: Connection timed out")]
    [InlineData(ConnectGround.NoHostUp, "session failed")]
    public void A_session_that_finds_no_host_is_closed_and_logged(int port, string message)
    {
        using Peer client = ground.Connect(port);

        Assert.Empty(client.ToEndOrReset());
        ground.AwaitLine($"relay {port}, session ", message);
    }

    [Fact]
    public void A_table_without_a_host_that_is_up_gives_way_to_the_next()
    {
        using Peer client = ground.Connect(ConnectGround.NextTable);

        Assert.Equal("127.0.0.11", RelayGround.Ask(client));
    }

    // Its bytes wait, and reach the host that is there at last; nobody else waits for it.
    [Fact]
    public void A_host_that_is_late_gets_what_the_client_said_meanwhile()
    {
        ground.Hold();
        using Peer waiting = ground.Connect(ConnectGround.Late);
        waiting.Send("who\n");
        using Peer another = ground.Connect(ConnectGround.NextTable);
        Assert.Equal("127.0.0.11", RelayGround.Ask(another));
        Assert.False(waiting.Socket.Poll(TimeSpan.Zero, SelectMode.SelectRead));

        ground.LetGo();

        Assert.Equal("127.0.0.12\n"u8, waiting.Exactly(11));
    }
}
