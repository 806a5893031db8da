namespace Sluice.Engine.Native;

// linux/netfilter.h
internal static partial class Libc
{
    public const int NFPROTO_INET = 1;
}
