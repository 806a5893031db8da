using System;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Control;

/// <summary>The sessions of plain relays that were recorded with OpenBSD's relayd, by their names there, played against ours; those of http relays wait for these.</summary>
[Collection("relayctl")]
public sealed class RecordedSessionsTests(ControlGround ground)
{
    private const int Tcp = 21706;
    private const int Disabled = 21723;

    [Fact]
    public void Tcp_echo()
    {
        using Peer client = new(ground.Place, Tcp);
        client.Send("hello");
        Assert.Equal("echo:hello"u8, client.Exactly(10));
        client.Send("again");
        Assert.Equal("echo:again"u8, client.Exactly(10));
        client.EndOutput();

        Assert.Empty(client.ToEnd());
        AwaitDone();
    }

    [Fact]
    public void Tcp_connect_close()
    {
        using (Peer client = new(ground.Place, Tcp))
        {
            client.EndOutput();
            Assert.Empty(client.ToEnd());
        }

        AwaitDone();
    }

    [Fact]
    public void A_disabled_relay_closes_at_once()
    {
        using Peer client = new(ground.Place, Disabled);
        client.Send("GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n");

        Assert.Empty(client.ToEndOrReset());
        Assert.DoesNotContain(ground.Daemon.Said, static line => line.StartsWith("relay disabled, session", StringComparison.Ordinal));
    }

    // A line of the log for each session: how many there were before is no matter.
    private void AwaitDone()
    {
        string line = ground.Daemon.AwaitLine("127.0.0.1 -> 127.0.0.1:21711, done");
        Assert.Matches(@"^relay tcp, session \d+ \(1 active\), 0, 127\.0\.0\.1 -> 127\.0\.0\.1:21711, done$", line);
    }
}
