using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Tls;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>Clients of a relay that begin handshakes in masses, and do not end them.</summary>
public sealed class FloodTests(EncryptedGround ground) : IClassFixture<EncryptedGround>
{
    private const int Unfinished = 1000;
    private const int Flooding = 32;
    private const int Asked = 400;

    // Of 99 in 100 requests while a flood goes on, beside what so many without one take on a machine that is busy with other things.
    private const int TimesAlone = 10;
    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(50);

    // The head of a record with a client's hello, and half of that.
    private static readonly byte[] _halfHello = [0x16, 0x03, 0x01, 0x01, 0x00, 0x01, 0x00, 0x00, 0xfc, 0x03, 0x03, .. new byte[32]];

    [Fact]
    public void A_thousand_unfinished_handshakes_leave_others_served_and_are_dropped_in_time()
    {
        using SecurePeer established = new(ground.Place, EncryptedGround.Http);
        List<Peer> peers = [.. Enumerable.Range(0, Unfinished).Select(_ => Begun())];
        try
        {
            Assert.Equal("/first", established.Get("/first").Body);
            using SecurePeer another = new(ground.Place, EncryptedGround.Impatient);
            Assert.Equal("/other", another.Get("/other").Body);
            Assert.All(peers, peer => Assert.Empty(peer.ToEndOrReset()));
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    [Fact]
    public void A_flood_of_handshakes_leaves_established_clients_served_in_time()
    {
        using SecurePeer established = new(ground.Place, EncryptedGround.Http);
        TimeSpan alone = Waits(established)[Asked * 99 / 100];
        using HelloFlood flood = new(ground.Place, Flooding, EncryptedGround.Http);
        Await.Until(() => flood.Answered > Flooding, "the flood has begun");

        TimeSpan[] waits = Waits(established);

        int answered = flood.Answered;
        flood.Dispose();
        Assert.InRange(waits[Asked * 99 / 100], TimeSpan.Zero, _longestWait + (TimesAlone * alone));
        Assert.InRange(answered, 10 * Flooding, int.MaxValue);
    }

    private Peer Begun()
    {
        Peer peer = new(ground.Place, EncryptedGround.Impatient);
        peer.Send(_halfHello);
        return peer;
    }

    private static TimeSpan[] Waits(SecurePeer peer) => [.. Enumerable.Range(0, Asked).Select(_ => Wait(peer)).Order()];

    private static TimeSpan Wait(SecurePeer peer)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal("/f", peer.Get("/f").Body);
        return watch.Elapsed;
    }
}
