using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Certificates;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

/// <summary>The client's side of TLS: what it tells a server, and what it wants to know of it.</summary>
[Collection("TLS")]
public sealed class ConnectorTests : IDisposable
{
    private static readonly TestCertificate _host = TestCertificate.Of("P-256", "host.example", "*.wild.example", "par*.example");

    private readonly TestServer _server = new();
    private readonly TlsContext _context;

    public ConnectorTests()
    {
        _context = _server.Context(_host);
    }

    public void Dispose()
    {
        _context.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("host.example", "host.example")]
    [InlineData("host.example.", "host.example")]
    [InlineData(null, "")]
    public void A_server_is_told_its_name(string? name, string told)
    {
        using TlsConnector connector = Connector(new TlsConnectorSettings());

        using TlsPair pair = new(_context, connector.For(name));

        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Equal(told, pair.Facts.ServerName);
    }

    [Theory]
    [InlineData("host.example")]
    [InlineData("HOST.example")]
    [InlineData("any.wild.example")]
    [InlineData(null)]
    public void A_certificate_that_an_authority_has_issued_for_the_name_will_do(string? name)
    {
        using TlsConnector connector = Connector(Verifying(_host));

        using TlsPair pair = new(_context, connector.For(name));

        _ = pair.ShakeHands();
        Assert.True(pair.Client.IsEstablished);
    }

    [Theory]
    [InlineData("other.example", "certificate verify failed: hostname mismatch")]
    [InlineData("two.labels.wild.example", "certificate verify failed: hostname mismatch")]
    [InlineData("party.example", "certificate verify failed: hostname mismatch")]
    public void Another_name_will_not_do(string name, string error)
    {
        using TlsConnector connector = Connector(Verifying(_host));

        using TlsPair pair = new(_context, connector.For(name));

        _ = pair.ShakeHands();
        Assert.False(pair.Client.IsEstablished);
        Assert.Equal(error, pair.Client.Error.Describe(), ignoreCase: true);
    }

