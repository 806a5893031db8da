using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// openssl/pem.h, and pemerr.h that it includes
internal static partial class OpenSsl
{
    public const int PEM_R_NO_START_LINE = 108;

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial CertificateHandle PEM_read_bio_X509(
        BioHandle bio,
        nint* reuse,
        delegate* unmanaged[Cdecl]<byte*, int, int, nint, int> passphrase,
        nint argument);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial nint PEM_read_bio_X509_CRL(
        BioHandle bio,
        nint* reuse,
        delegate* unmanaged[Cdecl]<byte*, int, int, nint, int> passphrase,
        nint argument);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial KeyHandle PEM_read_bio_PrivateKey(
        BioHandle bio,
        nint* reuse,
        delegate* unmanaged[Cdecl]<byte*, int, int, nint, int> passphrase,
        nint argument);

    [LibraryImport("libcrypto.so.3")]
    public static unsafe partial int PEM_write_bio_PrivateKey(
        BioHandle bio,
        KeyHandle key,
        nint cipher,
        byte* passphrase,
        int length,
        nint ask,
        nint argument);

    [LibraryImport("libcrypto.so.3")]
    public static partial int PEM_write_bio_X509(BioHandle bio, CertificateHandle certificate);
}
