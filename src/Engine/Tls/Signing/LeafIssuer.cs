using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Tls.Certificates;

namespace Sluice.Engine.Tls.Signing;

/// <summary>Who signs a leaf.</summary>
public enum LeafTrust
{
    /// <summary>The authority that clients know.</summary>
    Known,

    /// <summary>One that was made with this object, and that nobody knows: the original has not proved who it is.</summary>
    Unknown,
}

/// <summary>
/// Holds the keys of authorities, and issues copies of servers' certificates with them: leaves under keys of the same process, and nothing else. Whoever asks hands over
/// the original, and chooses nothing but which of these keys (D-45).
/// </summary>
/// <remarks>What a copy has of the original: subject, names of servers, validity, and usage of the key as far as that can be; it is for servers and issues nothing. All else belongs to the
/// original's authority, such as where it is asked about revocation, and would be wrong.</remarks>
public sealed class LeafIssuer : IDisposable
{
    /// <summary>No original is longer, and no copy.</summary>
    public const int MostBytes = CertificateParts.MostBytes;

    private const int SerialLength = 16;

    private readonly Dictionary<uint, Authority> _authorities = [];
    private Authority? _unknown;

    private static ReadOnlySpan<byte> CommonName => [0x55, 0x04, 0x03];

    private static ReadOnlySpan<byte> RsaWithSha256 => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];

    private static ReadOnlySpan<byte> EcdsaWithSha256 => [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

    private static ReadOnlySpan<byte> Ed25519 => [0x2b, 0x65, 0x70];

    /// <summary>Whether the bytes are a certificate that can be copied.</summary>
    public static bool CanCopy(ReadOnlySpan<byte> original) => CertificateParts.Read(original) is not null;

    /// <summary>Takes an authority; one that was there under that number is replaced.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="certificatePem">PEM text; the first one is its own.</param>
    /// <param name="keyPem">PEM text.</param>
    /// <param name="passphrase">What opens the key; empty for one that is open.</param>
    /// <param name="error">What is wrong with it, where the result is false.</param>
    public bool TryAdd(uint id, ReadOnlySpan<byte> certificatePem, ReadOnlySpan<byte> keyPem, ReadOnlySpan<byte> passphrase, out string error)
    {
        using CertificateChain? chain = CertificateChain.Read(certificatePem, out error);
        if (chain is null)
        {
            return false;
        }

        if (CertificateParts.Read(chain.LeafBytes()) is not { } parts)
        {
            error = "the certificate is not understood";
            return false;
        }

#pragma warning disable CA2000 // The authority has it.
        SigningKey? key = SigningKey.Read(keyPem, passphrase, out error);
#pragma warning restore CA2000
        if (key is null)
        {
            return false;
        }

        Remove(id);
        _authorities.Add(id, new Authority(parts.Subject, parts.KeyIdentifier.Length > 0 ? parts.KeyIdentifier : Identifier(parts.PublicKey), key));
        return true;
    }

    /// <summary>Forgets an authority.</summary>
    public void Remove(uint id)
    {
        if (_authorities.Remove(id, out Authority? authority))
        {
            authority.Key.Dispose();
        }
    }

    /// <summary>Issues a copy of a certificate.</summary>
    /// <param name="authority">The number of the authority that was asked for.</param>
    /// <param name="trust">Whether it is to sign.</param>
    /// <param name="keys">Those that the copy may be under.</param>
    /// <param name="keyId">Which of them.</param>
    /// <param name="original">DER.</param>
    /// <param name="leaf">DER; empty where there is none.</param>
    public SigningResult Issue(uint authority, LeafTrust trust, TlsSigner keys, uint keyId, ReadOnlySpan<byte> original, out byte[] leaf)
    {
        ArgumentNullException.ThrowIfNull(keys);
        leaf = [];
        if (!_authorities.TryGetValue(authority, out Authority? issuer) || keys.Find(keyId) is not { } key)
        {
            return SigningResult.UnknownKey;
        }

        if (CertificateParts.Read(original) is not { } parts)
        {
            return SigningResult.NotACertificate;
        }

        issuer = trust == LeafTrust.Known ? issuer : _unknown ??= MakeUnknown();
        byte[] algorithm = Algorithm(issuer.Key.Kind);
        byte[] content = Content(parts, issuer, key, algorithm);
        byte[] signature = new byte[issuer.Key.MostSignature];
        int length = issuer.Key.Sign(
            issuer.Key.Kind == KeyKind.Ed25519 ? 0 : OpenSsl.EVP_sha256(),
            issuer.Key.Kind == KeyKind.Rsa ? SigningKey.Padding.Pkcs1 : SigningKey.Padding.None,
            content,
            signature);
        leaf = length == 0 ? [] : Der.Element(Der.Sequence, content, algorithm, Der.Element(Der.BitString, [0], signature[..length]));
        return length == 0 ? SigningResult.WrongScheme : SigningResult.Done;
    }

    /// <summary>Frees the keys; OpenSSL clears their memory.</summary>
    public void Dispose()
    {
        foreach (Authority authority in _authorities.Values.Append(_unknown).OfType<Authority>())
        {
            authority.Key.Dispose();
        }

        _authorities.Clear();
        _unknown = null;
    }

    // RFC 5280 4.1.
    private static byte[] Content(CertificateParts parts, Authority issuer, SigningKey key, byte[] algorithm)
    {
        byte[] publicKey = key.PublicKey();
        bool namesNobody = parts.Subject.Length == Der.Element(Der.Sequence).Length;
        byte[] extensions = Der.Element(
            Der.Sequence,
            CertificateExtensions.OfLeaf(),
            CertificateExtensions.Usage(parts.KeyUsage, key.Kind),
            CertificateExtensions.ForServers(),
            CertificateExtensions.Key(Identifier(publicKey)),
            CertificateExtensions.Authority(issuer.KeyIdentifier),
            CertificateExtensions.Names(parts.Names, namesNobody ? CertificateExtensions.Weight.Critical : CertificateExtensions.Weight.Usual));
        const byte Version3 = 2;
        return Der.Element(
            Der.Sequence,
            Der.Element(Der.PlaceOfElements(0), Der.Element(Der.Integer, [Version3])),
            Der.Element(Der.Integer, Serial()),
            algorithm,
            issuer.Name,
            parts.Validity,
            parts.Subject,
            publicKey,
            Der.Element(Der.PlaceOfElements(3), extensions));
    }

    // A number above zero, whose first byte is not zero.
    private static byte[] Serial()
    {
        byte[] serial = new byte[SerialLength];
        SystemRandom.Fill(serial);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
        return serial;
    }

    private static byte[] Algorithm(KeyKind kind) => kind switch
    {
        // RFC 4055 5: here the parameters are there, and nothing.
        KeyKind.Rsa => Der.Element(Der.Sequence, Der.Element(Der.ObjectIdentifier, RsaWithSha256.ToArray()), [0x05, 0x00]),
        KeyKind.Ecdsa => Der.Element(Der.Sequence, Der.Element(Der.ObjectIdentifier, EcdsaWithSha256.ToArray())),
        _ => Der.Element(Der.Sequence, Der.Element(Der.ObjectIdentifier, Ed25519.ToArray())),
    };

    // RFC 5280 4.2.1.2 (1).
    private static unsafe byte[] Identifier(ReadOnlySpan<byte> publicKey)
    {
        const int Sha1Length = 20;
        byte[] bits = CertificateParts.KeyBits(publicKey);
        byte[] identifier = new byte[Sha1Length];
        fixed (byte* start = bits)
        fixed (byte* digest = identifier)
        {
            TlsLibrary.Check(OpenSsl.EVP_Digest(start, (nuint)bits.Length, digest, size: null, OpenSsl.EVP_sha1(), 0), "EVP_Digest");
        }

        return identifier;
    }

    private static Authority MakeUnknown()
    {
#pragma warning disable CA2000 // The authority has it.
        SigningKey key = SigningKey.Make();
#pragma warning restore CA2000
        byte[] text = Der.Element(Der.Utf8String, Encoding.ASCII.GetBytes("not verified by the relay"));
        byte[] attribute = Der.Element(Der.Sequence, Der.Element(Der.ObjectIdentifier, CommonName.ToArray()), text);
        return new Authority(Der.Element(Der.Sequence, Der.Element(Der.Set, attribute)), Identifier(key.PublicKey()), key);
    }

    /// <summary>Who signs.</summary>
    /// <param name="Name">Its subject, a Name.</param>
    /// <param name="KeyIdentifier">What its key is called.</param>
    /// <param name="Key">Its key.</param>
    private sealed record Authority(byte[] Name, byte[] KeyIdentifier, SigningKey Key);
}
