using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Tls;

/// <summary>OpenSSL as a whole.</summary>
internal static class TlsLibrary
{
    private static readonly Lazy<bool> _started = new(Load);

    /// <summary>
    /// Makes the library ready, once, whichever thread comes first. Its configuration file is not read: what holds is our
    /// configuration, and a process may be in a sandbox where there is no such file.
    /// </summary>
    public static void Start() => _ = _started.Value;

    /// <summary>For calls that fail only without memory, or by a fault of ours.</summary>
    public static void Check(int result, string call)
    {
        if (result <= 0)
        {
            throw new InvalidOperationException($"{call}: {TlsError.Take().Describe()}");
        }
    }

    private static unsafe bool Load()
    {
        // No atexit(3): at the end of the process nothing may call back into a runtime that has gone.
        const ulong Options = OpenSsl.OPENSSL_INIT_NO_LOAD_CONFIG | OpenSsl.OPENSSL_INIT_NO_ATEXIT;
        Check(OpenSsl.OPENSSL_init_ssl(Options, 0), "OPENSSL_init_ssl");
        fixed (byte* name = "default\0"u8)
        {
            Check(OpenSsl.OSSL_PROVIDER_load(0, name) != 0 ? 1 : 0, "OSSL_PROVIDER_load");
        }

        return true;
    }
}
