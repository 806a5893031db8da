using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Certificates that grow old while they are in use.</summary>
[Waits]
public sealed class CertificateAgeTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;

    public CertificateAgeTests()
    {
        _site = new Site(_place);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_certificate_that_comes_near_its_end_is_said_while_the_daemon_runs()
    {
        Pair pair = new(Path.Combine(_place.Folder, "server.crt"), Path.Combine(_place.Folder, "server.key"));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=test", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30).AddSeconds(15));
        File.WriteAllText(pair.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(pair.Key, key.ExportPkcs8PrivateKeyPem());
        _site.Configure(HandshakeTests.Server("test", pair));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Await.Until(
            () => daemon.Said.Any(line => line.Contains($"server \"test\": the certificate {pair.Certificate} expires in 30 days", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(60),
            () => $"it is said: {daemon.Words()}");
    }
}
