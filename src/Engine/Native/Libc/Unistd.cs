using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// unistd.h
internal static partial class Libc
{
    public const int SEEK_END = 2;

    [LibraryImport("libc.so.6")]
    public static partial int close(int fd);

    [LibraryImport("libc.so.6")]
    public static unsafe partial nint read(int fd, void* buffer, nuint count);

    [LibraryImport("libc.so.6")]
    public static unsafe partial nint write(int fd, void* buffer, nuint count);

    [LibraryImport("libc.so.6")]
    public static unsafe partial nint pread(int fd, void* buffer, nuint count, long offset);

    [LibraryImport("libc.so.6")]
    public static unsafe partial nint pwrite(int fd, void* buffer, nuint count, long offset);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int unlink(byte* path);

    [LibraryImport("libc.so.6")]
    public static partial long lseek(int fd, long offset, int whence);

    [LibraryImport("libc.so.6")]
    public static partial int ftruncate(int fd, long length);

    [LibraryImport("libc.so.6")]
    public static partial int dup2(int fd, int target);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int chroot(byte* path);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int chdir(byte* path);

    [LibraryImport("libc.so.6")]
    public static partial int fsync(int fd);

    [LibraryImport("libc.so.6")]
    public static partial int fchown(int fd, uint user, uint group);

    [LibraryImport("libc.so.6")]
    public static partial int getpid();

    [LibraryImport("libc.so.6")]
    public static partial uint geteuid();

    [LibraryImport("libc.so.6")]
    public static partial int setsid();

    [LibraryImport("libc.so.6")]
    public static partial int getsid(int pid);

    [LibraryImport("libc.so.6")]
    public static partial int setresgid(uint real, uint effective, uint saved);

    [LibraryImport("libc.so.6")]
    public static partial int setresuid(uint real, uint effective, uint saved);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int execve(byte* path, byte** argv, byte** envp);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int pipe2(int* fds, int flags);
}
