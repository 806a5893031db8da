using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

using Sluice.Engine.Tls.Signing;

namespace Sluice.Fuzz.Targets;

/// <summary>Copies a certificate; null where it is refused.</summary>
internal delegate byte[]? CertificateCopier(ReadOnlySpan<byte> original);

/// <summary>
/// Copies of certificates that a captured relay may ask the keys process for. The oracle reads the original with .NET's reader: what is copied has the original's subject, validity and names of servers,
/// is signed by the authority, is under its own key, and is never an authority. What the generator did not damage is copied.
/// </summary>
internal sealed class LeafTarget : FuzzTarget
{
    // What stands between what is signed and the bytes of a short signature: ecdsa-with-SHA256, tag and length of a bit string, and that no bit of it is unused.
    private const int HeadLength = 15;

    // A point of P-256, which anybody can look up: its generator.
    private static readonly byte[] _plainKey = Convert.FromHexString(
        "3059301306072A8648CE3D020106082A8648CE3D030107034200046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C2964FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5");

    private static readonly ECDsa _authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa _own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly TlsSigner _keys = new();
    private static readonly LeafIssuer _issuer = MakeIssuer();

    private readonly CertificateCopier _copy;

    public LeafTarget()
        : this(Copy)
    {
    }

    private LeafTarget(CertificateCopier copy)
    {
        _copy = copy;
    }

