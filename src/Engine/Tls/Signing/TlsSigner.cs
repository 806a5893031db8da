using System;
using System.Collections.Generic;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls.Signing;

/// <summary>
/// Holds private keys and signs with them: handshakes, and nothing else. Whoever asks hands over the bytes and not their
/// hash, so that this can be seen (D-07).
/// </summary>
public sealed class TlsSigner : ISigner, IDisposable
{
    private readonly Dictionary<uint, SigningKey> _keys = [];

    /// <summary>Takes a key; one that was there under that number is replaced.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="pem">PEM text, without a passphrase.</param>
    /// <param name="error">What is wrong with it, where the result is false.</param>
    public bool TryAdd(uint id, ReadOnlySpan<byte> pem, out string error)
    {
#pragma warning disable CA2000 // Kept, and freed with the others.
        SigningKey? key = SigningKey.Read(pem, passphrase: default, out error);
#pragma warning restore CA2000
        if (key is null)
        {
            return false;
        }

        Remove(id);
        _keys.Add(id, key);
        return true;
    }

    /// <summary>Forgets a key; OpenSSL clears its memory.</summary>
    public void Remove(uint id)
    {
        if (_keys.Remove(id, out SigningKey? key))
        {
            key.Dispose();
        }
    }

    /// <inheritdoc/>
    public SigningResult Sign(
        SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
    {
        length = 0;
        if (!_keys.TryGetValue(keyId, out SigningKey? key))
        {
            return SigningResult.UnknownKey;
        }

        SignedContentKind kind = SignedContent.KindOf(content);
        if (kind == SignedContentKind.Other)
        {
            return SigningResult.NotAHandshake;
        }

        // RFC 8446 4.2.3: PKCS #1 1.5 signs no TLS 1.3 handshake.
        SigningKey.Padding padding = PaddingOf(scheme);
        bool isForbidden = padding == SigningKey.Padding.Pkcs1 && kind == SignedContentKind.CertificateVerify;
        if (!isForbidden && key.Kind == KindOf(scheme) && signature.Length >= key.MostSignature)
        {
            length = key.Sign(HashOf(scheme), padding, content, signature);
        }

        return length > 0 ? SigningResult.Done : SigningResult.WrongScheme;
    }

    /// <summary>Frees the keys; OpenSSL clears their memory.</summary>
    public void Dispose()
    {
        foreach (SigningKey key in _keys.Values)
        {
            key.Dispose();
        }

        _keys.Clear();
    }

    /// <summary>The key of a number; null where there is none.</summary>
    internal SigningKey? Find(uint id) => _keys.GetValueOrDefault(id);

    private static KeyKind KindOf(SignatureScheme scheme) => scheme switch
    {
        SignatureScheme.None => KeyKind.Unknown,
        SignatureScheme.Ed25519 => KeyKind.Ed25519,
        SignatureScheme.EcdsaSha256 or SignatureScheme.EcdsaSha384 or SignatureScheme.EcdsaSha512 => KeyKind.Ecdsa,
        _ => KeyKind.Rsa,
    };

    private static SigningKey.Padding PaddingOf(SignatureScheme scheme) => scheme switch
    {
        SignatureScheme.RsaPkcs1Sha256 or SignatureScheme.RsaPkcs1Sha384 or SignatureScheme.RsaPkcs1Sha512 => SigningKey.Padding.Pkcs1,
        SignatureScheme.RsaPssSha256 or SignatureScheme.RsaPssSha384 or SignatureScheme.RsaPssSha512 => SigningKey.Padding.Pss,
        _ => SigningKey.Padding.None,
    };

    // None for Ed25519, which hashes by itself.
    private static nint HashOf(SignatureScheme scheme) => scheme switch
    {
        SignatureScheme.RsaPkcs1Sha256 or SignatureScheme.RsaPssSha256 or SignatureScheme.EcdsaSha256 => OpenSsl.EVP_sha256(),
        SignatureScheme.RsaPkcs1Sha384 or SignatureScheme.RsaPssSha384 or SignatureScheme.EcdsaSha384 => OpenSsl.EVP_sha384(),
        SignatureScheme.RsaPkcs1Sha512 or SignatureScheme.RsaPssSha512 or SignatureScheme.EcdsaSha512 => OpenSsl.EVP_sha512(),
        _ => 0,
    };
}
