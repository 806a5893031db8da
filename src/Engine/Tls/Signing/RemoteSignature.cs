using System;

namespace Sluice.Engine.Tls.Signing;

/// <summary>Hash functions that handshakes are signed with.</summary>
internal enum SignatureHash
{
    None,
    Sha256,
    Sha384,
    Sha512,

    // Such as SHA-1: not asked for by the settings that we make.
    Other,
}

/// <summary>A signature under way: what OpenSSL has said about how to make it.</summary>
internal sealed class RemoteSignature
{
    public RemoteKey? Key { get; set; }

    public SignatureHash Hash { get; set; }

    public bool IsPss { get; set; }

    /// <summary><see cref="SignatureScheme.None"/> where TLS has none such.</summary>
    public SignatureScheme Scheme => (Key?.Kind, Hash, IsPss) switch
    {
        (KeyKind.Rsa, SignatureHash.Sha256, true) => SignatureScheme.RsaPssSha256,
        (KeyKind.Rsa, SignatureHash.Sha384, true) => SignatureScheme.RsaPssSha384,
        (KeyKind.Rsa, SignatureHash.Sha512, true) => SignatureScheme.RsaPssSha512,
        (KeyKind.Rsa, SignatureHash.Sha256, false) => SignatureScheme.RsaPkcs1Sha256,
        (KeyKind.Rsa, SignatureHash.Sha384, false) => SignatureScheme.RsaPkcs1Sha384,
        (KeyKind.Rsa, SignatureHash.Sha512, false) => SignatureScheme.RsaPkcs1Sha512,
        (KeyKind.Ecdsa, SignatureHash.Sha256, _) => SignatureScheme.EcdsaSha256,
        (KeyKind.Ecdsa, SignatureHash.Sha384, _) => SignatureScheme.EcdsaSha384,
        (KeyKind.Ecdsa, SignatureHash.Sha512, _) => SignatureScheme.EcdsaSha512,
        (KeyKind.Ed25519, SignatureHash.None, _) => SignatureScheme.Ed25519,
        _ => SignatureScheme.None,
    };

    /// <summary>By OpenSSL's names.</summary>
    public static SignatureHash HashOf(ReadOnlySpan<byte> name) => name switch
    {
        [] => SignatureHash.None,
        _ when name.SequenceEqual("SHA256"u8) || name.SequenceEqual("SHA2-256"u8) => SignatureHash.Sha256,
        _ when name.SequenceEqual("SHA384"u8) || name.SequenceEqual("SHA2-384"u8) => SignatureHash.Sha384,
        _ when name.SequenceEqual("SHA512"u8) || name.SequenceEqual("SHA2-512"u8) => SignatureHash.Sha512,
        _ => SignatureHash.Other,
    };
}
