using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>RLIMIT_NOFILE of this process.</summary>
internal static class DescriptorLimit
{
    public static unsafe int Current
    {
        get
        {
            Libc.rlimit limit;
            return Libc.getrlimit(Libc.RLIMIT_NOFILE, &limit) == 0
                ? (int)ulong.Min(limit.rlim_cur, int.MaxValue)
                : int.MaxValue;
        }
    }
}
