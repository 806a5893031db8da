namespace Sluice.Engine.Native;

// linux/netfilter/nf_tables.h
internal static partial class Libc
{
    public const int NFT_MSG_GETTABLE = 1;
    public const int NFT_MSG_NEWCHAIN = 3;
    public const int NFT_MSG_GETCHAIN = 4;
    public const int NFT_MSG_NEWSET = 9;
    public const int NFT_MSG_GETSET = 10;
    public const int NFT_MSG_NEWSETELEM = 12;
    public const int NFT_MSG_GETSETELEM = 13;
    public const int NFT_MSG_DELSETELEM = 14;
    public const int NFT_MSG_NEWGEN = 15;
    public const int NFT_MSG_NEWOBJ = 18;
    public const int NFT_MSG_GETOBJ = 19;
    public const int NFT_OBJECT_COUNTER = 1;
    public const int NFTA_TABLE_NAME = 1;
    public const int NFTA_GEN_PROC_NAME = 3;
    public const int NFTA_CHAIN_TABLE = 1;
    public const int NFTA_CHAIN_NAME = 3;
    public const int NFTA_SET_TABLE = 1;
    public const int NFTA_SET_NAME = 2;
    public const int NFTA_SET_FLAGS = 3;
    public const int NFT_SET_ANONYMOUS = 1;
    public const int NFT_SET_MAP = 8;
    public const int NFTA_SET_ELEM_LIST_TABLE = 1;
    public const int NFTA_SET_ELEM_LIST_SET = 2;
    public const int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    public const int NFTA_LIST_ELEM = 1;
    public const int NFTA_SET_ELEM_KEY = 1;
    public const int NFTA_SET_ELEM_DATA = 2;
    public const int NFTA_DATA_VALUE = 1;
    public const int NFTA_OBJ_TABLE = 1;
    public const int NFTA_OBJ_NAME = 2;
    public const int NFTA_OBJ_TYPE = 3;
    public const int NFTA_OBJ_DATA = 4;
    public const int NFTA_COUNTER_PACKETS = 2;
}
