namespace Sluice.Engine.Native;

// linux/netfilter/nf_tables.h
internal static partial class Libc
{
    public const int NFT_MSG_NEWGEN = 15;
    public const int NFT_MSG_GETOBJ = 19;
    public const int NFT_OBJECT_COUNTER = 1;
    public const int NFTA_TABLE_NAME = 1;
    public const int NFTA_GEN_PROC_NAME = 3;
    public const int NFTA_OBJ_TABLE = 1;
    public const int NFTA_OBJ_NAME = 2;
    public const int NFTA_OBJ_TYPE = 3;
    public const int NFTA_OBJ_DATA = 4;
    public const int NFTA_COUNTER_PACKETS = 2;
}
