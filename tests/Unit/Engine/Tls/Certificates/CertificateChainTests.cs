using System;
using System.Text;

using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Certificates;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls.Certificates;

[Collection("TLS")]
public sealed class CertificateChainTests
{
    [Fact]
    public void Names_and_times_are_read()
    {
        using CertificateChain chain = Read(TestCertificate.Of("P-256", "WWW.example.com", "*.example.com"));
        Assert.Equal(["www.example.com", "*.example.com"], chain.Names);
        Assert.Equal(TestCertificate.Expiry, chain.NotAfter);
        Assert.Equal(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), chain.NotBefore);
    }

    [Fact]
    public void The_common_name_counts_where_there_is_no_other()
    {
        using CertificateChain chain = Read(TestCertificate.Of("P-384"));
        Assert.Equal(["nobody"], chain.Names);
    }

    [Fact]
    public void A_key_is_compared_with_the_certificate()
    {
        using CertificateChain chain = Read(TestCertificate.Of("P-256"));
        Assert.Equal(KeyMatch.Matches, chain.Compare(TestCertificate.Of("P-256").Key));
        Assert.Equal(KeyMatch.Differs, chain.Compare(TestCertificate.Of("P-256", "other").Key));
        Assert.Equal(KeyMatch.Differs, chain.Compare(TestCertificate.Of("rsa").Key));
        Assert.Equal(KeyMatch.Unreadable, chain.Compare("nothing"u8));
    }

    [Theory]
    [InlineData("", "there is no certificate in it")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a certificate cannot be read: ")]
    public void What_is_no_certificate_is_not_taken(string pem, string expected)
    {
        using CertificateChain? chain = CertificateChain.Read(Encoding.ASCII.GetBytes(pem), out string error);
        Assert.Null(chain);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_is_sent_whole()
    {
        using TestServer server = new();
        TestCertificate leaf = TestCertificate.Of("P-256");
        TlsSettings settings = server.Settings(leaf);
        using TlsContext shorter = TestServer.Context(settings);
        using TlsContext longer = TestServer.Context(
            settings with { Certificate = (byte[])[.. leaf.Certificate, .. "\n"u8, .. TestCertificate.Of("P-384").Certificate] });
        Assert.True(FlightLength(longer) > FlightLength(shorter) + 200);
    }

    private static CertificateChain Read(TestCertificate certificate)
    {
        CertificateChain? chain = CertificateChain.Read(certificate.Certificate, out string error);
        Assert.True(chain is not null, error);
        return chain;
    }

    // How much a server sends in answer to a ClientHello.
    private static int FlightLength(TlsContext context)
    {
        using TlsPair pair = new(context);
        _ = pair.Client.Handshake();
        _ = pair.Server.Handshake();
        return pair.ServerEnd.Pending.Length;
    }
}
