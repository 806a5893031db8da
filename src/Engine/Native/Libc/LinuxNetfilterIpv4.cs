namespace Sluice.Engine.Native;

// linux/netfilter_ipv4.h
internal static partial class Libc
{
    // IP6T_SO_ORIGINAL_DST of linux/netfilter_ipv6/ip6_tables.h is the same number, at the level of IPv6.
    public const int SO_ORIGINAL_DST = 80;
}
