namespace Sluice.Engine.Native;

// linux/rtnetlink.h
internal static partial class Libc
{
    public const int RTM_NEWLINK = 16;
    public const int RTM_DELLINK = 17;
    public const int RTM_NEWADDR = 20;
    public const int RTM_DELADDR = 21;
    public const int RTM_NEWROUTE = 24;
    public const int RTM_DELROUTE = 25;
    public const int RTM_GETROUTE = 26;
    public const int RTM_NEWNEXTHOP = 104;
    public const int RTM_DELNEXTHOP = 105;
    public const int RTM_GETNEXTHOP = 106;
    public const int RTA_DST = 1;
    public const int RTA_OIF = 4;
    public const int RTA_GATEWAY = 5;
    public const int RTA_PRIORITY = 6;
    public const int RTA_TABLE = 15;
    public const int RTA_MARK = 16;
    public const int RTA_VIA = 18;
    public const int RTA_NH_ID = 30;
    public const int RTN_UNICAST = 1;
    public const int RTN_LOCAL = 2;
    public const int RTM_F_FIB_MATCH = 0x2000;
    public const int RTNLGRP_LINK = 1;
    public const int RTNLGRP_IPV4_IFADDR = 5;
    public const int RTNLGRP_IPV4_ROUTE = 7;
    public const int RTNLGRP_IPV6_IFADDR = 9;
    public const int RTNLGRP_IPV6_ROUTE = 11;
    public const int RTNLGRP_NEXTHOP = 32;

    public struct rtmsg
    {
        public byte rtm_family;
        public byte rtm_dst_len;
        public byte rtm_src_len;
        public byte rtm_tos;
        public byte rtm_table;
        public byte rtm_protocol;
        public byte rtm_scope;
        public byte rtm_type;
        public uint rtm_flags;
    }
}
