namespace Sluice.Engine.Native;

// linux/netfilter/nf_tables.h
internal static partial class Libc
{
    public const int NFT_MSG_NEWGEN = 15;
    public const int NFTA_TABLE_NAME = 1;
    public const int NFTA_GEN_PROC_NAME = 3;
}
