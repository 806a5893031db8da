using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;


namespace Sluice.Unit.Fakes;

/// <summary>Issues certificates to clients, and takes them back.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset _from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private byte _serial;

    public TestAuthority(string name)
    {
        CertificateRequest request = new($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(_from, TestCertificate.Expiry);
    }

    public byte[] Pem => TestCertificate.Bytes(_certificate.ExportCertificatePem());

    /// <summary>The number of the certificate that was issued last.</summary>
    public byte[] LastSerial => [_serial];

    public TestCertificate Issue(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        _serial++;
        using X509Certificate2 certificate = request.Create(_certificate, _from, TestCertificate.Expiry, LastSerial);
        return new(TestCertificate.Bytes(certificate.ExportCertificatePem()), TestCertificate.Bytes(key.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>A list of those that are not valid any more.</summary>
    public byte[] Revoke(params byte[][] serials)
    {
        CertificateRevocationListBuilder list = new();
        foreach (byte[] serial in serials)
        {
            list.AddEntry(serial);
        }

        byte[] content = list.Build(_certificate, 1, TestCertificate.Expiry, HashAlgorithmName.SHA256, thisUpdate: _from);
        return TestCertificate.Bytes(PemEncoding.WriteString("X509 CRL", content));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
