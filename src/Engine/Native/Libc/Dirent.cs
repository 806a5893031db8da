using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// dirent.h; getdents64(2) fills whole records into a buffer of the caller.
internal static partial class Libc
{
    public const byte DT_UNKNOWN = 0;
    public const byte DT_DIR = 4;
    public const byte DT_REG = 8;
    public const byte DT_LNK = 10;

    [LibraryImport("libc.so.6")]
    public static unsafe partial nint getdents64(int fd, void* buffer, nuint length);
}
