namespace Sluice.Engine.Native;

// linux/netfilter/nfnetlink.h
internal static partial class Libc
{
    public const int NFNLGRP_NFTABLES = 7;
    public const int NFNL_SUBSYS_CTNETLINK = 1;
    public const int NFNL_SUBSYS_NFTABLES = 10;
    public const int NFNL_MSG_BATCH_BEGIN = 0x10;
    public const int NFNL_MSG_BATCH_END = 0x11;

    public struct nfgenmsg
    {
        public byte nfgen_family;
        public byte version;
        public ushort res_id;
    }
}
