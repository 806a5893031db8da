using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;


namespace Sluice.Unit.Fakes;

/// <summary>A certificate and its key, both PEM text, made when a test asks for them first.</summary>
internal sealed record TestCertificate(byte[] Certificate, byte[] Key)
{
    // .NET makes no certificates for such keys; this one is good for a hundred years.
    private const string Ed25519Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBZzCCARmgAwIBAgIUUhv7cjgyum8ym3ekp5evR2S6LHYwBQYDK2VwMBoxGDAW
        BgNVBAMMD2VkMjU1MTkuZXhhbXBsZTAgFw0yNjExMjYxMzI2NTlaGA8yMTI2MTEw
        MjEzMjY1OVowGjEYMBYGA1UEAwwPZWQyNTUxOS5leGFtcGxlMCowBQYDK2VwAyEA
        wJMICnnzok+MhlsdL9hA9bngmTzeljLYEVdQEfb4W8CjbzBtMB0GA1UdDgQWBBSU
        4pn/mdYH0N/1mWhrmp2TE1JkeDAfBgNVHSMEGDAWgBSU4pn/mdYH0N/1mWhrmp2T
        E1JkeDAPBgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGCD2VkMjU1MTkuZXhhbXBs
        ZTAFBgMrZXADQQBZKXB8I6nGMfOKhsOx6pQohlfZVtlYkKXIxDRrRBzzfyO0PNKC
        vYZb03Oe4n+KfP6VCGWgUI0azkr2iggRB/AM
        -----END CERTIFICATE-----
        """;

    private const string Ed25519Key = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIPq63Vq4V1KM4xu3OnjWJ5qrdIYIss7uWUhpSKb6+4k5
        -----END PRIVATE KEY-----
        """;

    private static readonly Dictionary<string, TestCertificate> _made = new(StringComparer.Ordinal);
    private static readonly DateTimeOffset _from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When all of them expire.</summary>
    public static DateTimeOffset Expiry { get; } = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A self-signed one: <c>rsa</c>, <c>P-256</c>, <c>P-384</c>, <c>P-521</c> or <c>ed25519</c>, for some hosts.</summary>
    public static TestCertificate Of(string kind, params string[] names)
    {
        string key = $"{kind} {string.Join(' ', names)}";
        lock (_made)
        {
            if (!_made.TryGetValue(key, out TestCertificate? made))
            {
                made = kind == "ed25519" ? new(Bytes(Ed25519Certificate), Bytes(Ed25519Key)) : Make(kind, names);
                _made.Add(key, made);
            }

            return made;
        }
    }

    public static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static TestCertificate Make(string kind, string[] names)
    {
        using AsymmetricAlgorithm key = kind == "rsa" ? RSA.Create(2048) : ECDsa.Create(Curve(kind));
        X500DistinguishedName subject = new($"CN={names.FirstOrDefault() ?? "nobody"}");
        CertificateRequest request = key is RSA rsa
            ? new(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            alternatives.AddDnsName(name);
        }

        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(alternatives.Build());
        }

        using X509Certificate2 certificate = request.CreateSelfSigned(_from, Expiry);
        return new(Bytes(certificate.ExportCertificatePem()), Bytes(key.ExportPkcs8PrivateKeyPem()));
    }

    private static ECCurve Curve(string name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    };
}
