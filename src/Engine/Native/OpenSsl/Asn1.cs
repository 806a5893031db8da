using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/asn1.h
internal static partial class OpenSsl
{
    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial byte* ASN1_STRING_get0_data(nint text);

    [LibraryImport("libcrypto.so.3")]
    public static partial int ASN1_STRING_length(nint text);

    [LibraryImport("libcrypto.so.3")]
    public static partial nint ASN1_TIME_set(nint time, long seconds);

    [LibraryImport("libcrypto.so.3")]
    public static partial void ASN1_TIME_free(nint time);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int ASN1_TIME_diff(int* days, int* seconds, nint from, nint to);
}
