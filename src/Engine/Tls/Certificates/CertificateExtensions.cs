using System;

namespace Sluice.Engine.Tls.Certificates;

/// <summary>Extensions of certificates (RFC 5280 4.2) that are read and written here.</summary>
internal static class CertificateExtensions
{
    /// <summary>Tag of an address among alternative names.</summary>
    public const byte Address = 0x87;

    private const byte HostName = 0x82;
    private const byte Uri = 0x86;

    // KeyUsage, RFC 5280 4.2.1.3: the bits from the left.
    private const byte DigitalSignature = 0x80;
    private const byte KeyEncipherment = 0x20;
    private const byte KeyAgreement = 0x08;

    /// <summary>What becomes of a certificate where an extension is not understood.</summary>
    internal enum Weight
    {
        /// <summary>It is read without it.</summary>
        Usual,

        /// <summary>It is refused.</summary>
        Critical,
    }

    public static ReadOnlySpan<byte> SubjectKeyIdentifier => [0x55, 0x1d, 0x0e];

    public static ReadOnlySpan<byte> KeyUsage => [0x55, 0x1d, 0x0f];

    public static ReadOnlySpan<byte> SubjectAlternativeName => [0x55, 0x1d, 0x11];

    private static ReadOnlySpan<byte> BasicConstraints => [0x55, 0x1d, 0x13];

    private static ReadOnlySpan<byte> AuthorityKeyIdentifier => [0x55, 0x1d, 0x23];

    private static ReadOnlySpan<byte> ExtendedKeyUsage => [0x55, 0x1d, 0x25];

    private static ReadOnlySpan<byte> ServerAuthentication => [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

    /// <summary>Whether a name of this tag is one of a server: a host, an address or a URI.</summary>
    public static bool IsOfServer(byte tag) => tag is HostName or Address or Uri;

    /// <summary>It issues nothing.</summary>
    public static byte[] OfLeaf() => Extension(BasicConstraints, Weight.Critical, Der.Element(Der.Sequence));

    /// <summary>It is for servers of TLS.</summary>
    public static byte[] ForServers() =>
        Extension(ExtendedKeyUsage, Weight.Usual, Der.Element(Der.Sequence, Der.Element(Der.ObjectIdentifier, ServerAuthentication.ToArray())));

    /// <summary>The key signs handshakes; beyond that what the original's key may, as far as this kind of key can (RFC 8813 3).</summary>
    public static byte[] Usage(byte? original, KeyKind kind)
    {
        int possible = kind switch
        {
            KeyKind.Rsa => KeyEncipherment,
            KeyKind.Ecdsa => KeyAgreement,
            _ => 0,
        };
        int bits = DigitalSignature | (original.GetValueOrDefault() & possible);
        return Extension(KeyUsage, Weight.Critical, Der.Element(Der.BitString, [(byte)int.TrailingZeroCount(bits), (byte)bits]));
    }

    /// <summary>Those of these alternative names that a server has; empty where there are none.</summary>
    /// <param name="names">What <see cref="CertificateParts.Names"/> gave.</param>
    /// <param name="weight">Critical where the subject names nobody (RFC 5280 4.2.1.6).</param>
    public static byte[] Names(ReadOnlySpan<byte> names, Weight weight)
    {
        byte[] kept = [];
        while (Der.TryTakeAny(ref names, out byte tag, out _, out ReadOnlySpan<byte> name))
        {
            kept = IsOfServer(tag) ? [.. kept, .. name] : kept;
        }

        return kept.Length == 0 ? [] : Extension(SubjectAlternativeName, weight, Der.Element(Der.Sequence, kept));
    }

    /// <summary>What the key is called.</summary>
    public static byte[] Key(byte[] identifier) => Extension(SubjectKeyIdentifier, Weight.Usual, Der.Element(Der.OctetString, identifier));

    /// <summary>What the key of the authority is called.</summary>
    public static byte[] Authority(byte[] identifier) =>
        Extension(AuthorityKeyIdentifier, Weight.Usual, Der.Element(Der.Sequence, Der.Element(Der.Place(0), identifier)));

    private static byte[] Extension(ReadOnlySpan<byte> kind, Weight weight, byte[] value) => Der.Element(
        Der.Sequence,
        Der.Element(Der.ObjectIdentifier, kind.ToArray()),
        weight == Weight.Critical ? Der.Element(Der.Boolean, [byte.MaxValue]) : [],
        Der.Element(Der.OctetString, value));
}
