namespace Sluice.Engine.Native;

// linux/netfilter.h
internal static partial class Libc
{
    public const int NFPROTO_UNSPEC = 0;
    public const int NFPROTO_INET = 1;
    public const int NFPROTO_IPV4 = 2;
    public const int NFPROTO_IPV6 = 10;
}
