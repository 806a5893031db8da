using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls.Certificates;

/// <summary>What a server has shown in a handshake.</summary>
/// <param name="Content">DER.</param>
/// <param name="IsVerified">Whether it has proved who the server is: a known authority has issued it, it is valid now, and it is for the name that the server was told, if it was told one.</param>
public sealed record ServerCertificate(ReadOnlyMemory<byte> Content, bool IsVerified)
{
    /// <summary>Why it has not, in OpenSSL's words; empty where it has.</summary>
    public string Flaw { get; private init; } = "";

    /// <summary>Whether both show the same.</summary>
    public bool Equals(ServerCertificate? other) => other is not null && other.IsVerified == IsVerified && other.Content.Span.SequenceEqual(Content.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Content.Span);
        hash.Add(IsVerified);
        return hash.ToHashCode();
    }

    /// <summary>That of a connection; null where the server has shown none, which suites with keys of both sides allow.</summary>
    internal static ServerCertificate? Read(nint ssl)
    {
        nint certificate = OpenSsl.SSL_get0_peer_certificate(ssl);
        if (certificate == 0)
        {
            return null;
        }

        nint result = OpenSsl.SSL_get_verify_result(ssl);
        return new ServerCertificate(CertificateChain.Bytes(certificate), result == OpenSsl.X509_V_OK) { Flaw = result == OpenSsl.X509_V_OK ? "" : TlsError.OfCertificate(result) };
    }
}
