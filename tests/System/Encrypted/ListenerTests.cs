using System;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>How clients and relays come to speak TLS (R-TLS-02 to -26).</summary>
[Compares]
public sealed class ListenerTests(EncryptedGround ground) : IClassFixture<EncryptedGround>
{
    [Theory]
    [InlineData("--tls-max", "1.2")]
    [InlineData("--tlsv1.3", "-s")]
    public void A_client_of_curl_is_served(string option, string value) =>
        Assert.Equal("/asked", ground.Place.Tool("curl", "-s", "-S", "-k", "--max-time", "10", option, value, $"https://127.0.0.1:{EncryptedGround.Http}/asked"));

    [Theory]
    [InlineData(EncryptedGround.Several, "-tls1_2", "ECDHE-ECDSA-AES")]
    [InlineData(EncryptedGround.Several, "-tls1_3", "TLS_AES_256_GCM_SHA384")]
    [InlineData(EncryptedGround.Http, "-tls1_2", "ECDHE-ECDSA-AES")]
    [InlineData(EncryptedGround.Http, "-tls1_3", "TLS_AES_256_GCM_SHA384")]
    [InlineData(EncryptedGround.Old, "-tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305")]
    [InlineData(EncryptedGround.Several, "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData(EncryptedGround.New, "-curves P-384", "secp384r1")]
    public void It_is_spoken(int port, string words, string expected)
    {
        (int status, string output) = ground.Shake(port, words.Split(' '));

        Assert.Equal(0, status);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EncryptedGround.Several, "-tls1_1")]
    [InlineData(EncryptedGround.Several, "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA")]
    [InlineData(EncryptedGround.Old, "-tls1_3")]
    [InlineData(EncryptedGround.New, "-tls1_2")]
    public void It_is_not_spoken(int port, string words) => Assert.NotEqual(0, ground.Shake(port, words.Split(' ')).Status);

    [Theory]
    [InlineData("a.example", "a.example")]
    [InlineData("b.example", "b.example")]
    [InlineData("x.WILD.example", "*.wild.example")]
    [InlineData("unknown.example", "a.example")]
    [InlineData("", "a.example")]
    public void The_name_that_a_client_asks_for_chooses_the_certificate(string named, string shown)
    {
        using SecurePeer peer = new(ground.Place, EncryptedGround.Several, named, protocol: "");

        Assert.Equal(shown, peer.ServerName);
    }

    [Fact]
    public void Without_a_keypair_the_certificate_is_that_of_address_and_port()
    {
        using SecurePeer peer = new(ground.Place, EncryptedGround.ByAddress, protocol: "");

        Assert.Equal("by.port", peer.ServerName);
    }

    [Theory]
    [InlineData(EncryptedGround.Http, "http/1.1", "http/1.1")]
    [InlineData(EncryptedGround.Http, "", "")]
    [InlineData(EncryptedGround.Several, "http/1.1", "")]
    public void A_relay_of_HTTP_alone_answers_which_protocol_is_spoken(int port, string asked, string chosen)
    {
        using SecurePeer peer = new(ground.Place, port, "a.example", protocol: asked);

        Assert.Equal(chosen, peer.Protocol);
    }

    [Fact]
    public void A_staple_is_sent_as_it_is()
        => Assert.Contains("OCSP Response Status: malformedrequest (0x1)", ground.Shake(EncryptedGround.Http, "-status").Output, StringComparison.Ordinal);

    [Fact]
    public void A_client_that_must_have_a_certificate_is_served_with_one_of_the_authority()
    {
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(ground.Client.Certificate, ground.Client.Key);
        (SecurePeer client, Peer host) = ground.Connect(port: EncryptedGround.Known, certificate: certificate);
        client.Send("hello");

        Assert.Equal("hello"u8, host.Exactly(5));
        client.Dispose();
        host.Dispose();
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void Without_a_certificate_or_with_a_strangers_it_is_not(string version)
    {
        (int without, _) = ground.Shake(EncryptedGround.Known, version, "-ign_eof");
        (int with, _) = ground.Shake(EncryptedGround.Known, version, "-ign_eof", "-cert", ground.Stranger.Certificate, "-key", ground.Stranger.Key);

        Assert.NotEqual((0, 0), (without, with));
        ground.AwaitLine($"relay r{EncryptedGround.Known}, session ", ", TLS handshake error: peer did not return a certificate");
        ground.AwaitLine($"relay r{EncryptedGround.Known}, session ", ", TLS handshake error: certificate verify failed");
    }

    [Fact]
    public void Whoever_shakes_no_hands_is_closed_when_a_session_would_be()
    {
        using Peer silent = new(ground.Place, EncryptedGround.Impatient);

        Assert.Empty(silent.ToEndOrReset());
        ground.AwaitLine($"relay r{EncryptedGround.Impatient}, session ", ", 0, 127.0.0.1 -> :8080, TLS handshake timeout");
    }

    [Fact]
    public void Records_that_come_byte_by_byte_are_read()
    {
        using SecurePeer peer = new(ground.Place, EncryptedGround.Http, writes: Writes.OfOneByte);

        Assert.Equal("/asked", peer.Get("/asked").Body);
    }

    [Fact]
    public void Whoever_speaks_plainly_is_closed_and_logged()
    {
        using Peer plain = new(ground.Place, EncryptedGround.Http);
        plain.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        _ = plain.ToEndOrReset();
        ground.AwaitLine($"relay r{EncryptedGround.Http}, session ", ", TLS handshake error: http request");
    }

    [Fact]
    public void A_session_is_logged_when_it_speaks_TLS_and_when_it_ends()
    {
        using (SecurePeer peer = new(ground.Place, EncryptedGround.New))
        {
            Assert.Equal("/asked", peer.Get("/asked").Body);
        }

        // Of the sessions of this relay only this one asks for something.
        string ended = ground.AwaitLine($"relay r{EncryptedGround.New}, session ", ", 0, 127.0.0.1 -> 127.0.0.12:8080, done, GET");
        string session = ended.Split(' ')[3];
        ground.AwaitLine($"relay r{EncryptedGround.New}, tls session {session} established (");
    }

    [Fact]
    public void Relayctl_tells_when_the_first_certificate_of_a_relay_expires()
    {
        using JsonDocument answer = JsonDocument.Parse(ground.Control("show", "relays", "--json"));
        DateTimeOffset end = answer.RootElement.GetProperty("relays")[0].GetProperty("certificate_expires").GetDateTimeOffset();

        Assert.InRange(end - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(99), TimeSpan.FromDays(100));
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"certificate expires: {end.ToLocalTime():ddd MMM}"), ground.Control("show", "relays", "-v"), StringComparison.Ordinal);
        Assert.DoesNotContain("expires", ground.Control("show", "relays"), StringComparison.Ordinal);
    }
}
