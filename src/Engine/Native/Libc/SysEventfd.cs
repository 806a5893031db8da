using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/eventfd.h
internal static partial class Libc
{
    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;

    [LibraryImport("libc.so.6")]
    public static partial int eventfd(uint initial, int flags);
}
