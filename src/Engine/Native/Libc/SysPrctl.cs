using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/prctl.h
internal static partial class Libc
{
    public const int PR_SET_DUMPABLE = 4;
    public const int PR_SET_KEEPCAPS = 8;
    public const int PR_SET_NAME = 15;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const int PR_SET_NO_NEW_PRIVS = 38;
    public const int PR_SET_VMA = 0x53564d41;

    [LibraryImport("libc.so.6")]
    public static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);
}
