using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>The limits of this process, which its children inherit; getrlimit(2).</summary>
public static class ResourceLimits
{
    /// <summary>Raises the limit of open descriptors as far as this process may.</summary>
    /// <param name="wanted">How many it could use; a limit that is higher stays.</param>
    /// <returns>The limit that holds now; below <paramref name="wanted"/> where the system allows no more.</returns>
    public static unsafe long AllowOpenFiles(long wanted)
    {
        Libc.rlimit limit = Current();
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

        return OpenFiles();
    }

    /// <summary>How many descriptors this process may have open.</summary>
    public static long OpenFiles() => (long)Math.Min(Current().rlim_cur, long.MaxValue);

    private static unsafe Libc.rlimit Current()
    {
        Libc.rlimit limit;
        return Libc.getrlimit(Libc.RLIMIT_NOFILE, &limit) == 0 ? limit : throw SystemCall.Failure("getrlimit");
    }
}
