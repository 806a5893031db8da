using System;
using System.Linq;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;
using Sluice.System.Tls;

using Xunit;

namespace Sluice.System.Relays;

/// <summary>Relays that choose hosts by the name that clients of TLS ask for, and decrypt nothing.</summary>
[Compares]
public sealed class ServerNameTests(ServerNameGround ground) : IClassFixture<ServerNameGround>
{
    private const int SentBytes = 300_000;

    [Theory]
    [InlineData(ServerNameGround.Splicing, "first.example", "first")]
    [InlineData(ServerNameGround.Splicing, "FIRST.Example", "first")]
    [InlineData(ServerNameGround.Splicing, "a.second.example", "second")]
    [InlineData(ServerNameGround.Splicing, "a.b.second.example", "second")]
    [InlineData(ServerNameGround.Copying, "first.example", "first")]
    [InlineData(ServerNameGround.Copying, "a.second.example", "second")]
    [InlineData(ServerNameGround.Strict, "any.example", "first")]
    public void The_name_chooses_the_host_and_all_comes_back_bit_for_bit(int port, string name, string host)
    {
        byte[] sent = Site.Bytes(SentBytes);
        using SecurePeer client = ground.Ask(port, name);
        Assert.Equal(host, client.ServerName);
        foreach (byte[] piece in sent.Chunk(SentBytes / 10))
        {
            client.Send(piece);
            Assert.Equal(piece, client.Exactly(piece.Length));
        }

        client.EndOutput();
        Assert.Empty(client.ToEnd());
    }

    [Fact]
    public void A_hello_may_come_byte_by_byte()
    {
        using SecurePeer client = ground.Ask(ServerNameGround.Splicing, "x.second.example", Writes.OfOneByte);

        Assert.Equal("second", client.ServerName);
    }

    [Theory]
    [InlineData("openssl s_client -connect 127.0.0.1:81 -servername First.example < /dev/null 2> /dev/null", "subject=CN = first")]
    [InlineData("openssl s_client -connect 127.0.0.1:81 -servername a.second.example -tls1_2 < /dev/null 2> /dev/null", "subject=CN = second")]
    [InlineData("openssl s_client -connect 127.0.0.1:81 -servername first.example -split_send_frag 512 -msg < /dev/null 2> /dev/null", "subject=CN = first")]
    [InlineData("curl -sv -k -m 5 --resolve w.second.example:81:127.0.0.1 https://w.second.example:81/ 2>&1 | head -c 4000", "CN=second")]
    public void Programs_come_to_the_host_that_they_name(string command, string shown) =>
        Assert.Contains(shown, ground.Place.Call("sh", "-c", command).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("other.example")]
    [InlineData("second.example")]
    [InlineData("first.example.")]
    [InlineData("192.0.2.1")]
    public void Another_name_goes_to_the_first_table(string name)
    {
        byte[] hello = Hello.Records(Hello.Name(Encoding.ASCII.GetBytes(name)));

        Assert.Equal(name is not "first.example.", IsEchoed(hello, hello.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void What_has_no_name_goes_on_bit_for_bit_in_whatever_pieces_it_comes(int piece)
    {
        byte[] nameless = Hello.Records();
        byte[] tooLong = Hello.Records(new byte[60_000]);

        Assert.True(IsEchoed("EHLO mail.example\r\n"u8.ToArray(), piece));
        Assert.True(IsEchoed(nameless, piece));
        Assert.True(IsEchoed(tooLong, 70 * piece));
    }

    [Theory]
    [InlineData(ServerNameGround.Splicing, "bad.example", ", Forbidden, [sni: bad.example]")]
    [InlineData(ServerNameGround.Strict, "bad.test", ", Forbidden, [sni: bad.test]")]
    public void A_name_that_is_blocked_comes_to_no_host(int port, string name, string message)
    {
        using Peer client = ground.Connect(port);
        client.Send(Hello.Records(Hello.Name(Encoding.ASCII.GetBytes(name))));

        Assert.Empty(client.ToEndOrReset());
        ground.AwaitLine($"relay {port}, session ", message);
    }

    [Fact]
    public void Whoever_says_no_hello_is_blocked_where_all_others_are()
    {
        using Peer client = ground.Connect(ServerNameGround.Strict);
        client.Send("GET / HTTP/1.1\r\n\r\n");

        Assert.Empty(client.ToEndOrReset());
    }

    [Fact]
    public void Clients_that_say_nothing_more_are_gone_when_the_time_for_their_hello_is_over()
    {
        byte[] hello = Hello.Records(Hello.Name("first.example"u8.ToArray()));
        using Peer silent = ground.Connect(ServerNameGround.Hurried);
        using Peer begun = ground.Connect(ServerNameGround.Hurried);
        using Peer slow = ground.Connect(ServerNameGround.Hurried);
        begun.Send(hello.AsSpan(0, 5));
        slow.Send(hello.AsSpan(0, 60));

        Assert.All([silent, begun, slow], static client => Assert.Empty(client.ToEndOrReset()));
        ground.AwaitLine($"relay {ServerNameGround.Hurried}, session ", "TLS handshake timeout");
    }

    [Fact]
    public void A_reload_changes_where_new_clients_go_and_loses_no_other()
    {
        using SecurePeer former = ground.Ask(ServerNameGround.Changing, "moved.example");
        ground.MoveTo("second");
        using SecurePeer next = ground.Ask(ServerNameGround.Changing, "moved.example");
        former.Send("still here");

        Assert.Equal(("first", "second"), (former.ServerName, next.ServerName));
        Assert.Equal("still here"u8.ToArray(), former.Exactly(10));
    }

    private bool IsEchoed(byte[] sent, int piece)
    {
        using Peer client = ground.Connect(ServerNameGround.Splicing);
        foreach (byte[] each in sent.Chunk(piece))
        {
            client.Send(each);
        }

        client.EndOutput();
        return client.ToAnyEnd() is (var received, SocketError.Success) && received.AsSpan().SequenceEqual(sent);
    }
}
