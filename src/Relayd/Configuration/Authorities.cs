using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;

namespace Sluice.Relayd.Configuration;

/// <summary>Who may have issued certificates of others: the contents of files, one character for each byte.</summary>
/// <param name="Certificates">PEM, with nothing but certificates.</param>
/// <param name="RevocationLists">PEM, with a list of each of them; empty where none is asked for.</param>
internal sealed record Authorities(string Certificates, string RevocationLists)
{
    /// <summary>Those of files, which may contain other things too, such as keys: they stay behind.</summary>
    /// <param name="certificates">Content of a file.</param>
    /// <param name="revocationLists">Content of another; null for none.</param>
    public static Authorities In(byte[] certificates, byte[]? revocationLists) =>
        new(CertificateText.Certificates(certificates), revocationLists is null ? "" : CertificateText.RevocationLists(revocationLists));

    /// <summary>The same, to verify servers with.</summary>
    public ServerVerification ForServers() => new(Bytes.Of(Certificates), Bytes.Of(RevocationLists));
}
