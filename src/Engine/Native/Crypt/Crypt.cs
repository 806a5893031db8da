using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// crypt.h
internal static partial class Crypt
{
    public const int CRYPT_OUTPUT_SIZE = 384;
    public const int CRYPT_MAX_PASSPHRASE_SIZE = 512;
    public const int CRYPT_GENSALT_OUTPUT_SIZE = 192;
    public const int CRYPT_SALT_OK = 0;
    public const int CRYPT_SALT_INVALID = 1;
    public const int CRYPT_SALT_METHOD_DISABLED = 2;
    public const int CRYPT_SALT_METHOD_LEGACY = 3;

    // What the library works in; it holds the password and the hash when a call is over.
    [StructLayout(LayoutKind.Sequential, Size = 32768)]
    public struct crypt_data;

    [LibraryImport("libcrypt.so.1")]
    public static unsafe partial byte* crypt_rn(byte* phrase, byte* setting, void* data, int size);

    [LibraryImport("libcrypt.so.1")]
    public static unsafe partial byte* crypt_gensalt_rn(byte* prefix, uint count, byte* random, int randomLength, byte* output, int outputLength);

    [LibraryImport("libcrypt.so.1")]
    public static unsafe partial int crypt_checksalt(byte* setting);
}
