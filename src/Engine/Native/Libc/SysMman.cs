using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/mman.h
internal static partial class Libc
{
    public const uint MFD_CLOEXEC = 0x1;
    public const uint MFD_ALLOW_SEALING = 0x2;
    public const int PROT_READ = 0x1;
    public const int PROT_WRITE = 0x2;
    public const int MAP_SHARED = 0x1;
    public const int MAP_PRIVATE = 0x2;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MADV_DONTNEED = 4;
    public const nint MAP_FAILED = -1;

    [LibraryImport("libc.so.6")]
    public static unsafe partial int memfd_create(byte* name, uint flags);

    [LibraryImport("libc.so.6")]
    public static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, long offset);

    [LibraryImport("libc.so.6")]
    public static partial int munmap(nint address, nuint length);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int madvise(void* address, nuint length, int advice);
}
