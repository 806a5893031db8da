namespace Sluice.Engine.Native;

// netinet/tcp.h
internal static partial class Libc
{
    public const int TCP_NODELAY = 1;
    public const int TCP_DEFER_ACCEPT = 9;
    public const int TCP_QUICKACK = 12;
}
