using Microsoft.Win32.SafeHandles;

namespace Sluice.Engine.Native;

// A nft_ctx.
internal sealed class NftablesContext : SafeHandleZeroOrMinusOneIsInvalid
{
    public NftablesContext()
        : base(ownsHandle: true)
    {
        SetHandle(Nftables.nft_ctx_new(0));
    }

    protected override bool ReleaseHandle()
    {
        Nftables.nft_ctx_free(handle);
        return true;
    }
}
