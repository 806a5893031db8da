using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>One end of a socket pair between two of our processes: whole messages, and descriptors with them.</summary>
/// <remarks>
/// unix(7), SOCK_SEQPACKET. An empty message means nothing here: it cannot be told from the end. When a peer dies with
/// unread messages queued the kernel says ECONNRESET and not the end; both are <see cref="ChannelStatus.Closed"/>.
/// </remarks>
public sealed class Channel : IDisposable
{
    /// <summary>Bytes of the longest message; what is longer goes into a <see cref="SealedMemory"/>.</summary>
    public const int LongestMessage = 65536;

    /// <summary>How many descriptors a message may carry; the kernel's limit is 253.</summary>
    public const int MostDescriptors = 250;

    // Room for the kernel's own limit, so that a peer cannot make us lose some: CMSG_SPACE(253 * sizeof(int)).
    private const int ControlBytes = 16 + 1016;

    // Null until the channel is attached to a loop.
    private ChannelWatch? _watch;

    private Channel(int fd)
    {
        Descriptor = fd;
    }

    /// <summary>The socket, to be inherited or sent; the channel keeps owning it. -1 when closed.</summary>
    public int Descriptor { get; private set; }

    /// <summary>Makes two connected ends, both close-on-exec.</summary>
    /// <exception cref="System.IO.IOException">The system has no descriptor or memory left.</exception>
    public static unsafe (Channel Ours, Channel Theirs) CreatePair()
    {
        int* ends = stackalloc int[2];
        return Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_SEQPACKET | Libc.SOCK_CLOEXEC, 0, ends) == 0
            ? (new Channel(ends[0]), new Channel(ends[1]))
            : throw SystemCall.Failure("socketpair");
    }

    /// <summary>Takes over a descriptor that was inherited or received, and makes it close-on-exec.</summary>
    /// <exception cref="System.IO.IOException">There is no such descriptor.</exception>
    public static Channel Adopt(int descriptor) =>
        Libc.fcntl(descriptor, Libc.F_SETFD, Libc.FD_CLOEXEC) == 0
            ? new Channel(descriptor)
            : throw SystemCall.Failure("fcntl");

    /// <summary>Connects to a listening unix socket of the kind SOCK_SEQPACKET, such as a <see cref="ChannelListener"/>'s.</summary>
    /// <param name="path">1 to 107 bytes.</param>
    /// <param name="channel">The connection, if the result is <see cref="Errno.None"/>; the caller's.</param>
    /// <remarks>Waits while the listener's queue is full.</remarks>
    public static Errno Connect(ReadOnlySpan<byte> path, out Channel? channel)
    {
        channel = null;
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_SEQPACKET | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            return SystemCall.LastError;
        }

        Errno error = Socket.Connect(fd, SocketAddress.FromUnix(path));
        if (error == Errno.None)
        {
            channel = new Channel(fd);
        }
        else
        {
            _ = Libc.close(fd);
        }

        return error;
    }

    /// <summary>Who was at the other end when it connected; unix(7), SO_PEERCRED.</summary>
    /// <exception cref="System.IO.IOException">The channel is closed.</exception>
    public unsafe PeerCredentials PeerCredentials()
    {
        Libc.ucred credentials;
        uint length = (uint)sizeof(Libc.ucred);
        return Libc.getsockopt(Descriptor, Libc.SOL_SOCKET, Libc.SO_PEERCRED, &credentials, &length) == 0
            ? new PeerCredentials(credentials.pid, credentials.uid, credentials.gid)
            : throw SystemCall.Failure("getsockopt");
    }

    /// <summary>Puts the channel on the loop, where it stays; nothing may block on it from now on.</summary>
    /// <exception cref="System.IO.IOException">The kernel has no memory left.</exception>
    public void Attach(EventLoop loop)
    {
        Debug.Assert(_watch is null, "a channel is attached once");
        ArgumentNullException.ThrowIfNull(loop);
        _watch = new ChannelWatch(loop, Descriptor);
    }

    /// <summary>Waits until <see cref="TryReceive"/> is worth a call: for a message, or for the end.</summary>
    /// <returns>Ready, or Closed when this end was disposed.</returns>
    public ValueTask<Wake> Readable() => Watch.Readable();

    /// <summary>Waits until <see cref="TrySend"/>, which said Again, is worth another call.</summary>
    /// <returns>Ready, or Closed when this end was disposed.</returns>
    public ValueTask<Wake> Writable() => Watch.Writable();

    /// <summary>Sends one message, waiting while the peer's queue is full; for start-up, before a loop runs.</summary>
    /// <param name="message">1 to <see cref="LongestMessage"/> bytes.</param>
    /// <param name="descriptors">At most <see cref="MostDescriptors"/>; the sender keeps its own.</param>
    /// <returns>Done or Closed; Closed also when this end was disposed.</returns>
    public ChannelStatus Send(ReadOnlySpan<byte> message, params ReadOnlySpan<int> descriptors) =>
        Send(message, descriptors, 0);

    /// <summary>Sends one message if there is room for it now.</summary>
    /// <inheritdoc cref="Send(ReadOnlySpan{byte}, ReadOnlySpan{int})"/>
    /// <returns>Done, Again or Closed.</returns>
    public ChannelStatus TrySend(ReadOnlySpan<byte> message, params ReadOnlySpan<int> descriptors) =>
        Send(message, descriptors, Libc.MSG_DONTWAIT);

    /// <summary>Waits for one message; for start-up, before a loop runs.</summary>
    /// <param name="destination">Where it goes; <see cref="LongestMessage"/> bytes hold any.</param>
    /// <param name="descriptors">Those that came with it, never null; the caller disposes it.</param>
    /// <returns>Done, Closed or Truncated; Closed also when this end was disposed.</returns>
    public ChannelResult Receive(Span<byte> destination, out ReceivedDescriptors descriptors) =>
        Receive(destination, out descriptors, 0);

    /// <summary>Waits a bounded time for one message, and keeps everything else of this process waiting: for answers that
    /// come in microseconds.</summary>
    /// <param name="destination">Where it goes; <see cref="LongestMessage"/> bytes hold any.</param>
    /// <param name="descriptors">Those that came with it, never null; the caller disposes it.</param>
    /// <param name="within">How long at most, in whole milliseconds.</param>
    /// <returns>Done, Again where none came in time, Closed or Truncated.</returns>
    public ChannelResult Receive(Span<byte> destination, out ReceivedDescriptors descriptors, TimeSpan within)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan left = within - Stopwatch.GetElapsedTime(start);
            Poll(left);
            ChannelResult result = TryReceive(destination, out descriptors);
            if (result.Status != ChannelStatus.Again || left <= TimeSpan.Zero)
            {
                return result;
            }
        }
    }

    /// <summary>Takes the next message if there is one.</summary>
    /// <inheritdoc cref="Receive(Span{byte}, out ReceivedDescriptors)"/>
    /// <returns>Done, Again, Closed or Truncated.</returns>
    public ChannelResult TryReceive(Span<byte> destination, out ReceivedDescriptors descriptors) =>
        Receive(destination, out descriptors, Libc.MSG_DONTWAIT);

    /// <summary>Closes this end, and ends who waits for it; the peer finds the channel closed once it has read what was sent.</summary>
    public void Dispose()
    {
        int fd = Descriptor;
        Descriptor = -1;
        if (fd >= 0 && _watch is null)
        {
            _ = Libc.close(fd);
        }
        else if (fd >= 0)
        {
            Watch.Close();
        }
    }

    private ChannelWatch Watch => _watch ?? throw new InvalidOperationException("the channel is on no loop");

    // Until something may have come. Its result does not matter: the next receive knows better.
    private unsafe void Poll(TimeSpan within)
    {
        Libc.pollfd descriptor = new() { fd = Descriptor, events = Libc.POLLIN };
        _ = Libc.poll(&descriptor, 1, int.Max(0, (int)double.Ceiling(within.TotalMilliseconds)));
    }

    private unsafe ChannelStatus Send(ReadOnlySpan<byte> message, ReadOnlySpan<int> descriptors, int flags)
    {
        ArgumentOutOfRangeException.ThrowIfZero(message.Length, nameof(message));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, LongestMessage, nameof(message));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(descriptors.Length, MostDescriptors, nameof(descriptors));
        if (Descriptor < 0)
        {
            return ChannelStatus.Closed;
        }

        byte* control = stackalloc byte[ControlBytes];
        fixed (byte* start = message)
        {
            Libc.iovec vector = new() { iov_base = start, iov_len = (nuint)message.Length };
            Libc.msghdr header = new() { msg_iov = &vector, msg_iovlen = 1 };
            if (!descriptors.IsEmpty)
            {
                int rights = descriptors.Length * sizeof(int);
                *(Libc.cmsghdr*)control = new Libc.cmsghdr
                {
                    cmsg_len = (nuint)(sizeof(Libc.cmsghdr) + rights),
                    cmsg_level = Libc.SOL_SOCKET,
                    cmsg_type = Libc.SCM_RIGHTS,
                };
                descriptors.CopyTo(new Span<int>(control + sizeof(Libc.cmsghdr), descriptors.Length));
                header.msg_control = control;
                header.msg_controllen = Aligned(sizeof(Libc.cmsghdr) + rights);
            }

            while (Libc.sendmsg(Descriptor, &header, flags | Libc.MSG_NOSIGNAL) < 0)
            {
                switch (SystemCall.LastError)
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.WouldBlock:
                        _watch?.FoundFull();
                        return ChannelStatus.Again;
                    case Errno.BrokenPipe or Errno.ConnectionReset or Errno.NotConnected:
                        return ChannelStatus.Closed;
                    default:
                        throw SystemCall.Failure("sendmsg");
                }
            }

            return ChannelStatus.Done;
        }
    }

    private unsafe ChannelResult Receive(Span<byte> destination, out ReceivedDescriptors descriptors, int flags)
    {
        descriptors = ReceivedDescriptors.None;
        if (Descriptor < 0)
        {
            return new ChannelResult(0, ChannelStatus.Closed);
        }

        byte* control = stackalloc byte[ControlBytes];
        fixed (byte* start = destination)
        {
            Libc.iovec vector = new() { iov_base = start, iov_len = (nuint)destination.Length };
            Libc.msghdr header = new()
            {
                msg_iov = &vector,
                msg_iovlen = 1,
                msg_control = control,
                msg_controllen = ControlBytes,
            };
            nint length;
            while ((length = Libc.recvmsg(Descriptor, &header, flags | Libc.MSG_CMSG_CLOEXEC)) < 0)
            {
                switch (SystemCall.LastError)
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.WouldBlock:
                        _watch?.FoundNothing();
                        return new ChannelResult(0, ChannelStatus.Again);
                    case Errno.ConnectionReset:
                        return new ChannelResult(0, ChannelStatus.Closed);
                    default:
                        throw SystemCall.Failure("recvmsg");
                }
            }

            descriptors = Descriptors(new ReadOnlySpan<byte>(control, (int)header.msg_controllen));
            if ((header.msg_flags & (Libc.MSG_TRUNC | Libc.MSG_CTRUNC)) != 0)
            {
                descriptors.Dispose();
                return new ChannelResult(0, ChannelStatus.Truncated);
            }

            return new ChannelResult((int)length, length == 0 ? ChannelStatus.Closed : ChannelStatus.Done);
        }
    }

    // Our sockets ask for no other kind of control message, so there is one at most.
    private static ReceivedDescriptors Descriptors(ReadOnlySpan<byte> control)
    {
        int header = Unsafe.SizeOf<Libc.cmsghdr>();
        if (control.Length < header)
        {
            return ReceivedDescriptors.None;
        }

        Libc.cmsghdr first = Unsafe.ReadUnaligned<Libc.cmsghdr>(in control[0]);
        Debug.Assert(first is { cmsg_level: Libc.SOL_SOCKET, cmsg_type: Libc.SCM_RIGHTS }, "nothing else was asked for");
        return new ReceivedDescriptors(control[header..(int)first.cmsg_len]);
    }

    private static nuint Aligned(int length) => (nuint)((length + sizeof(ulong) - 1) & ~(sizeof(ulong) - 1));
}