    public override string Name => "leaf";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes a certificate with something behind it", new LeafTarget(static original => Copy(original) ?? (original.IsEmpty ? null : Copy(original[..^1])))),
        new("copies another name", new LeafTarget(static original => Copy(Replaced(original, "host."u8, "hosu."u8)))),
        new("copies another validity", new LeafTarget(static original => Copy(Replaced(original, "250102"u8, "250103"u8)))),
        new("gives the original back", new LeafTarget(static original => Copy(original) is null ? null : original.ToArray())),
        new("refuses what has no names", new LeafTarget(static original => original.IndexOf("host."u8) < 0 ? null : Copy(original))),
    ];

    public override byte[] Generate(Random random)
    {
        byte[] certificate = Original(random);
        switch (random.Next(4))
        {
            case 0:
                return certificate;
            case 1:
                return [.. certificate, (byte)random.Next(256)];
            case 2:
                return certificate[..random.Next(certificate.Length)];
            default:
                certificate[random.Next(certificate.Length)] = (byte)random.GetItems([0, 1, 0x1f, 0x30, 0x7f, 0x80, 0x81, 0x82, 0xff, random.Next(256)], 1)[0];
                return certificate;
        }
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        byte[]? copy = _copy(input);
        Parts? original = Read(input.ToArray());
        if (copy is null)
        {
            return original is { IsPlain: true } ? "a certificate was refused" : null;
        }

        if (original is null || Read(copy) is not { } leaf)
        {
            return original is null ? "what is no certificate was copied" : "the copy is no certificate";
        }

        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(copy);
        string? wrong = !leaf.Subject.SequenceEqual(original.Subject) ? "the subject is another one"
            : !leaf.Validity.SequenceEqual(original.Validity) ? "the validity is another one"
            : !leaf.Names.SequenceEqual(original.Names, StringComparer.Ordinal) ? "the names are others"
            : !certificate.PublicKey.ExportSubjectPublicKeyInfo().SequenceEqual(_own.ExportSubjectPublicKeyInfo()) ? "the key is another one"
            : certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority ? "it is an authority"
            : null;
        return wrong ?? (_authority.VerifyData(leaf.Signed, leaf.Behind.AsSpan(HeadLength), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) ? null : "nobody has signed it");
    }

    private static LeafIssuer MakeIssuer()
    {
#pragma warning disable CA2000 // It lives as long as the process.
        LeafIssuer issuer = new();
#pragma warning restore CA2000
        CertificateRequest request = new("CN=authority", _authority, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        bool isReady = issuer.TryAdd(1, Bytes(certificate.ExportCertificatePem()), Bytes(_authority.ExportPkcs8PrivateKeyPem()), default, out string error)
            && _keys.TryAdd(2, Bytes(_own.ExportPkcs8PrivateKeyPem()), out error);
        return isReady ? issuer : throw new InvalidOperationException(error);
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[]? Copy(ReadOnlySpan<byte> original) =>
        _issuer.Issue(1, LeafTrust.Known, _keys, 2, original, out byte[] leaf) == SigningResult.Done ? leaf : null;

    private static byte[] Replaced(ReadOnlySpan<byte> original, ReadOnlySpan<byte> part, ReadOnlySpan<byte> other)
    {
        byte[] changed = original.ToArray();
        int at = original.IndexOf(part);
        if (at >= 0)
        {
            other.CopyTo(changed.AsSpan(at));
        }

        return changed;
    }

    // Where a signature would be there is a digest, by which one knows that nothing is damaged.
    private static byte[] Original(Random random)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                writer.WriteInteger(2);
            }

            writer.WriteInteger(random.Next());
            WriteAlgorithm(writer);
            writer.WriteEncodedValue(new X500DistinguishedName("CN=issuer").RawData);
            using (writer.PushSequence())
            {
                writer.WriteUtcTime(new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero));
                writer.WriteGeneralizedTime(new DateTimeOffset(2060, 1, 2, 3, 4, 5, TimeSpan.Zero), omitFractionalSeconds: true);
            }

            writer.WriteEncodedValue(new X500DistinguishedName(random.Next(4) == 0 ? "" : "CN=subject, O=\"Somebody, Inc.\"").RawData);
            writer.WriteEncodedValue(_plainKey);
            WriteExtensions(writer, random);
        }

        byte[] signed = writer.Encode();
        writer.Reset();
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signed);
            WriteAlgorithm(writer);
            writer.WriteBitString(SHA256.HashData(signed));
        }

        return writer.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
        }
    }

    private static void WriteExtensions(AsnWriter writer, Random random)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
        using (writer.PushSequence())
        {
            if (random.Next(3) > 0)
            {
                SubjectAlternativeNameBuilder names = new();
                names.AddDnsName($"host.{random.Next(9)}");
                names.AddIpAddress(new IPAddress(random.Next()));
                names.AddEmailAddress("a@b");
                names.AddUri(new Uri("https://host.example/"));
                WriteExtension(writer, names.Build(random.Next(2) == 0));
            }

            WriteExtension(writer, new X509KeyUsageExtension((X509KeyUsageFlags)random.Next(256), critical: true));
            WriteExtension(writer, new X509BasicConstraintsExtension(random.Next(2) == 0, hasPathLengthConstraint: false, 0, critical: true));
            WriteExtension(writer, new X509Extension("1.2.3.4", [0x05, 0x00], critical: false));
        }
    }

    private static void WriteExtension(AsnWriter writer, X509Extension extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid!.Value!);
            if (extension.Critical)
            {
                writer.WriteBoolean(value: true);
            }

            writer.WriteOctetString(extension.RawData);
        }
    }

    // The reference: null where .NET's reader finds no certificate. What it says of what is not copied does not matter.
    private static Parts? Read(byte[] certificate)
    {
        try
        {
            AsnReader whole = new(certificate, AsnEncodingRules.DER);
            AsnReader outer = whole.ReadSequence();
            whole.ThrowIfNotEmpty();
            byte[] signed = outer.PeekEncodedValue().ToArray();
            AsnReader inner = outer.ReadSequence();
            _ = outer.ReadEncodedValue();
            _ = outer.ReadEncodedValue();
            outer.ThrowIfNotEmpty();
            SkipPlace(inner, 0);
            _ = inner.ReadEncodedValue();
            _ = inner.ReadEncodedValue();
            _ = inner.ReadEncodedValue();
            byte[] validity = inner.ReadEncodedValue().ToArray();
            byte[] subject = inner.ReadEncodedValue().ToArray();
            _ = inner.ReadEncodedValue();
            SkipPlace(inner, 1);
            SkipPlace(inner, 2);
            return new Parts(subject, validity, inner.HasData ? ReadNames(inner) : [], signed, certificate[^(certificate.Length - certificate.AsSpan().IndexOf(signed) - signed.Length)..]);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static void SkipPlace(AsnReader reader, int number)
    {
        if (reader.HasData && reader.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, number)))
        {
            _ = reader.ReadEncodedValue();
        }
    }

    // Those of servers, in their order.
    private static List<string> ReadNames(AsnReader inner)
    {
        List<string> names = [];
        AsnReader extensions = inner.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3)).ReadSequence();
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            bool isNames = extension.ReadEncodedValue().Span.SequenceEqual((byte[])[0x06, 0x03, 0x55, 0x1d, 0x11]);
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
            {
                _ = extension.ReadEncodedValue();
            }

            byte[] value = extension.ReadOctetString();
            AsnReader all = isNames ? new AsnReader(value, AsnEncodingRules.DER).ReadSequence() : new AsnReader(default, AsnEncodingRules.DER);
            while (all.HasData)
            {
                string name = Convert.ToHexString(all.ReadEncodedValue().Span);
                names.AddRange(name[..2] is "82" or "86" or "87" ? [name] : []);
            }
        }

        return names;
    }

    private sealed record Parts(byte[] Subject, byte[] Validity, List<string> Names, byte[] Signed, byte[] Behind)
    {
        /// <summary>Whether it is as the generator has made it.</summary>
        public bool IsPlain => Behind.SequenceEqual([.. Convert.FromHexString("300A06082A8648CE3D040302032100"), .. SHA256.HashData(Signed)]);
    }
}
