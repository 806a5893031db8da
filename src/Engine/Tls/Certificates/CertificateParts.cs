using System;

namespace Sluice.Engine.Tls.Certificates;

/// <summary>What a copy takes over of a certificate, read from DER (RFC 5280) without OpenSSL, since it is somebody's of whom nothing is known.</summary>
/// <param name="Subject">Whom it names: a Name.</param>
/// <param name="Validity">When it is valid: a Validity.</param>
/// <param name="PublicKey">The key: a SubjectPublicKeyInfo.</param>
internal sealed record CertificateParts(byte[] Subject, byte[] Validity, byte[] PublicKey)
{
    /// <summary>No certificate is longer.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>The names of hosts and addresses that it is for, one behind the other; empty where it has none.</summary>
    public byte[] Names { get; private set; } = [];

    /// <summary>What the key may be used for, the first eight bits of KeyUsage; null where it does not say.</summary>
    public byte? KeyUsage { get; private set; }

    /// <summary>What certificates that it has issued call its key; empty where it does not say.</summary>
    public byte[] KeyIdentifier { get; private set; } = [];

    /// <summary>Reads them; null where the bytes are no certificate.</summary>
    public static CertificateParts? Read(ReadOnlySpan<byte> certificate)
    {
        if (certificate.Length > MostBytes
            || !Der.TryTake(ref certificate, Der.Sequence, out ReadOnlySpan<byte> rest) || !certificate.IsEmpty
            || !Der.TryTake(ref rest, Der.Sequence, out ReadOnlySpan<byte> signed)
            || !Der.TryTake(ref rest, Der.Sequence, out _) || !Der.TryTake(ref rest, Der.BitString, out _) || !rest.IsEmpty)
        {
            return null;
        }

        // Those of version 1 do not say which they are.
        _ = Der.TryTake(ref signed, Der.PlaceOfElements(0), out _);
        bool isRead = Der.TryTake(ref signed, Der.Integer, out _);
        isRead &= Der.TryTake(ref signed, Der.Sequence, out _);
        isRead &= Der.TryTake(ref signed, Der.Sequence, out _);
        isRead &= Der.TryTakeWhole(ref signed, Der.Sequence, out ReadOnlySpan<byte> validity) && IsValidity(validity);
        isRead &= Der.TryTakeWhole(ref signed, Der.Sequence, out ReadOnlySpan<byte> subject) && IsName(subject);
        isRead &= Der.TryTakeWhole(ref signed, Der.Sequence, out ReadOnlySpan<byte> key) && KeyBits(key).Length > 0;
        CertificateParts parts = new(subject.ToArray(), validity.ToArray(), key.ToArray());
        return isRead && parts.TryReadExtensions(signed) ? parts : null;
    }

    /// <summary>The key itself, which RFC 5280 4.2.1.2 makes identifiers of; empty where the bytes are no SubjectPublicKeyInfo.</summary>
    public static byte[] KeyBits(ReadOnlySpan<byte> publicKey) =>
        Der.TryTake(ref publicKey, Der.Sequence, out ReadOnlySpan<byte> rest)
            && Der.TryTake(ref rest, Der.Sequence, out _)
            && Der.TryTake(ref rest, Der.BitString, out ReadOnlySpan<byte> bits) && bits is [0, ..]
            ? bits[1..].ToArray()
            : [];

    private bool TryReadExtensions(ReadOnlySpan<byte> rest)
    {
        _ = Der.TryTake(ref rest, Der.Place(1), out _);
        _ = Der.TryTake(ref rest, Der.Place(2), out _);
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!Der.TryTake(ref rest, Der.PlaceOfElements(3), out ReadOnlySpan<byte> place) || !rest.IsEmpty
            || !Der.TryTake(ref place, Der.Sequence, out ReadOnlySpan<byte> extensions) || !place.IsEmpty)
        {
            return false;
        }

        while (!extensions.IsEmpty)
        {
            if (!Der.TryTake(ref extensions, Der.Sequence, out ReadOnlySpan<byte> extension)
                || !Der.TryTake(ref extension, Der.ObjectIdentifier, out ReadOnlySpan<byte> kind))
            {
                return false;
            }

            _ = Der.TryTake(ref extension, Der.Boolean, out _);
            if (!Der.TryTake(ref extension, Der.OctetString, out ReadOnlySpan<byte> value) || !extension.IsEmpty || !TryRead(kind, value))
            {
                return false;
            }
        }

