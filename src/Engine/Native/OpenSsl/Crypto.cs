using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/crypto.h
internal static partial class OpenSsl
{
    public const ulong OPENSSL_INIT_NO_LOAD_CONFIG = 0x80;
    public const ulong OPENSSL_INIT_NO_ATEXIT = 0x80000;
    public const int CRYPTO_EX_INDEX_SSL_CTX = 1;

    [LibraryImport("libcrypto.so.3")]
    public static partial int OPENSSL_init_crypto(ulong options, nint settings);

    // The header adds file and line, for debugging.
    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial void* CRYPTO_memdup(void* content, nuint length, byte* file, int line);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int CRYPTO_get_ex_new_index(
        int type,
        nint number,
        nint pointer,
        nint create,
        nint duplicate,
        delegate* unmanaged[Cdecl]<nint, nint, nint, int, nint, nint, void> free);
}
