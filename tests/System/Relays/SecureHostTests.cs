using System;
using System.Net.Sockets;
using System.Text;
using System.Threading;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Relays;

/// <summary>Relays that speak TLS to their hosts: what these are told, and what they have to prove (R-TLS-10, D-43).</summary>
[Compares]
public sealed class SecureHostTests(SecureHostGround ground) : IClassFixture<SecureHostGround>
{
    [Fact]
    public void What_a_client_says_comes_back_whole_with_its_end()
    {
        byte[] sent = new byte[3_000_000];
        new Random(8).NextBytes(sent);
        using Peer client = ground.Connect(SecureHostGround.ByName);
        Thread sending = new(() =>
        {
            client.Send(sent);
            client.EndOutput();
        });
        sending.Start();

        (byte[] received, SocketError end) = client.ToAnyEnd();
        sending.Join();

        Assert.Equal(SocketError.Success, end);
        Assert.Equal(sent, received);
        Assert.Equal("localhost", ground.LastName);
    }

    [Fact]
    public void A_host_that_is_written_as_an_address_is_told_no_name_and_may_have_any()
    {
        Assert.Equal("word", Echo(SecureHostGround.ByAddress));
        Assert.Equal("", ground.LastNameByAddress);
    }

    [Fact]
    public void Without_authorities_any_certificate_will_do() => Assert.Equal("word", Echo(SecureHostGround.Unverified));

    [Theory]
    [InlineData(SecureHostGround.OfAnotherName, "TLS handshake error: certificate verify failed: hostname mismatch")]
    [InlineData(SecureHostGround.OfSomebodyElse, "TLS handshake error: certificate verify failed: self-signed certificate")]
    [InlineData(SecureHostGround.Revoked, "TLS handshake error: certificate verify failed: certificate revoked")]
    [InlineData(SecureHostGround.Silent, "TLS handshake timeout")]
    public void A_host_that_proves_nothing_gets_no_byte(int port, string message)
    {
        Assert.Equal("", Echo(port));
        ground.AwaitLine($"relay {port}, session ", message);
    }

    [Fact]
    public void A_stream_that_was_cut_is_no_end()
    {
        using Peer client = ground.Connect(SecureHostGround.Truncating);

        Assert.Equal(SocketError.ConnectionReset, client.ToAnyEnd().End);
    }

    [Fact]
    public void An_answer_without_a_length_that_was_cut_is_no_end()
    {
        using Peer client = ground.Connect(SecureHostGround.HttpTruncating);
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        string received = Encoding.ASCII.GetString(client.ToEndOrReset());

        Assert.DoesNotContain("0\r\n\r\n", received, StringComparison.Ordinal);
        ground.AwaitLine($"relay {SecureHostGround.HttpTruncating}, session ", "socket error");
    }

    [Fact]
    public void Requests_share_a_connection_with_their_host()
    {
        using Peer client = ground.Connect(SecureHostGround.Http);
        for (int i = 0; i < 5; i++)
        {
            client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("localhost", Encoding.ASCII.GetString(client.Answer().Body));
        }

        Assert.Equal(1, ground.Handshakes);
    }

    [Fact]
    public void A_client_of_HTTP_is_told()
    {
        using Peer client = ground.Connect(SecureHostGround.HttpOfAnotherName);
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        (string head, byte[] body) = client.Answer();

        Assert.Equal(502, Heads.Status(head));
        Assert.Contains("TLS handshake error", Encoding.ASCII.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_are_checked_as_strictly_as_they_are_used() => Assert.Equal("up, down", string.Join(", ", ground.States));

    private string Echo(int port)
    {
        using Peer client = ground.Connect(port);
        client.Send("word");
        client.EndOutput();
        return Encoding.ASCII.GetString(client.ToEndOrReset());
    }
}