        return true;
    }

    // What is not known, such as where the authority can be asked, is not taken over. None is there twice (RFC 5280 4.2).
    private bool TryRead(ReadOnlySpan<byte> kind, ReadOnlySpan<byte> value)
    {
        bool isRead = true;
        if (kind.SequenceEqual(CertificateExtensions.SubjectAlternativeName))
        {
            isRead = Der.TryTake(ref value, Der.Sequence, out ReadOnlySpan<byte> names) && value.IsEmpty && AreNames(names) && Names.Length == 0;
            Names = names.ToArray();
        }
        else if (kind.SequenceEqual(CertificateExtensions.KeyUsage))
        {
            isRead = Der.TryTake(ref value, Der.BitString, out ReadOnlySpan<byte> bits) && value.IsEmpty && bits.Length is >= 1 and <= 3 && KeyUsage is null;
            KeyUsage = bits.Length > 1 ? bits[1] : (byte)0;
        }
        else if (kind.SequenceEqual(CertificateExtensions.SubjectKeyIdentifier))
        {
            isRead = Der.TryTake(ref value, Der.OctetString, out ReadOnlySpan<byte> identifier) && value.IsEmpty && KeyIdentifier.Length == 0;
            KeyIdentifier = identifier.ToArray();
        }

        return isRead;
    }

    private static bool IsValidity(ReadOnlySpan<byte> validity) =>
        Der.TryTake(ref validity, Der.Sequence, out ReadOnlySpan<byte> times) && TryTakeTime(ref times) && TryTakeTime(ref times) && times.IsEmpty;

    // RFC 5280 4.1.2.5: to the second, and in UTC.
    private static bool TryTakeTime(ref ReadOnlySpan<byte> times)
    {
        const int ShortYear = 2, LongYear = 4;
        int yearDigits = Der.TryTake(ref times, Der.UtcTime, out ReadOnlySpan<byte> time) ? ShortYear
            : Der.TryTake(ref times, Der.GeneralizedTime, out time) ? LongYear
            : 0;
        return yearDigits > 0 && time.Length == yearDigits + "MMDDHHMMSSZ".Length && time[^1] == (byte)'Z'
            && !time[..^1].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && IsMoment(time[yearDigits..]);
    }

    private static bool IsMoment(ReadOnlySpan<byte> time) =>
        Digits(time) is >= 1 and <= 12 && Digits(time[2..]) is >= 1 and <= 31 && Digits(time[4..]) <= 23 && Digits(time[6..]) <= 59 && Digits(time[8..]) <= 59;

    private static int Digits(ReadOnlySpan<byte> time) => ((time[0] - '0') * 10) + time[1] - '0';

    // Sets of attributes, of which each has a kind and a text.
    private static bool IsName(ReadOnlySpan<byte> name)
    {
        bool isName = Der.TryTake(ref name, Der.Sequence, out ReadOnlySpan<byte> sets);
        while (isName && !sets.IsEmpty)
        {
            isName = Der.TryTake(ref sets, Der.Set, out ReadOnlySpan<byte> attributes) && !attributes.IsEmpty;
            while (isName && !attributes.IsEmpty)
            {
                isName = Der.TryTake(ref attributes, Der.Sequence, out ReadOnlySpan<byte> attribute)
                    && Der.TryTake(ref attribute, Der.ObjectIdentifier, out ReadOnlySpan<byte> kind) && IsKind(kind)
                    && Der.TryTakeAny(ref attribute, out byte tag, out ReadOnlySpan<byte> text, out _) && IsText(tag, text.Length) && attribute.IsEmpty;
            }
        }

        return isName;
    }

    // X.690 8.19: numbers in their shortest form, of which each byte but the last has the first bit.
    private static bool IsKind(ReadOnlySpan<byte> kind)
    {
        const byte More = 0x80;
        bool isKind = kind is [.., < More];
        for (int at = 0; at < kind.Length; at++)
        {
            isKind &= kind[at] != More || (at > 0 && kind[at - 1] >= More);
        }

        return isKind;
    }

    // UTF8String, PrintableString, T61String, IA5String, UniversalString and BMPString: the last two have four and two bytes for a letter.
    private static bool IsText(byte tag, int length) =>
        tag is Der.Utf8String or 0x13 or 0x14 or 0x16 || (tag == 0x1c && length % 4 == 0) || (tag == 0x1e && length % 2 == 0);

    private static bool AreNames(ReadOnlySpan<byte> names)
    {
        bool areNames = !names.IsEmpty;
        while (areNames && !names.IsEmpty)
        {
            areNames = Der.TryTakeAny(ref names, out byte tag, out ReadOnlySpan<byte> name, out _)
                && (!CertificateExtensions.IsOfServer(tag) || IsNameOfServer(tag, name));
        }

        return areNames;
    }

    private static bool IsNameOfServer(byte tag, ReadOnlySpan<byte> name) => tag == CertificateExtensions.Address
        ? name.Length is 4 or 16
        : !name.IsEmpty && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');
}
