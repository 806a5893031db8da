using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>
/// Echo requests out and echo replies in: a raw socket of ICMP or ICMPv6 (icmp(7), raw(7)). To open one takes CAP_NET_RAW, to use one
/// takes no right at all, so the parent opens it.
/// </summary>
public sealed class EchoSocket : Descriptor, IDisposable
{
    // Replies of a burst wait here while this process does something else.
    private const int ReceiveBufferBytes = 256 * 1024;

    private readonly Waiter _reader = new();
    private readonly AddressKind _kind;

    // False from the call that found nothing to the next edge.
    private bool _mayReceive = true;

    // What the kernel puts into packets now; 0 for its own choice.
    private byte _ttl;

    private EchoSocket(EventLoop loop, int fd, AddressKind kind)
        : base(loop)
    {
        Fd = fd;
        _kind = kind;
    }

    /// <summary>Opens such a socket, non-blocking, for another process to use.</summary>
    /// <param name="kind">IPv4 or IPv6.</param>
    /// <param name="descriptor">The caller owns it.</param>
    /// <returns><see cref="Errno.NotPermitted"/> without the right.</returns>
    public static Errno Open(AddressKind kind, out int descriptor)
    {
        (int family, int protocol) = kind == AddressKind.IPv6 ? (Libc.AF_INET6, Libc.IPPROTO_ICMPV6) : (Libc.AF_INET, Libc.IPPROTO_ICMP);
        descriptor = Libc.socket(family, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, protocol);
        return descriptor >= 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
    }

    /// <summary>Takes over such a socket. From now on it wakes this process for echo replies alone, those to others on this host included.</summary>
    /// <param name="loop">The loop it lives on.</param>
    /// <param name="descriptor">What <see cref="Open"/> gave; this object owns it.</param>
    /// <param name="kind">As it was opened.</param>
    /// <exception cref="System.IO.IOException">It is no such socket.</exception>
    public static EchoSocket Adopt(EventLoop loop, int descriptor, AddressKind kind)
    {
        ArgumentNullException.ThrowIfNull(loop);
        EchoSocket socket = new(loop, descriptor, kind);
        Errno error = SetFilter(descriptor, kind);
        if (error == Errno.None)
        {
            _ = Socket.SetOption(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVBUF, ReceiveBufferBytes);
            error = loop.Watch(socket, Readiness.Input | Readiness.EdgeTriggered);
        }

        return error == Errno.None ? socket : throw new System.IO.IOException($"a socket for echo requests: {error.Describe()}");
    }

    /// <summary>Sends one message.</summary>
    /// <param name="to">Its port means nothing.</param>
    /// <param name="message">From the type on; with IPv6 the kernel computes the checksum.</param>
    /// <param name="ttl">The hop limit; 0 for the system's.</param>
    public unsafe Errno TrySend(in SocketAddress to, ReadOnlySpan<byte> message, byte ttl)
    {
        if (ttl != _ttl)
        {
            // -1 gives the choice back to the system, ip(7), ipv6(7).
            int value = ttl == 0 ? -1 : ttl;
            Errno error = _kind == AddressKind.IPv6
                ? Socket.SetOption(Fd, Libc.IPPROTO_IPV6, Libc.IPV6_UNICAST_HOPS, value)
                : Socket.SetOption(Fd, Libc.IPPROTO_IP, Libc.IP_TTL, value);
            if (error != Errno.None)
            {
                return error;
            }

            _ttl = ttl;
        }

        byte* native = stackalloc byte[SocketAddress.NativeSize];
        int length = to.WithPort(0).WriteNative(new Span<byte>(native, SocketAddress.NativeSize));
        fixed (byte* start = message)
        {
            Libc.iovec part = new() { iov_base = start, iov_len = (nuint)message.Length };
            Libc.msghdr header = new() { msg_name = native, msg_namelen = (uint)length, msg_iov = &part, msg_iovlen = 1 };
            return IoResult.Of(KernelCalls.Send(Fd, &header, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT)).Error;
        }
    }

    /// <summary>Takes the next message, if there is one.</summary>
    /// <param name="buffer">Where it goes; what is longer is cut.</param>
    /// <param name="from">Who sent it; its port means nothing.</param>
    /// <param name="message">From its type on, within the buffer; empty where what came is none.</param>
    /// <returns><see cref="Errno.WouldBlock"/> where there is none.</returns>
    public unsafe Errno TryReceive(Span<byte> buffer, out SocketAddress from, out ReadOnlySpan<byte> message)
    {
        from = default;
        message = default;
        byte* native = stackalloc byte[SocketAddress.NativeSize];
        fixed (byte* start = buffer)
        {
            Libc.iovec part = new() { iov_base = start, iov_len = (nuint)buffer.Length };
            Libc.msghdr header = new() { msg_name = native, msg_namelen = SocketAddress.NativeSize, msg_iov = &part, msg_iovlen = 1 };
            IoResult received;
            do
            {
                received = IoResult.Of(Libc.recvmsg(Fd, &header, Libc.MSG_DONTWAIT));
            }
            while (received.Error == Errno.Interrupted);
            if (received.Error != Errno.None)
            {
                _mayReceive &= received.Error != Errno.WouldBlock;
                return received.Error;
            }

            from = SocketAddress.FromNative(new ReadOnlySpan<byte>(native, (int)uint.Min(header.msg_namelen, SocketAddress.NativeSize)));
            message = buffer[HeaderLength(buffer[..received.Bytes])..received.Bytes];
            return Errno.None;
        }
    }

    /// <summary>Waits until <see cref="TryReceive"/> may have something.</summary>
    /// <returns>Ready, or Closed when this object was disposed.</returns>
    public ValueTask<Wake> Readable() =>
        Fd < 0 ? new(Wake.Closed) : _mayReceive ? new(Wake.Ready) : _reader.Wait();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Fd >= 0)
        {
            CloseDescriptor();
            _reader.Complete(Wake.Closed);
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        _mayReceive = true;
        _reader.Complete(Wake.Ready);
    }

    // With IPv4 the packet's own header comes before the message, raw(7).
    private int HeaderLength(ReadOnlySpan<byte> packet)
    {
        const int WordBytes = 4;
        int length = _kind == AddressKind.IPv6 ? 0 : packet.IsEmpty ? 0 : (packet[0] & 0xf) * WordBytes;
        return int.Min(length, packet.Length);
    }

    private static unsafe Errno SetFilter(int fd, AddressKind kind)
    {
        if (kind != AddressKind.IPv6)
        {
            Libc.icmp_filter filter = new() { data = ~(1u << Libc.ICMP_ECHOREPLY) };
            return Result(Libc.setsockopt(fd, Libc.SOL_RAW, Libc.ICMP_FILTER, &filter, (uint)sizeof(Libc.icmp_filter)));
        }

        const int BitsOfWord = 32;
        Libc.icmp6_filter types;
        Unsafe.InitBlock(&types, byte.MaxValue, (uint)sizeof(Libc.icmp6_filter));
        types.icmp6_filt[Libc.ICMP6_ECHO_REPLY / BitsOfWord] &= ~(1u << (Libc.ICMP6_ECHO_REPLY % BitsOfWord));
        return Result(Libc.setsockopt(fd, Libc.IPPROTO_ICMPV6, Libc.ICMP6_FILTER, &types, (uint)sizeof(Libc.icmp6_filter)));
    }

    private static Errno Result(int result) => result == 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
}
