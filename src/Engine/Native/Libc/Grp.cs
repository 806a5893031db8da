using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// grp.h
internal static partial class Libc
{
    [LibraryImport("libc.so.6")]
    public static unsafe partial int setgroups(nuint count, uint* groups);
}
