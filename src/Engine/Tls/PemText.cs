using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>Reads what PEM text (RFC 7468) contains. Never asks for a passphrase.</summary>
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

    /// <summary>The private key in it; null where there is none, or one that cannot be read without a passphrase.</summary>
    public static unsafe KeyHandle? PrivateKey(ReadOnlySpan<byte> pem, out TlsError error)
    {
        fixed (byte* start = NotEmpty(pem))
        {
            using BioHandle bio = OpenSsl.BIO_new_mem_buf(start, NotEmpty(pem).Length);
            KeyHandle key = OpenSsl.PEM_read_bio_PrivateKey(bio, reuse: null, &NoPassphrase, 0);
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
}
