namespace Sluice.Engine.Tls.Signing;

/// <summary>How a handshake is signed: the code points of RFC 8446 4.2.3. In TLS 1.2 those of ECDSA name no curve.</summary>
public enum SignatureScheme
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary>PKCS #1 1.5 with SHA-256; TLS 1.2 only.</summary>
    RsaPkcs1Sha256 = 0x0401,

    /// <summary>PKCS #1 1.5 with SHA-384; TLS 1.2 only.</summary>
    RsaPkcs1Sha384 = 0x0501,

    /// <summary>PKCS #1 1.5 with SHA-512; TLS 1.2 only.</summary>
    RsaPkcs1Sha512 = 0x0601,

    /// <summary>ECDSA with SHA-256.</summary>
    EcdsaSha256 = 0x0403,

    /// <summary>ECDSA with SHA-384.</summary>
    EcdsaSha384 = 0x0503,

    /// <summary>ECDSA with SHA-512.</summary>
    EcdsaSha512 = 0x0603,

    /// <summary>PSS with SHA-256, by a key for all of RSA.</summary>
    RsaPssSha256 = 0x0804,

    /// <summary>PSS with SHA-384.</summary>
    RsaPssSha384 = 0x0805,

    /// <summary>PSS with SHA-512.</summary>
    RsaPssSha512 = 0x0806,

    /// <summary>Ed25519.</summary>
    Ed25519 = 0x0807,
}
