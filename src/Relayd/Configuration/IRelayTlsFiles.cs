using Sluice.Daemon.Keys;

namespace Sluice.Relayd.Configuration;

/// <summary>
/// Certificates and keys, when a configuration is loaded. Programs pass the host's, tests their own. The configuration gets a
/// number for a key and never its content.
/// </summary>
internal interface IRelayTlsFiles
{
    /// <summary>Reads a certificate and its key.</summary>
    /// <param name="relay">The relay's name, for what is said later.</param>
    /// <param name="files">Where they are.</param>
    /// <param name="fault">What is wrong with them, where the result is null.</param>
    TlsIdentity? Identify(string relay, CertificateFiles files, out PairFault fault);

    /// <summary>Reads the certificate of an authority that issues others, and its key.</summary>
    /// <param name="relay">The relay's name, for what is said later.</param>
    /// <param name="certificate">The certificate's path.</param>
    /// <param name="key">The key's, and its password.</param>
    /// <param name="fault">What is wrong with them, where the result is null.</param>
    TlsIdentity? IdentifyAuthority(string relay, string certificate, CaKey key, out PairFault fault);

    /// <summary>Whether a file with a key is there and may be read; nothing of it is (D-65).</summary>
    /// <param name="path">Absolute.</param>
    bool CanRead(string path);

    /// <summary>Why keys of session tickets cannot come from a file, in a sentence for the operator; null where they can.</summary>
    /// <param name="path">The file.</param>
    string? FindTicketFault(string path);

    /// <summary>Why a relay cannot speak TLS with clients as configured, in words for the operator; null where it can.</summary>
    /// <param name="relay">With what its certificates contain.</param>
    /// <param name="options">Those of its protocol.</param>
    string? FindFault(Relay relay, RelayTls options);

    /// <summary>Why relays cannot speak TLS with hosts as configured, in words for the operator; null where they can.</summary>
    /// <param name="options">With what the files of authorities contain.</param>
    string? FindHostFault(RelayTls options);
}
