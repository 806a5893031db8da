using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/sendfile.h
internal static partial class Libc
{
    [LibraryImport("libc.so.6")]
    public static unsafe partial nint sendfile(int output, int input, long* offset, nuint count);
}
