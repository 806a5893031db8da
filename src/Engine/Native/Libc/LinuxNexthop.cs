namespace Sluice.Engine.Native;

// linux/nexthop.h
internal static partial class Libc
{
    public const int NHA_ID = 1;
    public const int NHA_GROUP = 2;
    public const int NHA_GROUP_TYPE = 3;
    public const int NHA_OIF = 5;
    public const int NHA_GATEWAY = 6;
    public const int NHA_RES_GROUP = 12;
    public const int NHA_RES_GROUP_BUCKETS = 1;
    public const int NHA_RES_GROUP_IDLE_TIMER = 2;
    public const int NEXTHOP_GRP_TYPE_RES = 1;

    public struct nhmsg
    {
        public byte nh_family;
        public byte nh_scope;
        public byte nh_protocol;
        public byte resvd;
        public uint nh_flags;
    }
}
