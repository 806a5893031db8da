using System;
using System.Formats.Asn1;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using Sluice.Engine.Tls.Signing;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Tls.Signing;

/// <summary>Copies of servers' certificates (R-TLS-30, D-45): what is in them, and what nobody can have issued.</summary>
[Collection("TLS")]
public sealed class LeafIssuerTests : IDisposable
{
    private const uint Authority = 7, Own = 3;

    private static readonly TestCertificate _authority = TestCertificate.Of("P-256", "authority");

    private readonly TlsSigner _keys = new();
    private readonly LeafIssuer _issuer = new();

    public LeafIssuerTests()
    {
        Assert.True(_keys.TryAdd(Own, TestCertificate.Of("rsa", "own").Key, out string error), error);
        Assert.True(_issuer.TryAdd(Authority, _authority.Certificate, _authority.Key, passphrase: default, out error), error);
    }

    public void Dispose()
    {
        _issuer.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public void Subject_names_and_validity_are_the_originals()
    {
        using X509Certificate2 original = X509CertificateLoader.LoadCertificate(TestOriginal.Full);
        using X509Certificate2 leaf = Copy(TestOriginal.Full);

        Assert.Equal(original.SubjectName.RawData, leaf.SubjectName.RawData);
        Assert.Equal((original.NotBefore, original.NotAfter), (leaf.NotBefore, leaf.NotAfter));
        X509SubjectAlternativeNameExtension names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["www.example", "*.example"], names.EnumerateDnsNames(), StringComparer.Ordinal);
        Assert.Equal(["192.0.2.1", "2001:db8::1"], names.EnumerateIPAddresses().Select(static address => address.ToString()), StringComparer.Ordinal);
        Assert.Contains("spiffe://example/www", names.Format(multiLine: false), StringComparison.Ordinal);
        Assert.DoesNotContain("somebody@example", names.Format(multiLine: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_else_is_the_relays_and_the_authoritys()
    {
        using X509Certificate2 leaf = Copy(TestOriginal.Full);

        Assert.Equal(
            ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37"],
            leaf.Extensions.Select(static extension => extension.Oid!.Value!).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        X509BasicConstraintsExtension constraints = leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.Equal((false, true), (constraints.CertificateAuthority, constraints.Critical));
        Assert.Equal("1.3.6.1.5.5.7.3.1", leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.OfType<Oid>().Single().Value);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
    }

    [Theory]
    [InlineData("rsa", X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment)]
    [InlineData("P-256", X509KeyUsageFlags.DigitalSignature)]
    [InlineData("ed25519", X509KeyUsageFlags.DigitalSignature)]
    public void The_key_is_the_relays_and_may_do_what_such_a_key_can(string kind, X509KeyUsageFlags usage)
    {
        TestCertificate own = TestCertificate.Of(kind, "own");
        _ = _keys.TryAdd(Own, own.Key, out _);
        using X509Certificate2 expected = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(own.Certificate));

        using X509Certificate2 leaf = Copy(TestOriginal.Full);

        Assert.Equal(expected.PublicKey.ExportSubjectPublicKeyInfo(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(usage, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(
            new X509SubjectKeyIdentifierExtension(leaf.PublicKey, critical: false).SubjectKeyIdentifier,
            leaf.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifier);
    }

    [Theory]
    [InlineData("rsa")]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("ed25519")]
    public void The_chain_leads_to_the_authority(string kind)
    {
        TestCertificate authority = TestCertificate.Of(kind, "authority");
        _ = _issuer.TryAdd(Authority, authority.Certificate, authority.Key, passphrase: default, out _);

        using X509Certificate2 leaf = Copy(TestOriginal.Full);

        Assert.Equal("", Faults(leaf, authority));
    }

    [Fact]
    public void The_authoritys_key_is_named_as_it_names_itself()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension("0102030405"u8, critical: false));
        using X509Certificate2 authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, TestCertificate.Expiry);
        _ = _issuer.TryAdd(
            Authority, TestCertificate.Bytes(authority.ExportCertificatePem()), TestCertificate.Bytes(key.ExportPkcs8PrivateKeyPem()), passphrase: default, out _);

        using X509Certificate2 leaf = Copy(TestOriginal.Full);

        Assert.Equal("0102030405"u8, leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.Span);
    }

    [Fact]
    public void Each_has_a_number_of_its_own()
    {
        string[] serials = [.. Enumerable.Range(0, 20).Select(_ => Serial())];

        Assert.Distinct(serials, StringComparer.Ordinal);
        Assert.All(serials, static serial => Assert.Equal(32, serial.Length));
    }

    [Fact]
    public void One_that_names_nobody_keeps_its_names_and_one_without_has_none()
    {
        using X509Certificate2 nameless = Copy(TestOriginal.Nameless);
        using X509Certificate2 bare = Copy(TestOriginal.Bare);

        Assert.True(nameless.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().Critical);
        Assert.Empty(bare.Extensions.OfType<X509SubjectAlternativeNameExtension>());
        Assert.Equal("CN=bare.example", bare.Subject);
    }

    [Fact]
    public void What_is_not_proved_is_signed_by_nobody_who_is_known()
    {
        using X509Certificate2 one = Copy(TestOriginal.Full, LeafTrust.Unknown);
        using X509Certificate2 other = Copy(TestOriginal.Bare, LeafTrust.Unknown);
        using X509Certificate2 known = Copy(TestOriginal.Full);

        Assert.Equal("CN=not verified by the relay", one.Issuer);
        Assert.NotEmpty(Faults(one, _authority));
        Assert.Equal(Identifier(one), Identifier(other));
        Assert.NotEqual(Identifier(one), Identifier(known), StringComparer.Ordinal);
    }

    [Fact]
    public void Nobody_gets_an_authority()
    {
        using X509Certificate2 leaf = Copy(TestOriginal.OfAuthority);

        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
    }

    [Fact]
    public void Nobody_gets_a_certificate_for_a_key_that_is_not_here()
    {
        Assert.Equal(SigningResult.UnknownKey, _issuer.Issue(Authority, LeafTrust.Known, _keys, Own + 1, TestOriginal.Full, out byte[] leaf));
        Assert.Equal(SigningResult.UnknownKey, _issuer.Issue(Own, LeafTrust.Known, _keys, Own, TestOriginal.Full, out _));
        Assert.Equal(SigningResult.UnknownKey, _issuer.Issue(Authority, LeafTrust.Known, _keys, Authority, TestOriginal.Full, out _));
        Assert.Empty(leaf);
    }

    [Fact]
    public void A_part_of_a_certificate_is_none() =>
        Assert.All(Enumerable.Range(0, TestOriginal.Full.Length), static length => Assert.False(LeafIssuer.CanCopy(TestOriginal.Full.AsSpan(0, length))));

    [Fact]
    public void Whatever_is_damaged_is_refused_or_copied_as_a_leaf() =>
        Assert.All(Enumerable.Range(0, TestOriginal.Full.Length), at => Assert.True(IsRefusedOrLeaf(Damaged(at))));

    // A common name's kind, and others that no reader takes; a text of half letters.
    [Theory]
    [InlineData("0603550480")]
    [InlineData("0603558003")]
    [InlineData("0600550403")]
    public void A_subject_of_parts_without_a_kind_is_none(string kind) =>
        Assert.False(LeafIssuer.CanCopy(Convert.FromHexString(Convert.ToHexString(TestOriginal.Bare).Replace("0603550403", kind, StringComparison.Ordinal))));

    [Fact]
    public void What_is_too_long_is_none() => Assert.False(LeafIssuer.CanCopy([.. TestOriginal.Full, .. new byte[LeafIssuer.MostBytes]]));

    [Theory]
    [InlineData("password", "password", true)]
    [InlineData("password", "other", false)]
    [InlineData("password", "", false)]
    [InlineData("", "unused", true)]
    public void A_key_is_opened_by_its_password(string password, string given, bool isOpened)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(Encoding.ASCII.GetString(_authority.Key));
        string pem = password.Length == 0
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

        Assert.Equal(isOpened, _issuer.TryAdd(Authority, _authority.Certificate, TestCertificate.Bytes(pem), TestCertificate.Bytes(given), out _));
    }

    private X509Certificate2 Copy(byte[] original, LeafTrust trust = LeafTrust.Known)
    {
        Assert.Equal(SigningResult.Done, _issuer.Issue(Authority, trust, _keys, Own, original, out byte[] leaf));
        return X509CertificateLoader.LoadCertificate(leaf);
    }

    private string Serial()
    {
        using X509Certificate2 leaf = Copy(TestOriginal.Full);
        return leaf.SerialNumber;
    }

    private static string Identifier(X509Certificate2 leaf) =>
        Convert.ToHexString(leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.Span);

    private static byte[] Damaged(int at)
    {
        byte[] damaged = [.. TestOriginal.Full];
        damaged[at] ^= 0x55;
        return damaged;
    }

    private bool IsRefusedOrLeaf(byte[] original)
    {
        if (_issuer.Issue(Authority, LeafTrust.Known, _keys, Own, original, out byte[] leaf) != SigningResult.Done)
        {
            return leaf.Length == 0;
        }

        // All of it is there, and nothing else.
        AsnReader reader = new(leaf, AsnEncodingRules.DER);
        _ = reader.ReadSequence();
        using X509Certificate2 copy = X509CertificateLoader.LoadCertificate(leaf);
        return !reader.HasData && !copy.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority;
    }

    // What is wrong on the way to the authority; empty where nothing is.
    private static string Faults(X509Certificate2 leaf, TestCertificate authority)
    {
        using X509Certificate2 root = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(authority.Certificate));
        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreInvalidBasicConstraints;
        _ = chain.Build(leaf);
        return string.Join(' ', chain.ChainStatus.Select(static status => status.Status).Where(static status => status != X509ChainStatusFlags.InvalidBasicConstraints));
    }
}
