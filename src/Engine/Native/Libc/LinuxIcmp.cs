namespace Sluice.Engine.Native;

// linux/icmp.h
internal static partial class Libc
{
    public const int ICMP_FILTER = 1;
    public const int ICMP_ECHOREPLY = 0;
    public const int ICMP_ECHO = 8;

    // A bit for each type, set for those that the socket does not get.
    public struct icmp_filter
    {
        public uint data;
    }
}
