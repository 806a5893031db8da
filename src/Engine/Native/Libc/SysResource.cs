using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/resource.h
internal static partial class Libc
{
    public const int RLIMIT_CORE = 4;
    public const int RLIMIT_NPROC = 6;
    public const int RLIMIT_NOFILE = 7;
    public const int PRIO_PROCESS = 0;

    public struct rlimit
    {
        public ulong rlim_cur;
        public ulong rlim_max;
    }

    [LibraryImport("libc.so.6")]
    public static partial int setpriority(int which, uint who, int priority);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int getrlimit(int resource, rlimit* limit);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int setrlimit(int resource, rlimit* limit);
}
