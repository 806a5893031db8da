using System.Globalization;

using Sluice.Configuration;

namespace Sluice.Relayd.Configuration;

/// <summary>The files of a certificate, by its name and the port of the listener (R-TLS-20, R-TLS-21).</summary>
internal sealed class CertificateFinder(IHostFacts host)
{
    public const string Certificates = "/etc/ssl/";
    public const string Keys = "/etc/ssl/private/";

    /// <summary>What belongs to a name: with the port where such a certificate is there, else without. Null where a file cannot be read.</summary>
    public CertificateFiles? Find(Keypair keypair, int port)
    {
        string withPort = $"{keypair.Name}:{port.ToString(CultureInfo.InvariantCulture)}";
        bool hasPort = keypair.Certificate is null && CanRead($"{Certificates}{withPort}.crt");
        string name = hasPort ? withPort : keypair.Name;
        string certificate = keypair.Certificate ?? $"{Certificates}{name}.crt";
        string key = keypair.Key ?? $"{Keys}{name}.key";
        if (!CanRead(certificate) || !CanRead(key) || (keypair.Ocsp is { } staple && !CanRead(staple)))
        {
            return null;
        }

        string? ocsp = keypair.Ocsp ?? (CanRead($"{Certificates}{name}.ocsp") ? $"{Certificates}{name}.ocsp" : null);
        return new CertificateFiles(certificate, key, ocsp);
    }

    private bool CanRead(string path) => host.Read(path) is not null;
}
