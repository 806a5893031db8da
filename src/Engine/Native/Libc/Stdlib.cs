using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// stdlib.h
internal static partial class Libc
{
    // The destination takes PATH_MAX bytes.
    [LibraryImport("libc.so.6")]
    public static unsafe partial byte* realpath(byte* path, byte* destination);
}
