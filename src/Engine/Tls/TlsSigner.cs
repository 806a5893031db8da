using System;
using System.Collections.Generic;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>
/// Holds private keys and signs with them: handshakes, and nothing else. Whoever asks hands over the bytes and not their
/// hash, so that this can be seen (D-07).
/// </summary>
public sealed class TlsSigner : ISigner, IDisposable
{
    private readonly Dictionary<uint, PrivateKey> _keys = [];

    /// <summary>Takes a key; one that was there under that number is replaced.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="pem">PEM text, without a passphrase.</param>
    /// <param name="error">What is wrong with it, where the result is false.</param>
    public bool TryAdd(uint id, ReadOnlySpan<byte> pem, out string error)
    {
        TlsLibrary.Start();
        error = "";
        KeyHandle? handle = PemText.PrivateKey(pem, out TlsError reason);
        if (handle is null)
        {
            error = $"the private key cannot be read: {reason.Describe()}";
            return false;
        }

        KeyKind kind = RemoteKey.KindOf(handle.Pointer);
        if (kind == KeyKind.Unknown)
        {
            handle.Dispose();
            error = "the private key is none of RSA, ECDSA and Ed25519";
            return false;
        }

        if (_keys.Remove(id, out PrivateKey former))
        {
            former.Handle.Dispose();
        }

        _keys.Add(id, new PrivateKey(handle, kind));
        return true;
    }

    /// <inheritdoc/>
    public SigningResult Sign(
        SignatureScheme scheme, uint keyId, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
    {
        length = 0;
        if (!_keys.TryGetValue(keyId, out PrivateKey key))
        {
            return SigningResult.UnknownKey;
        }

        SignedContentKind kind = SignedContent.KindOf(content);
        if (kind == SignedContentKind.Other)
        {
            return SigningResult.NotAHandshake;
        }

        // RFC 8446 4.2.3: PKCS #1 1.5 signs no TLS 1.3 handshake.
        Padding padding = PaddingOf(scheme);
        bool isForbidden = padding == Padding.Pkcs1 && kind == SignedContentKind.CertificateVerify;
        return isForbidden || key.Kind != KindOf(scheme) || signature.Length < OpenSsl.EVP_PKEY_get_size(key.Handle.Pointer)
            ? SigningResult.WrongScheme
            : Sign(key.Handle, HashOf(scheme), padding, content, signature, out length);
    }

    /// <summary>Frees the keys; OpenSSL clears their memory.</summary>
    public void Dispose()
    {
        foreach (PrivateKey key in _keys.Values)
        {
            key.Handle.Dispose();
        }

        _keys.Clear();
    }

    private static unsafe SigningResult Sign(
        KeyHandle key, nint hash, Padding padding, ReadOnlySpan<byte> content, Span<byte> signature, out int length)
    {
        nint context = OpenSsl.EVP_MD_CTX_new();
        nint keyContext;
        nuint written = (nuint)signature.Length;
        bool isSigned = OpenSsl.EVP_DigestSignInit(context, &keyContext, hash, 0, key) == 1 && TrySetPadding(keyContext, padding);
        fixed (byte* output = signature)
        fixed (byte* input = content)
        {
            isSigned = isSigned && OpenSsl.EVP_DigestSign(context, output, &written, input, (nuint)content.Length) == 1;
        }

        OpenSsl.EVP_MD_CTX_free(context);
        OpenSsl.ERR_clear_error();
        length = isSigned ? (int)written : 0;
        return isSigned ? SigningResult.Done : SigningResult.WrongScheme;
    }

    private static bool TrySetPadding(nint keyContext, Padding padding) => padding switch
    {
        Padding.Pkcs1 => OpenSsl.EVP_PKEY_CTX_set_rsa_padding(keyContext, OpenSsl.RSA_PKCS1_PADDING) == 1,
        Padding.Pss => OpenSsl.EVP_PKEY_CTX_set_rsa_padding(keyContext, OpenSsl.RSA_PKCS1_PSS_PADDING) == 1
            && OpenSsl.EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, OpenSsl.RSA_PSS_SALTLEN_DIGEST) == 1,
        _ => true,
    };

    private static KeyKind KindOf(SignatureScheme scheme) => scheme switch
    {
        SignatureScheme.None => KeyKind.Unknown,
        SignatureScheme.Ed25519 => KeyKind.Ed25519,
        SignatureScheme.EcdsaSha256 or SignatureScheme.EcdsaSha384 or SignatureScheme.EcdsaSha512 => KeyKind.Ecdsa,
        _ => KeyKind.Rsa,
    };

    private static Padding PaddingOf(SignatureScheme scheme) => scheme switch
    {
        SignatureScheme.RsaPkcs1Sha256 or SignatureScheme.RsaPkcs1Sha384 or SignatureScheme.RsaPkcs1Sha512 => Padding.Pkcs1,
        SignatureScheme.RsaPssSha256 or SignatureScheme.RsaPssSha384 or SignatureScheme.RsaPssSha512 => Padding.Pss,
        _ => Padding.None,
    };

    // None for Ed25519, which hashes by itself.
    private static nint HashOf(SignatureScheme scheme) => scheme switch
    {
        SignatureScheme.RsaPkcs1Sha256 or SignatureScheme.RsaPssSha256 or SignatureScheme.EcdsaSha256 => OpenSsl.EVP_sha256(),
        SignatureScheme.RsaPkcs1Sha384 or SignatureScheme.RsaPssSha384 or SignatureScheme.EcdsaSha384 => OpenSsl.EVP_sha384(),
        SignatureScheme.RsaPkcs1Sha512 or SignatureScheme.RsaPssSha512 or SignatureScheme.EcdsaSha512 => OpenSsl.EVP_sha512(),
        _ => 0,
    };

    private enum Padding
    {
        None,
        Pkcs1,
        Pss,
    }

    private readonly record struct PrivateKey(KeyHandle Handle, KeyKind Kind);
}
