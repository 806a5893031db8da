using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>What this process and those that it starts may use; getrlimit(2). A limit that is lower stays.</summary>
public static class ProcessLimits
{
    /// <summary>Lowers how many processes and threads this user may have, all together: RLIMIT_NPROC. Not for root.</summary>
    public static void LimitProcesses(int most) => Lower(Libc.RLIMIT_NPROC, (ulong)most);

    /// <summary>Lowers how many descriptors a process may have open: RLIMIT_NOFILE.</summary>
    public static void LimitDescriptors(int most) => Lower(Libc.RLIMIT_NOFILE, (ulong)most);

    /// <summary>No process leaves a core file: RLIMIT_CORE.</summary>
    public static void ForbidCores() => Lower(Libc.RLIMIT_CORE, 0);

    private static unsafe void Lower(int resource, ulong most)
    {
        Libc.rlimit limit;
        if (Libc.getrlimit(resource, &limit) == 0 && limit.rlim_max > most)
        {
            Libc.rlimit lowered = new() { rlim_cur = most, rlim_max = most };
            _ = Libc.setrlimit(resource, &lowered);
        }
    }
}
