namespace Sluice.Engine.Native;

// linux/netlink.h
internal static partial class Libc
{
    public const int NETLINK_ROUTE = 0;
    public const int NETLINK_NETFILTER = 12;
    public const int NETLINK_GET_STRICT_CHK = 12;
    public const int NLM_F_REQUEST = 1;
    public const int NLM_F_ACK = 4;
    public const int NLM_F_DUMP_INTR = 0x10;
    public const int NLM_F_REPLACE = 0x100;
    public const int NLM_F_EXCL = 0x200;
    public const int NLM_F_DUMP = 0x300;
    public const int NLM_F_CREATE = 0x400;
    public const int NLMSG_ERROR = 2;
    public const int NLMSG_DONE = 3;
    public const int NLA_F_NESTED = 0x8000;
    public const int NLA_TYPE_MASK = ~0xc000;

    public struct nlmsghdr
    {
        public uint nlmsg_len;
        public ushort nlmsg_type;
        public ushort nlmsg_flags;
        public uint nlmsg_seq;
        public uint nlmsg_pid;
    }

    public struct sockaddr_nl
    {
        public ushort nl_family;
        public ushort nl_pad;
        public uint nl_pid;
        public uint nl_groups;
    }
}
