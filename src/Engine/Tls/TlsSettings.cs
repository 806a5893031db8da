using System;
using System.Collections.Generic;

using Sluice.Engine.Tls.Signing;

namespace Sluice.Engine.Tls;

/// <summary>Versions of the protocol.</summary>
[Flags]
public enum TlsProtocols
{
    /// <summary>None, with which no context can be made.</summary>
    None = 0,

    /// <summary>TLS 1.2, RFC 5246.</summary>
    Tls12 = 1,

    /// <summary>TLS 1.3, RFC 8446.</summary>
    Tls13 = 2,
}

/// <summary>Whether TLS 1.2 may use finite fields for its key exchange.</summary>
public enum DhParameters
{
    /// <summary>No.</summary>
    None,

    /// <summary>Yes, with a group as strong as the certificate's key.</summary>
    Automatic,
}

/// <summary>How clients are asked for a certificate.</summary>
/// <param name="Authorities">Who may have issued it: PEM text.</param>
/// <param name="RevocationLists">Which are not valid any more: PEM text with a list for each authority; empty to check none.</param>
/// <param name="Demand">What happens without one.</param>
public sealed record ClientVerification(
    ReadOnlyMemory<byte> Authorities, ReadOnlyMemory<byte> RevocationLists, CertificateDemand Demand);

/// <summary>What happens to a client without a certificate; with one that does not verify the handshake fails always.</summary>
public enum CertificateDemand
{
    /// <summary>The handshake fails.</summary>
    Required,

    /// <summary>It is served.</summary>
    Optional,
}

/// <summary>Whose order decides between ciphers that both ends speak.</summary>
public enum CipherOrder
{
    /// <summary>This end's.</summary>
    Own,

    /// <summary>The client's.</summary>
    Client,
}

/// <summary>What becomes of a peer's text in OpenSSL's memory once it was read.</summary>
public enum ReadText
{
    /// <summary>It stays until the memory is used again.</summary>
    Kept,

    /// <summary>It is overwritten: where it may be a secret.</summary>
    Erased,
}

/// <summary>What becomes of a client's first words.</summary>
public enum HelloAnswer
{
    /// <summary>They are answered at once.</summary>
    AtOnce,

    /// <summary>Whoever shakes hands is told of them (<see cref="TlsOutcome.Heard"/>), and chooses who answers.</summary>
    Chosen,
}

/// <summary>Of what a <see cref="TlsContext"/> is made. All of it is in memory: the process that uses it may open no file.</summary>
public sealed record TlsSettings
{
    /// <summary>TLS 1.2 with ephemeral keys and authenticated encryption only (D-41).</summary>
    public const string StrictCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

    /// <summary>X25519, P-256 and P-384.</summary>
    public const string UsualGroups = "X25519:P-256:P-384";

    /// <summary>
    /// The server's certificate and those above it: PEM text. Empty to have none: then handshakes fail but for clients that name a
    /// host of another context.
    /// </summary>
    public required ReadOnlyMemory<byte> Certificate { get; init; }

    /// <summary>Who has the private key.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>By what the signer knows it.</summary>
    public required uint KeyId { get; init; }

    /// <summary>Which versions may be spoken.</summary>
    public TlsProtocols Protocols { get; init; } = TlsProtocols.Tls12 | TlsProtocols.Tls13;

    /// <summary>Cipher suites of TLS 1.2 as ciphers(1) has them. Those without ephemeral keys never: the key may only sign.</summary>
    public string Ciphers { get; init; } = StrictCiphers;

    /// <summary>Whose order decides.</summary>
    public CipherOrder CipherOrder { get; init; }

    /// <summary>Groups for the key exchange, best first, with colons between.</summary>
    public string Groups { get; init; } = UsualGroups;

    /// <summary>Whether TLS 1.2 may use finite fields.</summary>
    public DhParameters Dhe { get; init; }

    /// <summary>What is spoken over it, best first (RFC 7301), such as <c>http/1.1</c>; empty where the question is not answered.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>The OCSP response to staple, DER; empty for none.</summary>
    public ReadOnlyMemory<byte> OcspResponse { get; init; }

    /// <summary>Whether and how clients prove who they are; null where they need not.</summary>
    public ClientVerification? Clients { get; init; }

    /// <summary>What becomes of the client's first words.</summary>
    public HelloAnswer Hello { get; init; }

    /// <summary>What becomes of what was read.</summary>
    public ReadText ReadText { get; init; }

    /// <summary>Keys for session tickets; null where sessions are not resumed.</summary>
    public TicketKeys? Tickets { get; init; }

    /// <summary>
    /// What names the listener. Sessions are resumed only where this and <see cref="Clients"/> are the same, so a ticket
    /// never leads past a check that its first handshake did not pass (D-42).
    /// </summary>
    public required ReadOnlyMemory<byte> Listener { get; init; }
}
