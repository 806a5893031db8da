using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/syscall.h
internal static partial class Libc
{
    public const int SYS_pidfd_open = 434;
    public const int SYS_openat2 = 437;
#if ARM64
    public const int SYS_epoll_pwait = 22;
    public const int SYS_close = 57;
    public const int SYS_sendto = 206;
    public const int SYS_recvfrom = 207;
    public const int SYS_sendmsg = 211;
    public const int SYS_accept4 = 242;
    public const int SYS_recvmmsg = 243;
    public const int SYS_sendmmsg = 269;
#else
    public const int SYS_close = 3;
    public const int SYS_sendto = 44;
    public const int SYS_recvfrom = 45;
    public const int SYS_sendmsg = 46;
    public const int SYS_accept4 = 288;
    public const int SYS_epoll_pwait = 281;
    public const int SYS_recvmmsg = 299;
    public const int SYS_sendmmsg = 307;
#endif

    // Variadic in C, which on our processors passes these arguments as any other function's.
    [LibraryImport("libc.so.6")]
    public static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    // The same for calls that return at once whatever the peer does: the collector would wait for one that does not.
    [LibraryImport("libc.so.6", EntryPoint = "syscall")]
    [SuppressGCTransition]
    public static partial nint syscall_at_once(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);
}
