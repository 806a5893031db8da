using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/evp.h
internal static partial class OpenSsl
{

    public const int EVP_PKEY_KEYPAIR = 0x87;

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_set_default_properties(nint library, byte* properties);

    [LibraryImport("libcrypto.so.3")]
    public static partial void EVP_PKEY_free(nint key);

    [LibraryImport("libcrypto.so.3")]
    public static partial int EVP_PKEY_up_ref(nint key);

    [LibraryImport("libcrypto.so.3")]
    public static partial int EVP_PKEY_eq(nint one, nint other);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_PKEY_is_a(nint key, byte* name);

    [LibraryImport("libcrypto.so.3")]
    public static partial int EVP_PKEY_get_size(nint key);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_PKEY_get_params(nint key, OSSL_PARAM* parameters);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_PKEY_export(
        nint key,
        int selection,
        delegate* unmanaged[Cdecl]<OSSL_PARAM*, nint, int> callback,
        nint argument);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial KeyContextHandle EVP_PKEY_CTX_new_from_name(nint library, byte* name, byte* properties);

    [LibraryImport("libcrypto.so.3")]
    public static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport("libcrypto.so.3")]
    public static partial int EVP_PKEY_fromdata_init(KeyContextHandle context);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_PKEY_fromdata(KeyContextHandle context, nint* key, int selection, OSSL_PARAM* parameters);

    [LibraryImport("libcrypto.so.3")]
    public static partial int EVP_PKEY_keygen_init(KeyContextHandle context);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_PKEY_CTX_set_group_name(KeyContextHandle context, byte* name);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_PKEY_generate(KeyContextHandle context, nint* key);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint EVP_sha256();

    [LibraryImport("libcrypto.so.3")]
    public static partial nint EVP_sha384();

    [LibraryImport("libcrypto.so.3")]
    public static partial nint EVP_sha512();

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_Digest(void* content, nuint length, byte* digest, uint* size, nint type, nint engine);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint EVP_MD_CTX_new();

    [LibraryImport("libcrypto.so.3")]
    public static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint EVP_sha1();

    [LibraryImport("libcrypto.so.3")]
    public static partial nint EVP_md5();

    [LibraryImport("libcrypto.so.3")]
    public static partial int EVP_DigestInit_ex(DigestHandle context, nint type, nint engine);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_DigestUpdate(DigestHandle context, void* content, nuint length);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_DigestFinal_ex(DigestHandle context, byte* digest, uint* size);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_DigestSignInit(nint context, nint* keyContext, nint type, nint engine, KeyHandle key);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_DigestSign(nint context, byte* signature, nuint* length, byte* content, nuint contentLength);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint EVP_aes_256_cbc();

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_EncryptInit_ex2(nint context, nint cipher, byte* key, byte* iv, OSSL_PARAM* parameters);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_DecryptInit_ex2(nint context, nint cipher, byte* key, byte* iv, OSSL_PARAM* parameters);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial byte* EVP_Q_mac(
        nint library,
        byte* name,
        byte* properties,
        byte* algorithm,
        OSSL_PARAM* parameters,
        void* key,
        nuint keyLength,
        byte* content,
        nuint contentLength,
        byte* output,
        nuint outputSize,
        nuint* outputLength);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int EVP_MAC_CTX_set_params(nint context, OSSL_PARAM* parameters);
}
