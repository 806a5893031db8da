using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Daemon.Wire;
using Sluice.Engine.Tls.Certificates;

namespace Sluice.Daemon.Keys;

/// <summary>A certificate and where it and its key come from.</summary>
/// <param name="Certificate">PEM text of the server's own certificate.</param>
/// <param name="CertificateFile">Its file.</param>
/// <param name="KeyFile">That of the key.</param>
/// <param name="Owners">Those that use the pair, as the log names them.</param>
internal sealed record KeyPair(string Certificate, string CertificateFile, string KeyFile, IReadOnlyList<string> Owners)
{
    /// <summary>Why the key is of no use with the certificate, in words for the operator; null where it is.</summary>
    /// <remarks>OpenSSL leaves parts of a key in memory that it has freed: only where keys may be found, or the process ends right after.</remarks>
    /// <param name="key">PEM text.</param>
    /// <param name="passphrase">What opens it; empty for a key that is open.</param>
    public string? FindFault(ReadOnlySpan<byte> key, ReadOnlySpan<byte> passphrase = default)
    {
        using CertificateChain? chain = CertificateChain.Read(Encoding.Latin1.GetBytes(Certificate), out string fault);
        return chain?.Compare(key, passphrase) switch
        {
            null => $"{CertificateFile}: {fault}",
            KeyMatch.Matches => null,
            KeyMatch.Differs => $"{KeyFile} is not the key of {CertificateFile}",
            _ when passphrase.IsEmpty => $"{KeyFile}: there is no private key without a passphrase in it",
            _ => $"{KeyFile}: there is no private key in it that this password opens",
        };
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static KeyPair Read(ref WireReader reader) =>
        new(reader.Latin1(), reader.Latin1(), reader.Latin1(), reader.List(static (ref reader) => reader.Latin1(), sizeof(uint)));

    /// <summary>Writes it.</summary>
    public void Write(WireWriter writer)
    {
        writer.Latin1(Certificate);
        writer.Latin1(CertificateFile);
        writer.Latin1(KeyFile);
        writer.Count(Owners.Count);
        foreach (string owner in Owners)
        {
            writer.Latin1(owner);
        }
    }
}
