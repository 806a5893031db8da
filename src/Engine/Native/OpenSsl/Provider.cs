using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/provider.h
internal static partial class OpenSsl
{
    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial nint OSSL_PROVIDER_load(nint library, byte* name);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int OSSL_PROVIDER_add_builtin(
        nint library,
        byte* name,
        delegate* unmanaged[Cdecl]<nint, OSSL_DISPATCH*, OSSL_DISPATCH**, nint*, int> start);
}
