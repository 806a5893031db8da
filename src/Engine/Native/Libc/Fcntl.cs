using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// fcntl.h
internal static partial class Libc
{
    public const int O_ACCMODE = 0x3;
    public const int O_RDONLY = 0x0;
    public const int O_WRONLY = 0x1;
    public const int O_RDWR = 0x2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_TRUNC = 0x200;
    // Not a name of the header's: O_TMPFILE without O_DIRECTORY.
    public const int __O_TMPFILE_BIT = 0x400000;
    public const int O_NOCTTY = 0x100;
    public const int O_APPEND = 0x400;
    public const int O_NONBLOCK = 0x800;
    public const int O_NOFOLLOW = 0x20000;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;
    public const int AT_FDCWD = -100;
    public const int AT_EMPTY_PATH = 0x1000;

    public const int F_GETFD = 1;
    public const int F_SETFD = 2;
    public const int F_GETFL = 3;
    public const int F_SETFL = 4;
    public const int FD_CLOEXEC = 1;
    public const int F_DUPFD_CLOEXEC = 1030;
    public const int F_SETPIPE_SZ = 1031;
    public const int F_ADD_SEALS = 1033;
    public const int F_GET_SEALS = 1034;
    public const int F_SEAL_SEAL = 0x1;
    public const int F_SEAL_SHRINK = 0x2;
    public const int F_SEAL_GROW = 0x4;
    public const int F_SEAL_WRITE = 0x8;
    public const uint SPLICE_F_MOVE = 0x1;
    public const uint SPLICE_F_NONBLOCK = 0x2;
    public const int O_DIRECTORY = 0x10000;

    [LibraryImport("libc.so.6")]
    public static unsafe partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc.so.6")]
    public static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int openat(int directory, byte* path, int flags, uint mode);

    [LibraryImport("libc.so.6")]
    public static unsafe partial nint splice(int input, long* from, int output, long* to, nuint count, uint flags);
}
