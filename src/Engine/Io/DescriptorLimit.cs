using System;
using System.Diagnostics;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>How many descriptors this process may have open, RLIMIT_NOFILE of getrlimit(2); its children inherit it.</summary>
public static class DescriptorLimit
{
    /// <summary>The limit that holds now.</summary>
    public static int Current => (int)ulong.Min(Read().rlim_cur, int.MaxValue);

    /// <summary>Increases it as far as this process may.</summary>
    /// <param name="wanted">How many it could use; a limit that is higher stays.</param>
    /// <returns>The limit that holds now; below <paramref name="wanted"/> where the system allows no more.</returns>
    public static unsafe int Increase(int wanted)
    {
        Libc.rlimit limit = Read();
        if (limit.rlim_cur < (ulong)wanted)
        {
            Libc.rlimit raised = new() { rlim_cur = (ulong)wanted, rlim_max = Math.Max(limit.rlim_max, (ulong)wanted) };
            if (Libc.setrlimit(Libc.RLIMIT_NOFILE, &raised) != 0)
            {
                // The kernel's fs.nr_open, or no right to raise the hard limit: take what is there.
                limit.rlim_cur = limit.rlim_max;
                _ = Libc.setrlimit(Libc.RLIMIT_NOFILE, &limit);
            }
        }

        return Current;
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
    internal static bool HasFree(int any, int below)
    {
        int free = Libc.fcntl(any, Libc.F_DUPFD_CLOEXEC, 0);
        if (free >= 0)
        {
            _ = Libc.close(free);
        }

        return free >= 0 && free < below;
    }

    private static unsafe Libc.rlimit Read()
    {
        Libc.rlimit limit;
        int result = Libc.getrlimit(Libc.RLIMIT_NOFILE, &limit);
        Debug.Assert(result == 0, "getrlimit(2) fails for a wrong address or resource only");
        return limit;
    }
}
