using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/epoll.h
internal static partial class Libc
{
    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 0x1;
    public const uint EPOLLPRI = 0x2;
    public const uint EPOLLOUT = 0x4;
    public const uint EPOLLERR = 0x8;
    public const uint EPOLLHUP = 0x10;
    public const uint EPOLLRDHUP = 0x2000;
    public const uint EPOLLET = 0x80000000;

    // Packed on x86-64 alone, as the header has it; arm64 lays it out naturally.
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct epoll_event
    {
        public uint events;
#if ARM64
        public uint padding;
#endif
        public ulong data;
    }

    [LibraryImport("libc.so.6")]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int epoll_ctl(int epoll, int operation, int fd, epoll_event* change);
}
