using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/x509v3.h, and stack.h that it includes
internal static partial class OpenSsl
{
    public const int NID_commonName = 13;
    public const int NID_subject_alt_name = 85;
    public const int GEN_DNS = 2;

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial nint X509_get_ext_d2i(CertificateHandle certificate, int id, int* critical, int* index);

    [LibraryImport("libcrypto.so.3")]
    public static partial void GENERAL_NAMES_free(nint names);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial nint GENERAL_NAME_get0_value(nint name, int* type);

    [LibraryImport("libcrypto.so.3")]
    public static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint OPENSSL_sk_value(nint stack, int index);
}
