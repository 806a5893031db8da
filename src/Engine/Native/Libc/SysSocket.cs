using System.Runtime.InteropServices;

namespace Sluice.Engine.Native;

// sys/socket.h
internal static partial class Libc
{
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int AF_NETLINK = 16;
    public const int SOCK_SEQPACKET = 5;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1;
    public const int SCM_RIGHTS = 1;
    public const int MSG_CTRUNC = 0x8;
    public const int MSG_TRUNC = 0x20;
    public const int MSG_DONTWAIT = 0x40;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_CMSG_CLOEXEC = 0x40000000;
    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_RAW = 3;
    public const int SOL_RAW = 255;
    public const int SOL_NETLINK = 270;
    public const int SO_REUSEADDR = 2;
    public const int SO_TYPE = 3;
    public const int SO_ERROR = 4;
    public const int SO_SNDBUF = 7;
    public const int SO_RCVBUF = 8;
    public const int SO_KEEPALIVE = 9;
    public const int SO_LINGER = 13;
    public const int SO_REUSEPORT = 15;
    public const int SO_PEERCRED = 17;
    public const int SO_ATTACH_FILTER = 26;
    public const int SO_RCVBUFFORCE = 33;
    public const int SHUT_WR = 1;
    public const int MSG_MORE = 0x8000;

    public unsafe struct msghdr
    {
        public void* msg_name;
        public uint msg_namelen;
        public iovec* msg_iov;
        public nuint msg_iovlen;
        public void* msg_control;
        public nuint msg_controllen;
        public int msg_flags;
    }

    public struct mmsghdr
    {
        public msghdr msg_hdr;
        public uint msg_len;
    }

    public struct linger
    {
        public int l_onoff;
        public int l_linger;
    }

    public struct ucred
    {
        public int pid;
        public uint uid;
        public uint gid;
    }

    public struct cmsghdr
    {
        public nuint cmsg_len;
        public int cmsg_level;
        public int cmsg_type;
    }

    [LibraryImport("libc.so.6")]
    public static unsafe partial int socketpair(int domain, int type, int protocol, int* fds);

    [LibraryImport("libc.so.6")]
    public static unsafe partial nint sendmsg(int fd, msghdr* message, int flags);

    [LibraryImport("libc.so.6")]
    public static unsafe partial nint recvmsg(int fd, msghdr* message, int flags);

    [LibraryImport("libc.so.6")]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int bind(int fd, void* address, uint length);

    [LibraryImport("libc.so.6")]
    public static partial int listen(int fd, int backlog);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int connect(int fd, void* address, uint length);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int getsockname(int fd, void* address, uint* length);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int getsockopt(int fd, int level, int option, void* value, uint* length);

    [LibraryImport("libc.so.6")]
    public static unsafe partial int setsockopt(int fd, int level, int option, void* value, uint length);

    [LibraryImport("libc.so.6")]
    public static partial int shutdown(int fd, int how);
}
