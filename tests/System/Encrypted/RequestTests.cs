using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>Requests over TLS through a relay of HTTP, before a host that the test plays.</summary>
[Compares]
public sealed class RequestTests(EncryptedGround ground) : IClassFixture<EncryptedGround>, IDisposable
{
    private const int Much = 16 << 20;
    private const string Get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

    private readonly List<IDisposable> _peers = [];

    public void Dispose() => _peers.ForEach(static peer => peer.Dispose());

    [Theory]
    [InlineData(Spoken.Tls12)]
    [InlineData(Spoken.Tls13)]
    public async Task Much_goes_both_ways_bit_for_bit(Spoken version)
    {
        byte[] question = Site.Bytes(Much);
        byte[] answer = [.. Enumerable.Reverse(question)];
        SecurePeer client = Client(version);
        Task asking = Task.Run(
            () =>
            {
                client.Send($"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: {Much}\r\n\r\n");
                client.Send(question);
            },
            TestContext.Current.CancellationToken);
        Peer host = Host();
        _ = host.Head();
        Assert.Equal(question, host.Exactly(Much));
        await asking;
        Task answering = Task.Run(
            () =>
            {
                host.Send($"HTTP/1.1 200 OK\r\nContent-Length: {Much}\r\n\r\n");
                host.Send(answer);
            },
            TestContext.Current.CancellationToken);

        string head = client.Head();
        Assert.Equal(Much, Heads.Length(head));
        Assert.Equal(answer, client.Exactly(Much));
        await answering;
    }

    [Fact]
    public void A_chunked_answer_comes_as_it_is()
    {
        const string Chunks = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
        SecurePeer client = Client();
        client.Send(Get);
        Peer host = Host();
        _ = host.Head();
        host.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks);
        _ = client.Head();

        Assert.Equal(Chunks, Encoding.ASCII.GetString(client.Exactly(Chunks.Length)));
    }

    // What TLS says at its end is all that tells a whole body from one that was cut.
    [Fact]
    public void An_answer_that_ends_with_its_connection_ends_with_the_word_of_TLS()
    {
        SecurePeer client = Client();
        client.Send(Get);
        Peer host = Host();
        _ = host.Head();
        host.Send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nwhole");
        host.EndOutput();
        _ = client.Head();

        Assert.Equal("whole"u8, client.ToEnd());
    }

    [Fact]
    public void One_whose_host_breaks_off_does_not()
    {
        SecurePeer client = Client();
        client.Send(Get);
        Peer host = Host();
        _ = host.Head();
        host.Send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf");
        _ = client.Head();
        Assert.Equal("half"u8, client.Exactly(4));
        host.Reset();

        Assert.Throws<global::System.IO.IOException>(client.ToEnd);
    }

    [Theory]
    [InlineData("Content-Length: 100")]
    [InlineData("Transfer-Encoding: chunked")]
    public void A_request_that_is_cut_off_is_never_whole_for_the_host(string framing)
    {
        SecurePeer client = Client();
        client.Send($"POST /x HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n4\r\nhalf\r\n");
        Peer host = Host();
        _ = host.Head();
        Assert.Equal("4\r\nhalf\r\n"u8, host.Exactly(9));
        client.EndWithoutWord();

        Assert.Empty(host.ToEndOrReset());
    }

    private SecurePeer Client(Spoken version = Spoken.Any)
    {
        SecurePeer client = new(ground.Place, EncryptedGround.Web, version: version);
        _peers.Add(client);
        return client;
    }

    private Peer Host()
    {
        Peer host = ground.Host();
        _peers.Add(host);
        return host;
    }
}
