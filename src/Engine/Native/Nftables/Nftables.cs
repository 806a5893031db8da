using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// nftables/libnftables.h
internal static partial class Nftables
{
    [LibraryImport("libnftables.so.1")]
    public static partial nint nft_ctx_new(uint flags);

    [LibraryImport("libnftables.so.1")]
    public static partial void nft_ctx_free(nint context);

    [LibraryImport("libnftables.so.1")]
    public static partial int nft_ctx_buffer_output(NftablesContext context);

    [LibraryImport("libnftables.so.1")]
    public static partial int nft_ctx_buffer_error(NftablesContext context);

    [LibraryImport("libnftables.so.1")]
    public static unsafe partial byte* nft_ctx_get_output_buffer(NftablesContext context);

    [LibraryImport("libnftables.so.1")]
    public static unsafe partial byte* nft_ctx_get_error_buffer(NftablesContext context);

    [LibraryImport("libnftables.so.1")]
    public static unsafe partial int nft_run_cmd_from_buffer(NftablesContext context, byte* commands);
}
