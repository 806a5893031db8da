using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Threading;

using Sluice.Engine.Native;
using Sluice.Engine.Tls;
using Sluice.Engine.Tls.Signing;

namespace Sluice.Fuzz.Targets;

/// <summary>The contexts of a <see cref="TlsTarget"/>, and an account of OpenSSL's memory.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The process ends with it.")]
internal sealed partial class TlsWorld
{
    private readonly Allocate _allocate;
    private readonly Reallocate _reallocate;
    private readonly Free _free;
    private readonly TlsSigner _signer = new();
    private readonly TlsContext _context;
    private long _allocations;

    public TlsWorld()
    {
        (_allocate, _reallocate, _free) = (OnAllocate, OnReallocate, OnFree);
        int isSet = CRYPTO_set_mem_functions(
            Marshal.GetFunctionPointerForDelegate(_allocate),
            Marshal.GetFunctionPointerForDelegate(_reallocate),
            Marshal.GetFunctionPointerForDelegate(_free));
        if (isSet != 1)
        {
            throw new InvalidOperationException("OpenSSL has allocated memory before it could be counted");
        }

        _context = TlsWarmUp.MakeContext(_signer, tickets: null);
        Client = OpenSsl.SSL_CTX_new(OpenSsl.TLS_client_method());
    }

    private delegate nint Allocate(nuint size, nint file, int line);

    private delegate nint Reallocate(nint memory, nuint size, nint file, int line);

    private delegate void Free(nint memory, nint file, int line);

    public SslContextHandle Server => _context.Handle;

    public SslContextHandle Client { get; }

    /// <summary>How many pieces of memory OpenSSL holds.</summary>
    public long Allocations => Interlocked.Read(ref _allocations);

    private nint OnAllocate(nuint size, nint file, int line)
    {
        Interlocked.Increment(ref _allocations);
        return Marshal.AllocHGlobal((nint)size);
    }

    private nint OnReallocate(nint memory, nuint size, nint file, int line)
    {
        if (memory == 0)
        {
            return OnAllocate(size, file, line);
        }

        if (size == 0)
        {
            OnFree(memory, file, line);
            return 0;
        }

        return Marshal.ReAllocHGlobal(memory, (nint)size);
    }

    private void OnFree(nint memory, nint file, int line)
    {
        if (memory != 0)
        {
            Interlocked.Decrement(ref _allocations);
            Marshal.FreeHGlobal(memory);
        }
    }

    [LibraryImport("libcrypto.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CRYPTO_set_mem_functions(nint allocate, nint reallocate, nint free);
}
