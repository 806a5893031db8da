using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls.Certificates;

/// <summary>What becomes of a key when it is compared with a certificate.</summary>
public enum KeyMatch
{
    /// <summary>It is the certificate's.</summary>
    Matches,

    /// <summary>It is the key of another certificate.</summary>
    Differs,

    /// <summary>There is no private key, or one that the passphrase does not open.</summary>
    Unreadable,
}

/// <summary>A server's certificate and those between it and a known authority, read from PEM text: what an operator is told about it.</summary>
public sealed class CertificateChain : IDisposable
{
    private readonly List<CertificateHandle> _certificates;

    private CertificateChain(List<CertificateHandle> certificates)
    {
        _certificates = certificates;
        Names = ReadNames(Leaf);
        NotBefore = ReadTime(OpenSsl.X509_get0_notBefore(Leaf));
        NotAfter = ReadTime(OpenSsl.X509_get0_notAfter(Leaf));
        IsAuthority = OpenSsl.X509_check_ca(Leaf) > 0;
        IsSelfIssued = OpenSsl.X509_NAME_cmp(OpenSsl.X509_get_subject_name(Leaf.DangerousGetHandle()), OpenSsl.X509_get_issuer_name(Leaf.DangerousGetHandle())) == 0;
        OpenSsl.ERR_clear_error();
    }

    /// <summary>The hosts that it is for, in lower case: its subject alternative names, or its common name where it has none.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>When it begins to be valid.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>When it expires.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Whether the first one names itself as who has issued it.</summary>
    public bool IsSelfIssued { get; }

    /// <summary>Whether the first one may issue others.</summary>
    public bool IsAuthority { get; }

    internal CertificateHandle Leaf => _certificates[0];

    internal IReadOnlyList<CertificateHandle> All => _certificates;

    /// <summary>Reads a chain, the server's own certificate first.</summary>
    /// <param name="pem">What a certificate file contains.</param>
    /// <param name="error">What is wrong with it, where the result is null.</param>
    public static CertificateChain? Read(ReadOnlySpan<byte> pem, out string error)
    {
        TlsLibrary.Start();
        List<CertificateHandle>? certificates = PemText.Certificates(pem, out TlsError reason);
        error = certificates is null ? $"a certificate cannot be read: {reason.Describe()}"
            : certificates.Count == 0 ? "there is no certificate in it" : "";
        return error.Length == 0 ? new CertificateChain(certificates!) : null;
    }

    /// <summary>Compares a private key with the server's certificate. To be asked where the key may be seen.</summary>
    /// <param name="keyPem">PEM text.</param>
    /// <param name="passphrase">What opens it; empty for a key that is open.</param>
    public KeyMatch Compare(ReadOnlySpan<byte> keyPem, ReadOnlySpan<byte> passphrase = default)
    {
        using KeyHandle? key = PemText.PrivateKey(keyPem, passphrase, out _);
        if (key is null)
        {
            return KeyMatch.Unreadable;
        }

        KeyMatch match = OpenSsl.X509_check_private_key(Leaf, key) == 1 ? KeyMatch.Matches : KeyMatch.Differs;
        OpenSsl.ERR_clear_error();
        return match;
    }

    /// <summary>Frees it.</summary>
    public void Dispose() => PemText.Dispose(_certificates);

    /// <summary>The first one, DER.</summary>
    internal byte[] LeafBytes()
    {
        bool isHeld = false;
        Leaf.DangerousAddRef(ref isHeld);
        byte[] written = Bytes(Leaf.DangerousGetHandle());
        Leaf.DangerousRelease();
        return written;
    }

    /// <summary>A certificate, DER.</summary>
    internal static unsafe byte[] Bytes(nint certificate)
    {
        int length = OpenSsl.i2d_X509(certificate, output: null);
        TlsLibrary.Check(length, "i2d_X509");
        byte[] written = new byte[length];
        fixed (byte* start = written)
        {
            byte* at = start;
            TlsLibrary.Check(OpenSsl.i2d_X509(certificate, &at), "i2d_X509");
        }

        return written;
    }

    // RFC 6125 6.4.4: the common name counts only where there are no other names.
    private static unsafe string[] ReadNames(CertificateHandle certificate)
    {
        List<string> found = [];
        nint names = OpenSsl.X509_get_ext_d2i(certificate, OpenSsl.NID_subject_alt_name, critical: null, index: null);
        if (names != 0)
        {
            for (int i = 0; i < OpenSsl.OPENSSL_sk_num(names); i++)
            {
                int type;
                nint text = OpenSsl.GENERAL_NAME_get0_value(OpenSsl.OPENSSL_sk_value(names, i), &type);
                if (type == OpenSsl.GEN_DNS)
                {
                    found.Add(Name(new(OpenSsl.ASN1_STRING_get0_data(text), OpenSsl.ASN1_STRING_length(text))));
                }
            }

            OpenSsl.GENERAL_NAMES_free(names);
            return [.. found];
        }

        const int Longest = 256;
        byte* common = stackalloc byte[Longest];
        nint subject = OpenSsl.X509_get_subject_name(certificate.DangerousGetHandle());
        int length = OpenSsl.X509_NAME_get_text_by_NID(subject, OpenSsl.NID_commonName, common, Longest);
        OpenSsl.ERR_clear_error();
        return length > 0 ? [Name(new(common, length))] : [];
    }

    private static string Name(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text).ToLowerInvariant();

    private static unsafe DateTimeOffset ReadTime(nint time)
    {
        nint epoch = OpenSsl.ASN1_TIME_set(0, 0);
        int days;
        int seconds;
        int isRead = OpenSsl.ASN1_TIME_diff(&days, &seconds, epoch, time);
        OpenSsl.ASN1_TIME_free(epoch);
        OpenSsl.ERR_clear_error();
        return isRead == 1 ? DateTimeOffset.UnixEpoch.AddDays(days).AddSeconds(seconds) : DateTimeOffset.UnixEpoch;
    }
}
