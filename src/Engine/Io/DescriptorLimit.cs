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

    /// <summary>So many descriptors, but at most half of those that are free: the runtime itself holds some 80, and of a
    /// small limit not all may be reserve.</summary>
    /// <param name="most">The number that a usual limit has room for.</param>
    public static int ShareOfFree(int most)
    {
        int next = Libc.fcntl(0, Libc.F_DUPFD_CLOEXEC, 0);
        if (next < 0)
        {
            return 0;
        }

        _ = Libc.close(next);
        return int.Clamp((Current - next) / 2, 0, most);
    }

    /// <summary>Whether the next descriptor will be below a number: the kernel always gives the lowest free one.</summary>
    /// <param name="any">An open descriptor, to be duplicated for a moment.</param>
    /// <param name="below">The number.</param>
    public static bool HasFree(int any, int below)
    {
        int free = Libc.fcntl(any, Libc.F_DUPFD_CLOEXEC, 0);
        if (free >= 0)
        {
            _ = Libc.close(free);
        }

        return free >= 0 && free < below;
    }
}
