using System;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Unit.Fakes;

/// <summary>Certificates as servers of the world have them, for whoever copies these.</summary>
internal static class TestOriginal
{
    /// <summary>With names, and all that an authority adds.</summary>
    public static byte[] Full { get; } = Make("CN=www.example, O=Somebody", static request =>
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("www.example");
        names.AddDnsName("*.example");
        names.AddIpAddress(IPAddress.Parse("192.0.2.1"));
        names.AddIpAddress(IPAddress.Parse("2001:db8::1"));
        names.AddUri(new Uri("spiffe://example/www"));
        names.AddEmailAddress("somebody@example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));

        // Where its authority is asked, its policy, a list of revocations, what logs have said, and that a staple must be there.
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.5.5.7.1.1", [0x30, 0x00], critical: false));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.32", [0x30, 0x00], critical: false));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.31", [0x30, 0x00], critical: false));
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.11129.2.4.2", [0x04, 0x00], critical: false));
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.5.5.7.1.24", [0x30, 0x03, 0x02, 0x01, 0x05], critical: false));
    });

    /// <summary>An authority's own.</summary>
    public static byte[] OfAuthority { get; } = Make("CN=authority", static request =>
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
    });

    /// <summary>With a subject alone.</summary>
    public static byte[] Bare { get; } = Make("CN=bare.example", static _ => { });

    /// <summary>With names alone.</summary>
    public static byte[] Nameless { get; } = Make("", static request =>
    {
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("www.example");
        request.CertificateExtensions.Add(names.Build(critical: true));
    });

    /// <summary>With a name.</summary>
    public static byte[] Named(string name) => Make($"CN={name}", static _ => { });

    private static byte[] Make(string subject, Action<CertificateRequest> extend)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        extend(request);
        using X509Certificate2 certificate = request.CreateSelfSigned(new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero), new DateTimeOffset(2060, 5, 4, 3, 2, 1, TimeSpan.Zero));
        return certificate.RawData;
    }
}
