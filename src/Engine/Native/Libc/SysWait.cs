using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/wait.h
internal static partial class Libc
{
    public const int WNOHANG = 1;

    [LibraryImport("libc.so.6")]
    public static unsafe partial int waitpid(int pid, int* status, int options);
}
