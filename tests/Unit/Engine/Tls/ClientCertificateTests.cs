using System;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Tls;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls;

[Collection("TLS")]
public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestServer _server = new();
    private readonly TestAuthority _authority = new("authority");

    [Theory]
    [InlineData(OpenSsl.TLS1_2_VERSION)]
    [InlineData(OpenSsl.TLS1_3_VERSION)]
    public void A_client_says_who_it_is(int version)
    {
        using TlsContext context = Context(CertificateDemand.Required);
        using TlsPair pair = new TlsPair(context, _authority.Issue("client")).Version(version);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.Equal("/CN=client", Encoding.ASCII.GetString(pair.Facts.ClientSubject.Span));
    }

    [Fact]
    public void A_subject_forges_no_line_of_a_log()
    {
        using TlsContext context = Context(CertificateDemand.Required);
        using TlsPair pair = new(context, _authority.Issue("\"a\nb\u00e9\""));
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.DoesNotContain((byte)'\n', pair.Facts.ClientSubject.ToArray());
    }

    [Fact]
    public void Without_a_certificate_a_client_is_refused()
    {
        using TlsContext context = Context(CertificateDemand.Required);
        using TlsPair pair = new(context);
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
        Assert.Equal("peer did not return a certificate", pair.Server.Error.Describe());
    }

    [Fact]
    public void Where_it_is_optional_a_client_without_one_is_served()
    {
        using TlsContext context = Context(CertificateDemand.Optional);
        using TlsPair pair = new(context);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
        Assert.True(pair.Facts.ClientSubject.IsEmpty);
    }

    [Theory]
    [InlineData(CertificateDemand.Required)]
    [InlineData(CertificateDemand.Optional)]
    public void A_certificate_of_somebody_else_is_refused(CertificateDemand demand)
    {
        using TestAuthority other = new("authority");
        using TlsContext context = Context(demand);
        using TlsPair pair = new(context, other.Issue("client"));
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
        Assert.Equal("certificate verify failed: certificate signature failure", pair.Server.Error.Describe());
    }

    [Fact]
    public void A_certificate_that_was_revoked_is_refused()
    {
        TestCertificate client = _authority.Issue("client");
        using TlsContext context = Context(CertificateDemand.Required, _authority.Revoke(_authority.LastSerial));
        using TlsPair pair = new(context, client);
        Assert.Equal(TlsStep.Failed, pair.ShakeHands());
    }

    [Fact]
    public void A_certificate_that_was_not_revoked_is_accepted()
    {
        TestCertificate client = _authority.Issue("client");
        using TlsContext context = Context(CertificateDemand.Required, _authority.Revoke([99]));
        using TlsPair pair = new(context, client);
        Assert.Equal(TlsStep.Done, pair.ShakeHands());
    }

    [Theory]
    [InlineData("", "", "there is no client authority in it")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "", "a client authority cannot be read")]
    [InlineData(null, "nothing", "there is no revocation list in it")]
    [InlineData(null, "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", "a revocation list cannot be read")]
    public void What_is_wrong_with_the_files_is_said(string? authorities, string lists, string expected)
    {
        byte[] pem = authorities is null ? _authority.Pem : TestCertificate.Bytes(authorities);
        ClientVerification clients = new(pem, TestCertificate.Bytes(lists), CertificateDemand.Required);
        using TlsContext? context = TlsContext.Create(
            _server.Settings(TestCertificate.Of("P-256")) with { Clients = clients }, out string error);
        Assert.Null(context);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _server.Dispose();
    }

    private TlsContext Context(CertificateDemand demand, byte[]? revoked = null) => TestServer.Context(
        _server.Settings(TestCertificate.Of("P-256")) with { Clients = new ClientVerification(_authority.Pem, revoked, demand) });
}
