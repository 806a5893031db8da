using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/x509.h, and x509_vfy.h that it includes
internal static partial class OpenSsl
{
    public const int X509_V_OK = 0;
    public const uint X509_V_FLAG_CRL_CHECK = 0x4;
    public const uint X509_V_FLAG_CRL_CHECK_ALL = 0x8;
    public const uint X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS = 0x4;

    [LibraryImport("libcrypto.so.3")]
    public static partial CertificateHandle X509_new();

    [LibraryImport("libcrypto.so.3")]
    public static partial void X509_free(nint certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint X509_get0_pubkey(CertificateHandle certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial int X509_set_pubkey(CertificateHandle certificate, KeyHandle key);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint X509_get_subject_name(nint certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint X509_get_issuer_name(nint certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial int X509_NAME_cmp(nint one, nint other);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial byte* X509_NAME_oneline(nint name, byte* buffer, int size);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int X509_NAME_get_text_by_NID(nint name, int id, byte* buffer, int size);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint X509_get0_notBefore(CertificateHandle certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint X509_get0_notAfter(CertificateHandle certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint X509_getm_notBefore(CertificateHandle certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint X509_getm_notAfter(CertificateHandle certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint X509_gmtime_adj(nint time, nint seconds);

    [LibraryImport("libcrypto.so.3")]
    public static partial int X509_sign(CertificateHandle certificate, KeyHandle key, nint digest);

    [LibraryImport("libcrypto.so.3")]
    public static partial int X509_check_ca(CertificateHandle certificate);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int i2d_X509(nint certificate, byte** output);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int i2d_PUBKEY(nint key, byte** output);

    [LibraryImport("libcrypto.so.3")]
    public static partial int X509_check_private_key(CertificateHandle certificate, KeyHandle key);

    [LibraryImport("libcrypto.so.3")]
    public static partial void X509_CRL_free(nint list);

    [LibraryImport("libcrypto.so.3")]
    public static partial int X509_STORE_add_cert(nint store, CertificateHandle certificate);

    [LibraryImport("libcrypto.so.3")]
    public static partial int X509_STORE_add_crl(nint store, nint list);

    [LibraryImport("libcrypto.so.3")]
    public static partial int X509_STORE_set_flags(nint store, nuint flags);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial byte* X509_verify_cert_error_string(nint error);
}
