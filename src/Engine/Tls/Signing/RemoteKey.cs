using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls.Signing;

/// <summary>A key whose private half is elsewhere.</summary>
internal sealed class RemoteKey(KeyKind kind)
{
    public KeyKind Kind => kind;

    /// <summary>An EVP_PKEY of the usual provider; once OpenSSL has imported this key, it holds a reference.</summary>
    public nint Public { get; set; }

    public ISigner? Signer { get; set; }

    public uint Id { get; set; }

    /// <summary>The kind of any EVP_PKEY.</summary>
    public static KeyKind KindOf(nint key) =>
        IsA(key, KeyKind.Rsa) ? KeyKind.Rsa : IsA(key, KeyKind.Ecdsa) ? KeyKind.Ecdsa : IsA(key, KeyKind.Ed25519) ? KeyKind.Ed25519 : KeyKind.Unknown;

    /// <summary>OpenSSL's name of a kind.</summary>
    public static ReadOnlySpan<byte> NameOf(KeyKind kind) => kind switch
    {
        KeyKind.Rsa => "RSA\0"u8,
        KeyKind.Ecdsa => "EC\0"u8,
        KeyKind.Ed25519 => "ED25519\0"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static unsafe bool IsA(nint key, KeyKind kind)
    {
        fixed (byte* name = NameOf(kind))
        {
            return key != 0 && OpenSsl.EVP_PKEY_is_a(key, name) == 1;
        }
    }
}
