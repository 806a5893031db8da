using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/file.h
internal static partial class Libc
{
    public const int LOCK_EX = 2;
    public const int LOCK_NB = 4;

    [LibraryImport("libc.so.6")]
    public static partial int flock(int fd, int operation);
}
