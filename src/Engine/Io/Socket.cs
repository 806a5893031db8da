using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>System calls on sockets with spans for pointers; EINTR ends here.</summary>
internal static class Socket
{
    public static unsafe IoResult Receive(int fd, Span<byte> destination)
    {
        fixed (byte* start = destination)
        {
            nint count;
            do
            {
                count = KernelCalls.Receive(fd, start, destination.Length);
            }
            while (count < 0 && IoResult.IsInterrupted());
            return IoResult.Of(count);
        }
    }

    public static unsafe IoResult Send(int fd, ReadOnlySpan<byte> source, int flags)
    {
        fixed (byte* start = source)
        {
            nint count;
            do
            {
                count = KernelCalls.Send(fd, start, source.Length, flags | Libc.MSG_NOSIGNAL);
            }
            while (count < 0 && IoResult.IsInterrupted());
            return IoResult.Of(count);
        }
    }

    /// <summary>Both parts in one call, so that they leave in one packet where they fit.</summary>
    public static unsafe IoResult Send(int fd, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, int flags)
    {
        fixed (byte* headStart = head)
        fixed (byte* tailStart = tail)
        {
            Libc.iovec* parts = stackalloc Libc.iovec[2];
            parts[0] = new() { iov_base = headStart, iov_len = (nuint)head.Length };
            parts[1] = new() { iov_base = tailStart, iov_len = (nuint)tail.Length };
            return Send(fd, parts, 2, flags);
        }
    }

    /// <summary>As many parts as there are, in one call.</summary>
    public static unsafe IoResult Send(int fd, Libc.iovec* parts, int count, int flags)
    {
        Libc.msghdr message = new() { msg_iov = parts, msg_iovlen = (nuint)count };
        nint sent;
        do
        {
            sent = KernelCalls.Send(fd, &message, flags | Libc.MSG_NOSIGNAL);
        }
        while (sent < 0 && IoResult.IsInterrupted());
        return IoResult.Of(sent);
    }

    public static unsafe IoResult SendFile(int fd, int file, long offset, int count)
    {
        nint sent;
        do
        {
            sent = Libc.sendfile(fd, file, &offset, (nuint)count);
        }
        while (sent < 0 && IoResult.IsInterrupted());
        return IoResult.Of(sent);
    }

    public static unsafe IoResult Splice(int input, int output, int count, uint flags)
    {
        nint moved;
        do
        {
            moved = Libc.splice(input, from: null, output, to: null, (nuint)count, flags | Libc.SPLICE_F_NONBLOCK | Libc.SPLICE_F_MOVE);
        }
        while (moved < 0 && IoResult.IsInterrupted());
        return IoResult.Of(moved);
    }

    /// <summary>A connection that waits, non-blocking and close-on-exec; its descriptor, or why there is none.</summary>
    public static unsafe Errno Accept(int listener, out int fd, out SocketAddress peer)
    {
        byte* native = stackalloc byte[SocketAddress.NativeSize];
        uint length = SocketAddress.NativeSize;
        do
        {
            fd = KernelCalls.Accept(listener, native, &length, Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC);
        }
        while (fd < 0 && IoResult.IsInterrupted());
        if (fd < 0)
        {
            Errno error = (Errno)Marshal.GetLastSystemError();
            peer = default;
            return error;
        }

        peer = SocketAddress.FromNative(Filled(native, length));
        return Errno.None;
    }

    public static Errno Open(int family, out int fd) => Open(family, Libc.SOCK_STREAM, out fd);

