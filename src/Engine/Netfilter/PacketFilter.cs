using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Processes;

namespace Sluice.Engine.Netfilter;

/// <summary>The kernel's packet filter, through libnftables(3). For one thread, which has CAP_NET_ADMIN.</summary>
public sealed class PacketFilter : IDisposable
{
    private readonly NftablesContext _context;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">The library could not be set up.</exception>
    public PacketFilter()
    {
        _context = new NftablesContext();
        if (_context.IsInvalid || Nftables.nft_ctx_buffer_output(_context) != 0 || Nftables.nft_ctx_buffer_error(_context) != 0)
        {
            _context.Dispose();
            throw new IOException("libnftables could not be set up");
        }
    }

    /// <summary>Before the sandbox: has the library loaded, and what it loads. A list of tables would be one of all elements of all maps.</summary>
    public static void WarmUp()
    {
        Preload.ResolveNativeCalls(typeof(Nftables));
        using PacketFilter filter = new();
        _ = filter.Run("list chains\n", out _);
    }

    /// <summary>Runs commands of nft(8) in one transaction: all of them or none.</summary>
    /// <param name="commands">One a line, without a NUL. Whoever composes them answers for each byte.</param>
    /// <param name="said">What a list command listed, or what is wrong.</param>
    /// <returns>False where nothing was done.</returns>
    public bool Run(string commands, out string said)
    {
        bool isDone = Run(Encoding.UTF8.GetBytes(commands + "\0"));
        said = isDone ? Output() : Errors();
        return isDone;
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    private unsafe bool Run(ReadOnlySpan<byte> commands)
    {
        fixed (byte* start = commands)
        {
            return Nftables.nft_run_cmd_from_buffer(_context, start) == 0;
        }
    }

    private unsafe string Output() => Marshal.PtrToStringUTF8((nint)Nftables.nft_ctx_get_output_buffer(_context)) ?? "";

    private unsafe string Errors() => Marshal.PtrToStringUTF8((nint)Nftables.nft_ctx_get_error_buffer(_context)) ?? "";
}
