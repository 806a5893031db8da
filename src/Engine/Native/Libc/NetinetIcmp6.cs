namespace Sluice.Engine.Native;

// netinet/icmp6.h
internal static partial class Libc
{
    public const int ICMP6_FILTER = 1;
    public const int ICMP6_ECHO_REQUEST = 128;
    public const int ICMP6_ECHO_REPLY = 129;

    // A bit for each type, set for those that the socket does not get.
    public unsafe struct icmp6_filter
    {
        public fixed uint icmp6_filt[8];
    }
}
