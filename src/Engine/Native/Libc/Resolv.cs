using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// resolv.h, netdb.h
internal static partial class Libc
{
    public const int HOST_NOT_FOUND = 1;
    public const int NO_DATA = 4;

    [LibraryImport("libc.so.6")]
    public static unsafe partial int res_search(byte* name, int @class, int type, byte* answer, int length);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int* __h_errno_location();
}
