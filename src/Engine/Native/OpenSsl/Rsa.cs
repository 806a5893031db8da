using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/rsa.h
internal static partial class OpenSsl
{
    public const int RSA_PKCS1_PADDING = 1;
    public const int RSA_PKCS1_PSS_PADDING = 6;
    public const int RSA_PSS_SALTLEN_DIGEST = -1;

    [LibraryImport("libcrypto.so.3")]
    public static partial int EVP_PKEY_CTX_set_rsa_padding(nint context, int padding);

    [LibraryImport("libcrypto.so.3")]
    public static partial int EVP_PKEY_CTX_set_rsa_pss_saltlen(nint context, int length);
}
