using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// string.h
internal static partial class Libc
{
    [LibraryImport("libc.so.6")]
    public static unsafe partial byte* strerrordesc_np(int error);
}
