using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/err.h
internal static partial class OpenSsl
{
    public const int ERR_LIB_PEM = 9;
    public const int ERR_LIB_SSL = 20;
    public const int SSL_R_CERTIFICATE_VERIFY_FAILED = 134;
    public const int ERR_LIB_OFFSET = 23;
    public const int ERR_LIB_MASK = 0xff;
    public const int ERR_REASON_MASK = 0x7fffff;

    // An unsigned long: 64 bits on the processors that we run on.
    [LibraryImport("libcrypto.so.3")]
    public static partial nuint ERR_get_error();

    [LibraryImport("libcrypto.so.3")]
    public static partial void ERR_clear_error();

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial byte* ERR_reason_error_string(nuint error);
}
