namespace Sluice.Engine.Native;

// netinet/in.h
internal static partial class Libc
{
    public const int IPPROTO_IP = 0;
    public const int IPPROTO_ICMP = 1;
    public const int IPPROTO_TCP = 6;
    public const int IPPROTO_IPV6 = 41;
    public const int IPPROTO_ICMPV6 = 58;
    public const int IP_TTL = 2;
    public const int IP_PKTINFO = 8;
    public const int IP_MTU_DISCOVER = 10;
    public const int IP_PMTUDISC_OMIT = 5;
    public const int IP_FREEBIND = 15;
    public const int IP_TRANSPARENT = 19;
    public const int IP_RECVORIGDSTADDR = 20;
    public const int IP_ORIGDSTADDR = 20;
    public const int IP_MINTTL = 21;
    public const int IP_BIND_ADDRESS_NO_PORT = 24;
    public const int IPV6_UNICAST_HOPS = 16;
    public const int IPV6_MTU_DISCOVER = 23;
    public const int IPV6_PMTUDISC_OMIT = 5;
    public const int IPV6_V6ONLY = 26;
    public const int IPV6_RECVPKTINFO = 49;
    public const int IPV6_PKTINFO = 50;
    public const int IPV6_MINHOPCOUNT = 73;
    public const int IPV6_RECVORIGDSTADDR = 74;
    public const int IPV6_ORIGDSTADDR = 74;
    public const int IPV6_TRANSPARENT = 75;
    public const int IPV6_FREEBIND = 78;

    // Ports and addresses are in network byte order.
    public unsafe struct sockaddr_in
    {
        public ushort sin_family;
        public ushort sin_port;
        public fixed byte sin_addr[4];
        public fixed byte sin_zero[8];
    }

    public unsafe struct sockaddr_in6
    {
        public ushort sin6_family;
        public ushort sin6_port;
        public uint sin6_flowinfo;
        public fixed byte sin6_addr[16];
        public uint sin6_scope_id;
    }

    // Addresses are in network byte order.
    public unsafe struct in_pktinfo
    {
        public int ipi_ifindex;
        public fixed byte ipi_spec_dst[4];
        public fixed byte ipi_addr[4];
    }

    public unsafe struct in6_pktinfo
    {
        public fixed byte ipi6_addr[16];
        public uint ipi6_ifindex;
    }
}
