using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>Relays that inspect (R-TLS-30 to -32, D-45): what clients are shown, and what they are never shown.</summary>
[Compares]
public sealed class InspectionTests(InspectionGround ground) : IClassFixture<InspectionGround>
{
    private const string Host = "www.example";

    // A client that is closed without a word thinks of its network.
    private const string Alert = "tlsv1 alert internal error";

    [Theory]
    [InlineData(InspectionGround.Http, "--tls-max", "1.2")]
    [InlineData(InspectionGround.Http, "--tlsv1.3", "-s")]
    [InlineData(InspectionGround.Tcp, "--tls-max", "1.2")]
    [InlineData(InspectionGround.Tcp, "--tlsv1.3", "-s")]
    [InlineData(InspectionGround.BySystem, "--tlsv1.3", "-s")]
    [InlineData(InspectionGround.GoodShown, "--tlsv1.3", "-s")]
    public void A_client_that_trusts_the_authority_is_served_and_the_host_is_told_what_it_calls_it(int port, string option, string value) =>
        Assert.Equal((0, Host), ground.Ask(port, Host, option, value));

    [Fact]
    public void A_wildcard_of_the_original_is_one_of_the_copy() => Assert.Equal((0, "any.wild.example"), ground.Ask(InspectionGround.Http, "any.wild.example"));

    [Fact]
    public void The_copy_has_the_originals_names_and_the_authoritys_signature()
    {
        using SecurePeer peer = new(ground.Place, InspectionGround.Http, Host);
        using X509Certificate2 leaf = peer.Certificate;
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(ground.Authority.Certificate);

        Assert.Equal((authority.Subject, "CN=www.example"), (leaf.Issuer, leaf.Subject));
        Assert.Equal(["www.example", "*.wild.example"], leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames(), StringComparer.Ordinal);
        Assert.Equal((Host, "http/1.1"), (peer.Get("/").Body, peer.Protocol));
    }

    [Fact]
    public void All_sessions_are_shown_the_same_copy_as_long_as_a_process_remembers_it()
    {
        string[] serials = [.. Enumerable.Range(0, 10).Select(_ => Serial())];

        // One of each relay process.
        Assert.InRange(serials.Distinct(StringComparer.Ordinal).Count(), 1, 2);
    }

    [Fact]
    public void A_client_that_names_nobody_is_served_by_a_host_that_is_told_nothing()
    {
        using SecurePeer peer = new(ground.Place, InspectionGround.Http);

        Assert.Equal("", peer.Get("/").Body);
    }

    [Theory]
    [InlineData(InspectionGround.Expired, Host, "certificate has expired")]
    [InlineData(InspectionGround.SelfSigned, Host, "self-signed certificate")]
    [InlineData(InspectionGround.Stranger, Host, "unable to get local issuer certificate")]
    [InlineData(InspectionGround.Tcp, "other.example", "hostname mismatch")]
    public void A_host_that_proves_nothing_is_shown_to_nobody(int port, string host, string reason)
    {
        Assert.Equal((35, Alert), ground.Refusal(port, host));
        ground.AwaitLine($"relay r{port}, session ", $"TLS handshake error: certificate verify failed: {reason}");
    }

    [Theory]
    [InlineData(InspectionGround.ExpiredShown, Host, "certificate has expired")]
    [InlineData(InspectionGround.SelfSignedShown, Host, "self-signed certificate")]
    [InlineData(InspectionGround.StrangerShown, Host, "unable to get local issuer certificate")]
    [InlineData(InspectionGround.GoodShown, "other.example", "hostname mismatch")]
    public void Where_it_is_shown_all_the_same_nobody_trusts_it_and_the_log_tells_those_sessions(int port, string host, string reason)
    {
        using SecurePeer peer = new(ground.Place, port, host, protocol: "");

        Assert.Equal("CN=not verified by the relay", peer.Certificate.Issuer);
        Assert.Equal(60, ground.Ask(port, host).Status);
        Assert.Equal((0, host), ground.Ask(port, host, "-k"));
        ground.AwaitLine($"relay r{port}, session ", $", done, [host not verified: {reason}]");
    }

    [Fact]
    public void A_session_has_one_host()
    {
        using SecurePeer peer = new(ground.Place, InspectionGround.Http, Host);
        Assert.Equal(Host, peer.Get("/1").Body);
        int handshakes = ground.Handshakes;

        Assert.Equal((Host, Host), (peer.Get("/2").Body, peer.Get("/3").Body));
        Assert.Equal(handshakes, ground.Handshakes);
    }

    [Fact]
    public void A_host_that_has_left_serves_the_session_again_only_with_the_certificate_that_the_client_has_seen()
    {
        using SecurePeer peer = new(ground.Place, InspectionGround.Leaving, Host);
        Assert.Equal((Host, Host), (peer.Get("/1").Body, peer.Get("/2").Body));

        ground.Replace();

        Assert.Equal(502, Heads.Status(peer.Get("/3").Head));
        Assert.True(peer.IsEnded());
        Assert.Equal((0, Host), ground.Ask(InspectionGround.Leaving, Host));
    }

    [Theory]
    [InlineData(InspectionGround.Huge, "could not create certificate")]
    [InlineData(InspectionGround.Silent, "TLS handshake timeout")]
    [InlineData(InspectionGround.Absent, "socket error: connection refused")]
    public void A_client_whose_host_comes_to_nothing_is_told_so_and_the_log_says_why(int port, string reason)
    {
        Assert.Equal((35, Alert), ground.Refusal(port, "host1.example"));
        ground.AwaitLine($"relay r{port}, session ", reason);
    }

    // With one a client would be shown nothing, and not learn that the host is another one now.
    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void No_session_can_be_resumed(string version)
    {
        string session = Path.Combine(ground.Place.Folder, $"session{version}");

        Assert.Contains("200 OK", ground.Shake(version, "-sess_out", session), StringComparison.Ordinal);
        Assert.False(File.Exists(session), "no session was given out");
    }

    [Theory]
    [InlineData(Host)]
    [InlineData("second")]
    public void Copies_are_for_the_key_of_the_first_keypair(string host)
    {
        using SecurePeer peer = new(ground.Place, InspectionGround.GoodShown, host, protocol: "");
        using X509Certificate2 leaf = peer.Certificate;
        using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(ground.Own.Certificate);

        Assert.Equal(own.PublicKey.ExportSubjectPublicKeyInfo(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private string Serial()
    {
        using SecurePeer peer = new(ground.Place, InspectionGround.Tcp, Host, protocol: "");
        return peer.Certificate.SerialNumber;
    }
}
