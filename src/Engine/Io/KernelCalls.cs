using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>The calls that requests and connections are made of, through syscall(2).</summary>
/// <remarks>
/// As functions of libc they are cancellation points, pthreads(7): where a process has threads, and the runtime has some, each
/// sets and clears a flag by locked instructions for a pthread_cancel(3) that never comes. That took 30 to 50 ns a call,
/// and two to four of them make a request. Receiving and sending never wait (MSG_DONTWAIT), so the thread need not tell the collector
/// that it leaves managed code and is back: nobody waits for it longer than a packet takes.
/// </remarks>
internal static class KernelCalls
{
    // epoll_wait(2), which not every processor has as a call of its own.
    public static unsafe int WaitForEvents(int epoll, Libc.epoll_event* events, int count, int milliseconds) =>
        (int)Libc.syscall(Libc.SYS_epoll_pwait, epoll, (nint)events, count, milliseconds, 0, 0);

    public static unsafe nint Receive(int fd, byte* buffer, int length) =>
        Libc.syscall_at_once(Libc.SYS_recvfrom, fd, (nint)buffer, length, Libc.MSG_DONTWAIT, 0, 0);

    public static unsafe nint Send(int fd, byte* buffer, int length, int flags) =>
        Libc.syscall_at_once(Libc.SYS_sendto, fd, (nint)buffer, length, flags | Libc.MSG_DONTWAIT, 0, 0);

    public static unsafe nint Send(int fd, Libc.msghdr* message, int flags) =>
        Libc.syscall(Libc.SYS_sendmsg, fd, (nint)message, flags, 0, 0, 0);

    public static unsafe int Receive(int fd, Libc.mmsghdr* messages, int count) =>
        (int)Libc.syscall(Libc.SYS_recvmmsg, fd, (nint)messages, count, Libc.MSG_DONTWAIT, 0, 0);

    public static unsafe int Send(int fd, Libc.mmsghdr* messages, int count) =>
        (int)Libc.syscall(Libc.SYS_sendmmsg, fd, (nint)messages, count, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL, 0, 0);

    public static unsafe int Accept(int fd, void* address, uint* length, int flags) =>
        (int)Libc.syscall(Libc.SYS_accept4, fd, (nint)address, (nint)length, flags, 0, 0);

    public static int Close(int fd) => (int)Libc.syscall(Libc.SYS_close, fd, 0, 0, 0, 0, 0);
}
