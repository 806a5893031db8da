using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Unit.Fakes;

/// <summary>What of OpenSSL only a client, and a hostile one, calls.</summary>
internal static partial class ClientLibrary
{
    public const int SetHostName = 55;
    public const int SetStatusType = 65;
    public const int GetOcspResponse = 70;

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint SSL_ctrl(nint ssl, int command, nint number, ReadOnlySpan<byte> text);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint SSL_ctrl(nint ssl, int command, nint number, out nint pointer);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SSL_set_alpn_protos(nint ssl, ReadOnlySpan<byte> protocols, uint length);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SSL_set_cipher_list(nint ssl, ReadOnlySpan<byte> list);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint SSL_get1_session(nint ssl);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SSL_set_session(nint ssl, nint session);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SSL_SESSION_free(nint session);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SSL_renegotiate(nint ssl);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SSL_key_update(nint ssl, int kind);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint SSL_CTX_ctrl(SslContextHandle context, int command, nint number, nint pointer);

    [LibraryImport("libssl.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SSL_CTX_set_security_level(SslContextHandle context, int level);
}
