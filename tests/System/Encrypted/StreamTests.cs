using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>What clients and a host say through TLS: all of it arrives, and its end as what it is.</summary>
[Compares]
public sealed class StreamTests(EncryptedGround ground) : IClassFixture<EncryptedGround>, IDisposable
{
    private const int Much = 16 << 20;

    private readonly List<IDisposable> _peers = [];

    public void Dispose() => _peers.ForEach(static peer => peer.Dispose());

    [Theory]
    [InlineData(Spoken.Tls12)]
    [InlineData(Spoken.Tls13)]
    public async Task Much_goes_both_ways_bit_for_bit(Spoken version)
    {
        byte[] question = Site.Bytes(Much);
        byte[] answer = Site.Bytes(Much - 1);
        (SecurePeer client, Peer host) = Connect(version);
        Task asking = Task.Run(() => client.Send(question), TestContext.Current.CancellationToken);
        Task answering = Task.Run(
            () =>
            {
                host.Send(answer);
                host.EndOutput();
            },
            TestContext.Current.CancellationToken);
        Task<byte[]> asked = Task.Run(host.ToEnd, TestContext.Current.CancellationToken);

        Assert.Equal(answer, client.Exactly(answer.Length));
        await Task.WhenAll(asking, answering);
        client.EndOutput();
        Assert.Equal(question, await asked);
        Assert.Empty(client.ToEnd());
        ground.AwaitNoSession();
    }

    [Theory]
    [InlineData(Spoken.Tls12)]
    [InlineData(Spoken.Tls13)]
    public void A_client_that_ends_still_hears_the_host(Spoken version)
    {
        (SecurePeer client, Peer host) = Connect(version);
        client.Send("question");
        client.EndOutput();
        Assert.Equal("question"u8, host.ToEnd());
        host.Send("answer");
        host.EndOutput();

        Assert.Equal("answer"u8, client.ToEnd());
        ground.AwaitNoSession();
    }

    [Theory]
    [InlineData(Spoken.Tls12)]
    [InlineData(Spoken.Tls13)]
    public void A_host_that_ends_still_hears_the_client(Spoken version)
    {
        (SecurePeer client, Peer host) = Connect(version);
        host.Send("greeting");
        host.EndOutput();
        Assert.Equal("greeting"u8, client.ToEnd());
        client.Send("late");
        client.EndOutput();

        Assert.Equal("late"u8, host.ToEnd());
        ground.AwaitNoSession();
    }

    [Theory]
    [InlineData(Spoken.Tls12)]
    [InlineData(Spoken.Tls13)]
    public void What_a_client_says_that_closes_at_once_arrives(Spoken version)
    {
        byte[] said = Site.Bytes(100_000);
        (SecurePeer client, Peer host) = Connect(version);
        client.Send(said);
        client.EndOutput();
        client.Dispose();

        Assert.Equal(said, host.ToEnd());
        host.EndOutput();
        ground.AwaitNoSession();
    }

    // As upstream: a host without TLS cannot be told more than that there is no more. Such a client is sent nothing any more.
    [Theory]
    [InlineData(Spoken.Tls12)]
    [InlineData(Spoken.Tls13)]
    public void What_a_client_says_that_goes_without_the_word_of_TLS_arrives_too(Spoken version)
    {
        (SecurePeer client, Peer host) = Connect(version);
        for (int i = 0; i < 200; i++)
        {
            client.Send("x");
        }

        client.EndWithoutWord();

        Assert.Equal(200, host.ToEnd().Length);
        host.EndOutput();
        ground.AwaitNoSession();
    }

    [Fact]
    public void A_reset_of_the_client_is_one_for_the_host()
    {
        (SecurePeer client, Peer host) = Connect();
        client.Send("half");
        Assert.Equal("half"u8, host.Exactly(4));
        client.Reset();

        host.ToReset();
        ground.AwaitNoSession();
    }

    [Fact]
    public void A_stream_of_a_host_that_is_reset_never_ends_well_for_the_client()
    {
        (SecurePeer client, Peer host) = Connect();
        host.Send("half");
        Assert.Equal("half"u8, client.Exactly(4));
        host.Reset();

        Assert.Throws<global::System.IO.IOException>(client.ToEnd);
        ground.AwaitNoSession();
    }

    [Fact]
    public void A_record_that_was_changed_on_its_way_is_a_reset_for_the_host()
    {
        (SecurePeer client, Peer host) = Connect();
        client.Send("half");
        Assert.Equal("half"u8, host.Exactly(4));
        client.SendDamaged([0x17, 0x03, 0x03, 0x00, 0x20, .. new byte[32]]);

        host.ToReset();
        ground.AwaitLine($"relay r{EncryptedGround.Tcp}, session ", ", socket error");
        ground.AwaitNoSession();
    }

    private (SecurePeer Client, Peer Host) Connect(Spoken version = Spoken.Any)
    {
        (SecurePeer client, Peer host) = ground.Connect(version);
        _peers.AddRange([client, host]);
        return (client, host);
    }
}
