using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls.Certificates;

/// <summary>Reads what PEM text (RFC 7468) contains. Never asks anybody for a passphrase.</summary>
internal static class PemText
{
    /// <summary>All certificates in it, in their order; null where one is broken.</summary>
    public static unsafe List<CertificateHandle>? Certificates(ReadOnlySpan<byte> pem, out TlsError error)
    {
        List<CertificateHandle> found = [];
        fixed (byte* start = NotEmpty(pem))
        {
            using BioHandle bio = OpenSsl.BIO_new_mem_buf(start, NotEmpty(pem).Length);
            while (true)
            {
                CertificateHandle one = OpenSsl.PEM_read_bio_X509(bio, reuse: null, &NoPassphrase, 0);
                if (one.IsInvalid)
                {
                    one.Dispose();
                    error = TlsError.Take();
                    return IsAtEnd(ref error) ? found : Dispose(found);
                }

                found.Add(one);
            }
        }
    }

    /// <summary>Adds all revocation lists in it to an X509_STORE; how many, or null where one is broken.</summary>
    public static unsafe int? AddRevocationLists(ReadOnlySpan<byte> pem, nint store, out TlsError error)
    {
        int count = 0;
        fixed (byte* start = NotEmpty(pem))
        {
            using BioHandle bio = OpenSsl.BIO_new_mem_buf(start, NotEmpty(pem).Length);
            while (true)
            {
                nint list = OpenSsl.PEM_read_bio_X509_CRL(bio, reuse: null, &NoPassphrase, 0);
                if (list == 0)
                {
                    error = TlsError.Take();
                    return IsAtEnd(ref error) ? count : null;
                }

                // The store counts its reference.
                int added = OpenSsl.X509_STORE_add_crl(store, list);
                OpenSsl.X509_CRL_free(list);
                TlsLibrary.Check(added, "X509_STORE_add_crl");
                count++;
            }
        }
    }

    /// <summary>The private key in it; null where there is none, or one that the passphrase does not open.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="passphrase">Empty for a key that is open.</param>
    /// <param name="error">Why there is none.</param>
    public static unsafe KeyHandle? PrivateKey(ReadOnlySpan<byte> pem, ReadOnlySpan<byte> passphrase, out TlsError error)
    {
        fixed (byte* start = NotEmpty(pem))
        fixed (byte* opener = passphrase)
        {
            Secret secret = new((nint)opener, passphrase.Length);
            using BioHandle bio = OpenSsl.BIO_new_mem_buf(start, NotEmpty(pem).Length);
            KeyHandle key = OpenSsl.PEM_read_bio_PrivateKey(bio, reuse: null, &Passphrase, (nint)(&secret));
            if (!key.IsInvalid)
            {
                error = default;
                return key;
            }

            key.Dispose();
            error = TlsError.Take();
            return null;
        }
    }

    public static List<CertificateHandle>? Dispose(List<CertificateHandle> certificates)
    {
        foreach (CertificateHandle certificate in certificates)
        {
            certificate.Dispose();
        }

        return null;
    }

    // OpenSSL makes no BIO of nothing.
    private static ReadOnlySpan<byte> NotEmpty(ReadOnlySpan<byte> pem) => pem.IsEmpty ? "\n"u8 : pem;

    private static bool IsAtEnd(ref TlsError error)
    {
        bool isEnd = error.IsEndOfPem;
        error = isEnd ? default : error;
        return isEnd;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int NoPassphrase(byte* buffer, int size, int isWriting, nint argument) => -1;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Passphrase(byte* buffer, int size, int isWriting, nint argument)
    {
        Secret* secret = (Secret*)argument;
        if (secret->Length == 0 || secret->Length > size)
        {
            return -1;
        }

        new ReadOnlySpan<byte>((void*)secret->Start, secret->Length).CopyTo(new Span<byte>(buffer, size));
        return secret->Length;
    }

    /// <summary>A passphrase, where it stands.</summary>
    private readonly record struct Secret(nint Start, int Length);
}