    public static Errno Open(int family, int type, out int fd)
    {
        fd = Libc.socket(family, type | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        return fd >= 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
    }

    public static unsafe Errno Bind(int fd, in SocketAddress address)
    {
        byte* native = stackalloc byte[SocketAddress.NativeSize];
        int length = address.WriteNative(new Span<byte>(native, SocketAddress.NativeSize));
        return Result(Libc.bind(fd, native, (uint)length));
    }

    public static unsafe Errno Connect(int fd, in SocketAddress address)
    {
        byte* native = stackalloc byte[SocketAddress.NativeSize];
        int length = address.WriteNative(new Span<byte>(native, SocketAddress.NativeSize));
        return Result(Libc.connect(fd, native, (uint)length));
    }

    public static unsafe SocketAddress LocalAddress(int fd)
    {
        byte* native = stackalloc byte[SocketAddress.NativeSize];
        uint length = SocketAddress.NativeSize;
        return Libc.getsockname(fd, native, &length) == 0 ? SocketAddress.FromNative(Filled(native, length)) : default;
    }

    /// <summary>Where a connection was sent to before the packet filter changed that; none where it tracks no such connection, or the filter tracks none at all.</summary>
    public static unsafe SocketAddress OriginalDestination(int fd, AddressKind kind)
    {
        byte* native = stackalloc byte[SocketAddress.NativeSize];
        uint length = SocketAddress.NativeSize;
        int level = kind == AddressKind.IPv6 ? Libc.IPPROTO_IPV6 : Libc.IPPROTO_IP;
        return Libc.getsockopt(fd, level, Libc.SO_ORIGINAL_DST, native, &length) == 0 ? SocketAddress.FromNative(Filled(native, length)) : default;
    }

    /// <summary>The socket may have others' addresses as its own (ip(7), IP_TRANSPARENT): it takes CAP_NET_ADMIN or CAP_NET_RAW to say so.</summary>
    public static Errno MakeTransparent(int fd, AddressKind kind) => kind == AddressKind.IPv6
        ? SetOption(fd, Libc.IPPROTO_IPV6, Libc.IPV6_TRANSPARENT, 1)
        : SetOption(fd, Libc.IPPROTO_IP, Libc.IP_TRANSPARENT, 1);

    public static unsafe Errno SetOption(int fd, int level, int option, int value) =>
        Result(Libc.setsockopt(fd, level, option, &value, sizeof(int)));

    /// <summary>What was received is acknowledged now, and what comes later as ever: tcp(7), TCP_QUICKACK. No matter where it is no TCP.</summary>
    public static void AcknowledgeNow(int fd)
    {
        // An even number is for this once in Linux (net/ipv4/tcp.c); otherwise the next request would have a packet of its own as its acknowledgement.
        const int Once = 2;
        _ = SetOption(fd, Libc.IPPROTO_TCP, Libc.TCP_QUICKACK, Once);
    }

    /// <summary>SO_ERROR: what became of a connection attempt, or why the connection broke.</summary>
    public static unsafe Errno PendingError(int fd)
    {
        int error = 0;
        uint length = sizeof(int);
        return Libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_ERROR, &error, &length) == 0
            ? (Errno)error
            : (Errno)Marshal.GetLastSystemError();
    }

    /// <summary>SO_TYPE: whether it is one of connections or of datagrams.</summary>
    public static unsafe int TypeOf(int fd)
    {
        int type = 0;
        uint length = sizeof(int);
        return Libc.getsockopt(fd, Libc.SOL_SOCKET, Libc.SO_TYPE, &type, &length) == 0 ? type : 0;
    }

    /// <summary>close(2) will reset the connection and drop what was not sent.</summary>
    public static unsafe void ResetOnClose(int fd)
    {
        Libc.linger linger = new() { l_onoff = 1, l_linger = 0 };
        _ = Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_LINGER, &linger, (uint)sizeof(Libc.linger));
    }

    /// <summary>A listening socket lets no new connection begin, while those that have begun may be completed.</summary>
    /// <remarks>
    /// socket(7), SO_ATTACH_FILTER: the filter sees the TCP header. A dropped SYN is sent again after a second; by then
    /// another socket of the SO_REUSEPORT group answers it.
    /// </remarks>
    public static unsafe Errno DropNewConnections(int fd)
    {
        const uint FlagsOffset = 13;
        const uint Syn = 0x02;
        const uint Ack = 0x10;
        Libc.sock_filter* program = stackalloc Libc.sock_filter[5];
        program[0] = new() { code = Libc.BPF_LD_B_ABS, k = FlagsOffset };
        program[1] = new() { code = Libc.BPF_ALU_AND_K, k = Syn | Ack };
        program[2] = new() { code = Libc.BPF_JMP_JEQ_K, k = Syn, jt = 0, jf = 1 };
        program[3] = new() { code = Libc.BPF_RET_K, k = 0 };
        program[4] = new() { code = Libc.BPF_RET_K, k = uint.MaxValue };
        Libc.sock_fprog filter = new() { len = 5, filter = program };
        return Result(Libc.setsockopt(fd, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, &filter, (uint)sizeof(Libc.sock_fprog)));
    }

    private static Errno Result(int result) => result == 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();

    // The kernel says how long the address is, also where it did not fit.
    private static unsafe ReadOnlySpan<byte> Filled(byte* native, uint length) =>
        new(native, (int)uint.Min(length, SocketAddress.NativeSize));
}
