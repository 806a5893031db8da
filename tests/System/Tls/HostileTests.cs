using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Clients of TLS that mean harm.</summary>
public sealed class HostileTests : IDisposable
{
    private const int Unfinished = 1000;
    private const int Flooding = 32;

    // Twice as many are fewer than a connection may have.
    private const int Asked = 400;

    // Of 99 in 100 requests while a flood goes on.
    private static readonly TimeSpan _longestWait = TimeSpan.FromMilliseconds(50);

    // The head of a record with a client's hello, and half of that.
    private static readonly byte[] _halfHello = [0x16, 0x03, 0x01, 0x01, 0x00, 0x01, 0x00, 0x00, 0xfc, 0x03, 0x03, .. new byte[32]];

    private readonly Place _place = new();
    private readonly Site _site;

    public HostileTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, "ecdsa", "server", "test"), "connection { request timeout 8 }"));
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_thousand_unfinished_handshakes_leave_others_served_and_are_dropped_in_time()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer established = new(_place, 443);
        List<Peer> peers = [];
        try
        {
            while (peers.Count < Unfinished)
            {
                peers.Add(new Peer(_place, 443));
                peers[^1].Send(_halfHello);
                if (peers.Count % 100 == 0)
                {
                    Assert.Equal("first", established.Get("/f").Body);
                }
            }

            using SecurePeer another = new(_place, 443);
            Assert.Equal("first", another.Get("/f").Body);
            Assert.All(peers.Where((_, i) => i % 100 == 0), peer => Assert.Empty(peer.ToEndOrReset()));
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }

        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_flood_of_handshakes_leaves_established_clients_served_in_time()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer established = new(_place, 443);
        _ = Waits(established, Asked);
        using HelloFlood flood = new(_place, Flooding);
        Await.Until(() => flood.Answered > Flooding, "the flood has begun");

        TimeSpan[] waits = Waits(established, Asked);

        int answered = flood.Answered;
        flood.Dispose();
        Assert.InRange(waits[Asked * 99 / 100], TimeSpan.Zero, _longestWait);
        Assert.InRange(answered, 10 * Flooding, int.MaxValue);
        AssertServes(daemon);
    }

    [Fact]
    public void What_is_not_TLS_is_ended_at_once()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 443);

        peer.Send("GET /f HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.DoesNotContain("HTTP/", Encoding.Latin1.GetString(peer.ToEndOrReset()), StringComparison.Ordinal);
        AssertServes(daemon);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_records_end_their_own_connection_only(int seed)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Random random = new(seed);
        for (int i = 0; i < 200; i++)
        {
            using Peer peer = new(_place, 443);
            byte[] record = [0x16, 0x03, (byte)random.Next(5), (byte)random.Next(2), (byte)random.Next(256), .. Noise(random, random.Next(1, 600))];
            peer.Send(record);
            peer.EndOutput();
            _ = peer.ToEndOrReset();
        }

        AssertServes(daemon);
    }

    [Theory]
    [InlineData(0x17, 64)]
    [InlineData(0x17, 16)]
    [InlineData(0x17, 1)]
    [InlineData(0x17, 16640)]
    [InlineData(0x15, 18)]
    public void A_record_that_does_not_authenticate_ends_its_connection(int type, int length)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using (SecurePeer peer = new(_place, 443))
        {
            Assert.Equal("first", peer.Get("/f").Body);
            peer.SendDamaged([(byte)type, 0x03, 0x03, (byte)(length >> 8), (byte)(length & 0xff), .. new byte[length]]);
            Assert.Equal(0, peer.CountToEndOrReset());
        }

        AssertServes(daemon);
    }

    [Theory]
    [InlineData(0x16)]
    [InlineData(0x17)]
    public void A_record_of_a_byte_too_much_is_refused(int type)
    {
        const int TooLong = (16 * 1024) + 257;
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 443);
        peer.Send([(byte)type, 0x03, 0x03, TooLong >> 8, TooLong & 0xff, .. new byte[TooLong]]);
        Assert.NotEqual(0x16, peer.ToEndOrReset().FirstOrDefault());
        AssertServes(daemon);
    }

    [Fact]
    public void Records_in_pieces_of_one_byte_are_served()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        using SecurePeer peer = new(_place, 443, writes: Writes.OfOneByte);

        Assert.Equal("first", peer.Get("/f").Body);
    }

    [Fact]
    public void Renegotiation_is_refused()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        (_, string output, string errors) = _place.Call(
            "/bin/sh", "-c", "(sleep 1; echo R; sleep 1) | openssl s_client -tls1_2 -connect 127.0.0.1:443");

        Assert.Contains("RENEGOTIATING", errors + output, StringComparison.Ordinal);
        Assert.Contains("no renegotiation", errors + output, StringComparison.Ordinal);
        AssertServes(daemon);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("*")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public void Strange_names_get_the_first_certificate(string name)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Contains("CN = test", _place.Tool("openssl", "s_client", "-connect", "127.0.0.1:443", "-servername", name), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hello_without_a_name_is_answered()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 443);
        peer.Send(Hello.Records());
        Assert.Equal(0x16, peer.Exactly(1)[0]);
        AssertServes(daemon);
    }

    /// <summary>They are refused or get the first certificate, and cost nobody else anything.</summary>
    [Theory]
    [InlineData(0, 0x78)]
    [InlineData(1, 0x00)]
    [InlineData(64, 0x00)]
    [InlineData(256, 0x78)]
    [InlineData(65_000, 0x78)]
    public void Names_that_no_host_has_harm_nobody(int length, int character)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 443);
        peer.Send(Hello.Records(Hello.Name([.. Enumerable.Repeat((byte)character, length)])));
        Assert.Contains(peer.Exactly(1)[0], (byte[])[0x15, 0x16]);
        AssertServes(daemon);
    }

    [Fact]
    public void A_body_that_TLS_does_not_end_is_none()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using (SecurePeer peer = new(_place, 443))
        {
            peer.Send("POST /f HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n12345");
            peer.EndWithoutWord();
            Assert.True(peer.IsEnded(), "nothing follows the answer");
        }

        AssertServes(daemon);
        Assert.DoesNotContain(_site.LogLines(), line => line.Contains("\" 200 ", StringComparison.Ordinal) && line.Contains("POST", StringComparison.Ordinal));
    }

    // How long the answers to so many requests took, sorted.
    private static TimeSpan[] Waits(SecurePeer peer, int count)
    {
        TimeSpan[] waits = new TimeSpan[count];
        for (int i = 0; i < count; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            Assert.Equal("first", peer.Get("/f").Body);
            waits[i] = watch.Elapsed;
        }

        Array.Sort(waits);
        return waits;
    }

    private static byte[] Noise(Random random, int count)
    {
        byte[] noise = new byte[count];
        random.NextBytes(noise);
        return noise;
    }

    private void AssertServes(Daemon daemon)
    {
        using SecurePeer peer = new(_place, 443);
        Assert.Equal("first", peer.Get("/f").Body);
        Assert.Equal(0, daemon.Stop());
    }
}
