using System;

namespace Sluice.Engine.Tls.Signing;

/// <summary>What a request for a signature came to.</summary>
public enum SigningResult
{
    /// <summary>It is signed.</summary>
    Done,

    /// <summary>There is no key of that number.</summary>
    UnknownKey,

    /// <summary>The key cannot sign so, or the version of the protocol forbids it.</summary>
    WrongScheme,

    /// <summary>The bytes are not what a server signs in a handshake. Nobody honest asks for that: to be reported.</summary>
    NotAHandshake,

    /// <summary>The bytes are no certificate of which a copy could be made. Nobody honest asks for that: to be reported.</summary>
    NotACertificate,

    /// <summary>Nobody is there to sign, or not in time.</summary>
    Unavailable,
}

/// <summary>Who has the private keys: <see cref="TlsSigner"/>, or something that asks one in another process.</summary>
public interface ISigner
{
    /// <summary>Signs. Waits for the signature, so it is bounded in time.</summary>
    /// <param name="scheme">How.</param>
    /// <param name="keyId">With which key.</param>
    /// <param name="content">What is signed: not its hash, so that the signer can see what it is.</param>
    /// <param name="signature">Where it goes; at least as long as the key's longest signature.</param>
    /// <param name="length">Its length; 0 where there is none.</param>
    SigningResult Sign(
        SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length);
}
