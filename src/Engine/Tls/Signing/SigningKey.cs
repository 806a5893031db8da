using System;

using Sluice.Engine.Native;
using Sluice.Engine.Tls.Certificates;

namespace Sluice.Engine.Tls.Signing;

/// <summary>A private key in this process, and how it signs.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly KeyHandle _handle;

    private SigningKey(KeyHandle handle, KeyKind kind)
    {
        _handle = handle;
        Kind = kind;
    }

    /// <summary>How the bytes of a signature of RSA are arranged.</summary>
    internal enum Padding
    {
        None,
        Pkcs1,
        Pss,
    }

    public KeyKind Kind { get; }

    /// <summary>Bytes of its longest signature.</summary>
    public int MostSignature => OpenSsl.EVP_PKEY_get_size(_handle.Pointer);

    /// <summary>Reads one.</summary>
    /// <param name="pem">PEM text.</param>
    /// <param name="passphrase">What opens it; empty for one that is open.</param>
    /// <param name="error">What is wrong with it, where the result is null.</param>
    public static SigningKey? Read(ReadOnlySpan<byte> pem, ReadOnlySpan<byte> passphrase, out string error)
    {
        TlsLibrary.Start();
        error = "";
        KeyHandle? handle = PemText.PrivateKey(pem, passphrase, out TlsError reason);
        if (handle is null)
        {
            error = $"the private key cannot be read: {reason.Describe()}";
            return null;
        }

        KeyKind kind = RemoteKey.KindOf(handle.Pointer);
        if (kind != KeyKind.Unknown)
        {
            return new SigningKey(handle, kind);
        }

        handle.Dispose();
        error = "the private key is none of RSA, ECDSA and Ed25519";
        return null;
    }

    /// <summary>Makes a new one, P-256.</summary>
    public static SigningKey Make() => new(TlsWarmUp.MakeKey(), KeyKind.Ecdsa);

    /// <summary>Signs; 0 bytes where the key cannot sign so.</summary>
    /// <param name="hash">An EVP_MD; 0 for keys that hash by themselves.</param>
    /// <param name="padding">None but for RSA.</param>
    /// <param name="content">What.</param>
    /// <param name="signature">Room for <see cref="MostSignature"/>.</param>
    public unsafe int Sign(nint hash, Padding padding, ReadOnlySpan<byte> content, Span<byte> signature)
    {
        nint context = OpenSsl.EVP_MD_CTX_new();
        nint keyContext;
        nuint written = (nuint)signature.Length;
        bool isSigned = OpenSsl.EVP_DigestSignInit(context, &keyContext, hash, 0, _handle) == 1 && TrySetPadding(keyContext, padding);
        fixed (byte* output = signature)
        fixed (byte* input = content)
        {
            isSigned = isSigned && OpenSsl.EVP_DigestSign(context, output, &written, input, (nuint)content.Length) == 1;
        }

        OpenSsl.EVP_MD_CTX_free(context);
        OpenSsl.ERR_clear_error();
        return isSigned ? (int)written : 0;
    }

    /// <summary>The public half as certificates have it: SubjectPublicKeyInfo.</summary>
    public unsafe byte[] PublicKey()
    {
        int length = OpenSsl.i2d_PUBKEY(_handle.Pointer, output: null);
        TlsLibrary.Check(length, "i2d_PUBKEY");
        byte[] written = new byte[length];
        fixed (byte* start = written)
        {
            byte* at = start;
            TlsLibrary.Check(OpenSsl.i2d_PUBKEY(_handle.Pointer, &at), "i2d_PUBKEY");
        }

        return written;
    }

    /// <summary>Frees it; OpenSSL clears its memory.</summary>
    public void Dispose() => _handle.Dispose();

    private static bool TrySetPadding(nint keyContext, Padding padding) => padding switch
    {
        Padding.Pkcs1 => OpenSsl.EVP_PKEY_CTX_set_rsa_padding(keyContext, OpenSsl.RSA_PKCS1_PADDING) == 1,
        Padding.Pss => OpenSsl.EVP_PKEY_CTX_set_rsa_padding(keyContext, OpenSsl.RSA_PKCS1_PSS_PADDING) == 1
            && OpenSsl.EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, OpenSsl.RSA_PSS_SALTLEN_DIGEST) == 1,
        _ => true,
    };
}
