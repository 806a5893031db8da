using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/bio.h
internal static partial class OpenSsl
{
    public const int BIO_TYPE_SOURCE_SINK = 0x400;
    public const int BIO_FLAGS_READ = 0x1;
    public const int BIO_FLAGS_WRITE = 0x2;
    public const int BIO_FLAGS_SHOULD_RETRY = 0x8;
    public const int BIO_CTRL_INFO = 3;

    [LibraryImport("libcrypto.so.3")]
    public static partial int BIO_get_new_index();

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial nint BIO_meth_new(int type, byte* name);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int BIO_meth_set_read_ex(
        nint method,
        delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int> callback);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int BIO_meth_set_write_ex(
        nint method,
        delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int> callback);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int BIO_meth_set_ctrl(
        nint method,
        delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint> callback);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint> BIO_meth_get_ctrl(nint method);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint BIO_new(nint method);

    [LibraryImport("libcrypto.so.3")]
    public static partial int BIO_free(nint bio);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial BioHandle BIO_new_mem_buf(byte* content, int length);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint BIO_s_mem();

    [LibraryImport("libcrypto.so.3")]
    public static partial nint BIO_s_socket();

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial nint BIO_ctrl(BioHandle bio, int command, nint number, void* pointer);

    [LibraryImport("libcrypto.so.3")]
    public static partial void BIO_set_data(nint bio, nint data);

    [LibraryImport("libcrypto.so.3")]
    [SuppressGCTransition]
    public static partial nint BIO_get_data(nint bio);

    [LibraryImport("libcrypto.so.3")]
    [SuppressGCTransition]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport("libcrypto.so.3")]
    [SuppressGCTransition]
    public static partial void BIO_clear_flags(nint bio, int flags);
}