    [Fact]
    public void A_certificate_of_somebody_else_will_not_do()
    {
        using TlsConnector connector = Connector(Verifying(TestCertificate.Of("P-256", "authority.example")));

        using TlsPair pair = new(_context, connector.For("host.example"));

        _ = pair.ShakeHands();
        Assert.False(pair.Client.IsEstablished);
        Assert.StartsWith("certificate verify failed: ", pair.Client.Error.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_authorities_any_certificate_will_do()
    {
        using TlsConnector connector = Connector(new TlsConnectorSettings());

        using TlsPair pair = new(_context, connector.For("other.example"));

        _ = pair.ShakeHands();
        Assert.True(pair.Client.IsEstablished);
    }

    [Fact]
    public void A_revoked_certificate_will_not_do()
    {
        (byte[] authority, TestCertificate issued, byte[] revocations) = Revoked();
        using TlsContext context = _server.Context(issued);
        using TlsConnector lax = Connector(new TlsConnectorSettings { Servers = new ServerVerification(authority, default) });
        using TlsConnector strict = Connector(new TlsConnectorSettings { Servers = new ServerVerification(authority, revocations) });

        using TlsPair known = new(context, lax.For("host.example"));
        using TlsPair revoked = new(context, strict.For("host.example"));

        _ = known.ShakeHands();
        _ = revoked.ShakeHands();
        Assert.True(known.Client.IsEstablished);
        Assert.False(revoked.Client.IsEstablished);
        Assert.Equal("certificate verify failed: certificate revoked", revoked.Client.Error.Describe());
    }

    [Theory]
    [InlineData(TlsProtocols.Tls12)]
    [InlineData(TlsProtocols.Tls13)]
    public void The_next_handshake_with_a_server_is_short(TlsProtocols version)
    {
        TicketKeys tickets = new(TimeSpan.FromHours(1));
        tickets.Replace([TicketKey.Make()]);
        using TlsContext context = TestServer.Context(_server.Settings(_host) with { Tickets = tickets });
        using TlsConnector connector = Connector(Verifying(_host) with { Protocols = version });
        TlsPeer peer = connector.For("host.example");

        Assert.False(IsResumed(context, peer));
        Assert.True(IsResumed(context, peer));
        Assert.True(IsResumed(context, peer));
        Assert.False(IsResumed(context, connector.For("host.example")));
    }

    [Theory]
    [InlineData("host.example", true)]
    [InlineData("other.example", false)]
    public void Where_it_is_only_told_whether_a_server_proves_its_name_all_are_spoken_with(string name, bool isVerified)
    {
        using TlsConnector connector = Connector(Verifying(_host) with { Unproven = UnprovenServer.Told, Whole = WholeHandshakes.All });
        TlsPeer peer = connector.For(name);

        using TlsPair pair = new(_context, peer);

        _ = pair.ShakeHands();
        Assert.True(pair.Client.IsEstablished);
        Assert.Equal(isVerified, peer.Certificate?.IsVerified);
    }

    [Theory]
    [InlineData(TlsProtocols.Tls12)]
    [InlineData(TlsProtocols.Tls13)]
    public void Where_all_handshakes_are_whole_none_is_short_and_each_tells_the_certificate(TlsProtocols version)
    {
        TicketKeys tickets = new(TimeSpan.FromHours(1));
        tickets.Replace([TicketKey.Make()]);
        using TlsContext context = TestServer.Context(_server.Settings(_host) with { Tickets = tickets });
        using TlsConnector connector = Connector(Verifying(_host) with { Protocols = version, Whole = WholeHandshakes.All });
        TlsPeer peer = connector.For("host.example");

        Assert.False(IsResumed(context, peer));
        ServerCertificate? first = peer.Certificate;
        Assert.False(IsResumed(context, peer));
        Assert.True(first!.IsVerified);
        Assert.Equal(first, peer.Certificate);
        Assert.NotEqual(first, first with { IsVerified = false });
    }

    [Theory]
    [InlineData("www.client.example", "www.client.example")]
    [InlineData(null, "host.example")]
    public void A_server_is_told_what_a_client_calls_it(string? name, string told)
    {
        using TlsConnector connector = Connector(new TlsConnectorSettings());

        using TlsPair pair = new(_context, connector.For("host.example").For(name));

        _ = pair.ShakeHands();
        Assert.Equal(told, pair.Facts.ServerName);
    }

    [Theory]
    [InlineData("", "", "there is no server authority in it")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "", "a server authority cannot be read")]
    [InlineData(null, "nothing", "there is no revocation list in it")]
    public void What_cannot_be_used_is_said(string? authorities, string revocations, string error)
    {
        byte[] pem = authorities is null ? _host.Certificate : TestCertificate.Bytes(authorities);

        using TlsConnector? connector = TlsConnector.Create(
            new TlsConnectorSettings { Servers = new ServerVerification(pem, TestCertificate.Bytes(revocations)) }, out string words);

        Assert.Null(connector);
        Assert.StartsWith(error, words, StringComparison.Ordinal);
    }

    private static bool IsResumed(TlsContext context, TlsPeer peer)
    {
        using TlsPair pair = new(context, peer);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        // The tickets of TLS 1.3 come behind the handshake.
        _ = pair.Client.Read(new byte[1], out _);
        return pair.Facts.IsResumed;
    }

    private static TlsConnectorSettings Verifying(TestCertificate authority) => new() { Servers = new ServerVerification(authority.Certificate, default) };

    private static TlsConnector Connector(TlsConnectorSettings settings)
    {
        TlsConnector? connector = TlsConnector.Create(settings, out string error);
        Assert.True(connector is not null, error);
        return connector;
    }

    private static (byte[] Authority, TestCertificate Issued, byte[] Revocations) Revoked()
    {
        DateTimeOffset from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        byte[] serial = [1, 2, 3];
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest authorityRequest = new("CN=Authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, critical: false));
        using X509Certificate2 authority = authorityRequest.CreateSelfSigned(from, TestCertificate.Expiry);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=host.example", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("host.example");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(authority, from, TestCertificate.Expiry, serial);
        CertificateRevocationListBuilder list = new();
        list.AddEntry(serial, from);
        byte[] revocations = list.Build(authority, 1, TestCertificate.Expiry, HashAlgorithmName.SHA256);
        return (
            TestCertificate.Bytes(authority.ExportCertificatePem()),
            new TestCertificate(TestCertificate.Bytes(issued.ExportCertificatePem()), TestCertificate.Bytes(key.ExportPkcs8PrivateKeyPem())),
            TestCertificate.Bytes(PemEncoding.WriteString("X509 CRL", revocations)));
    }
}
