using System.Globalization;

using Sluice.Configuration;
using Sluice.Daemon.Keys;

namespace Sluice.Relayd.Configuration;

/// <summary>The files of a certificate, by its name and the port of the listener (R-TLS-20, R-TLS-21).</summary>
internal sealed class CertificateFinder(IHostFacts host)
{
    public const string Certificates = "/etc/ssl/";
    public const string Keys = "/etc/ssl/private/";

    /// <summary>
    /// What belongs to a name: with the port where such a certificate is there, else without. Null where the certificate or a named response
    /// cannot be read. Of the key only the path is found, since nothing else than the key's own reader is to have it in memory (D-65).
    /// </summary>
    public CertificateFiles? Find(Keypair keypair, int port)
    {
        string withPort = $"{keypair.Name}:{port.ToString(CultureInfo.InvariantCulture)}";
        bool hasPort = keypair.Certificate is null && CanRead($"{Certificates}{withPort}.crt");
        string name = hasPort ? withPort : keypair.Name;
        string certificate = keypair.Certificate ?? $"{Certificates}{name}.crt";
        string key = keypair.Key ?? $"{Keys}{name}.key";
        string ocsp = keypair.Ocsp ?? $"{Certificates}{name}.ocsp";
        byte[]? staple = host.Read(ocsp);
        if (!CanRead(certificate) || (keypair.Ocsp is not null && staple is null))
        {
            return null;
        }

        return new CertificateFiles(certificate, key, ocsp) { NeedsOcsp = keypair.Ocsp is not null, Staple = staple is null ? "" : Bytes.Text(staple) };
    }

    private bool CanRead(string path) => host.Read(path) is not null;
}
