using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/random.h
internal static partial class Libc
{
    [LibraryImport("libc.so.6")]
    public static unsafe partial nint getrandom(void* buffer, nuint length, uint flags);
}
