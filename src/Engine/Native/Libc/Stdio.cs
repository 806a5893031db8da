using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// stdio.h
internal static partial class Libc
{
    [LibraryImport("libc.so.6")]
    public static unsafe partial int rename(byte* from, byte* to);
}
