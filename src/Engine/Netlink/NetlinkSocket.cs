using System;
using System.IO;
using System.Runtime.InteropServices;

using Sluice.Engine.Io;
using Sluice.Engine.Native;

namespace Sluice.Engine.Netlink;

/// <summary>Gets a message of the kernel, and the buffer in which it lies.</summary>
internal delegate void NetlinkVisitor(ReadOnlySpan<byte> buffer, NetlinkPart message);

/// <summary>Asks the kernel over netlink(7), one request at a time. What it asks is done while it is sent, so nothing here waits for anybody but the kernel.</summary>
internal sealed class NetlinkSocket : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _fd;
    private uint _sequence;

    private NetlinkSocket(int fd)
    {
        _fd = fd;
    }

    /// <summary>The number by which the kernel names this socket to others; 0 until it has answered once.</summary>
    public uint Port { get; private set; }

    /// <summary>Opens it.</summary>
    /// <param name="family">Of NETLINK_.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static NetlinkSocket Open(int family)
    {
        int fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, family);
        return fd >= 0 ? new NetlinkSocket(fd) : throw new IOException($"a socket of netlink: {((Errno)Marshal.GetLastSystemError()).Describe()}");
    }

    /// <summary>Has the kernel look at what is asked for strictly, so that it lists no more than that.</summary>
    public void BeStrict() => _ = Socket.SetOption(_fd, Libc.SOL_NETLINK, Libc.NETLINK_GET_STRICT_CHK, 1);

    /// <summary>Asks, and hears the whole answer.</summary>
    /// <param name="request">A message that asks for a list or for an acknowledgement.</param>
    /// <param name="seen">Gets each message of the answer.</param>
    /// <returns>What the kernel says; <see cref="Errno.Interrupted"/> where a list is of two states.</returns>
    public Errno Ask(Span<byte> request, NetlinkVisitor seen)
    {
        NetlinkText.SetSequence(request, ++_sequence);
        IoResult sent = Socket.Send(_fd, request, 0);
        Errno error = sent.Error;
        bool isTorn = false;
        bool isOver = error != Errno.None;
        while (!isOver)
        {
            IoResult received = Socket.Receive(_fd, _buffer);
            if (received.Error != Errno.None)
            {
                return received.Error;
            }

            ReadOnlySpan<byte> messages = _buffer.AsSpan(0, received.Bytes);
            int at = 0;
            while (!isOver && NetlinkText.TryReadMessage(messages, ref at, out NetlinkPart message))
            {
                if (NetlinkText.SequenceOf(messages, message) != _sequence)
                {
                    continue;
                }

                Port = NetlinkText.PortOf(messages, message);
                isTorn |= (NetlinkText.FlagsOf(messages, message) & Libc.NLM_F_DUMP_INTR) != 0;
                isOver = IsLast(messages, message, ref error);
                if (!isOver)
                {
                    seen(messages, message);
                }
            }
        }

        return error == Errno.None && isTorn ? Errno.Interrupted : error;
    }

    /// <summary>Asks for something to be done.</summary>
    public Errno Ask(Span<byte> request) => Ask(request, static (_, _) => { });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.close(_fd);
            _fd = -1;
        }
    }

    // The end of a list may have an error too.
    private static bool IsLast(ReadOnlySpan<byte> messages, NetlinkPart message, ref Errno error)
    {
        bool isEnd = message.Type == Libc.NLMSG_DONE;
        if (message.Type == Libc.NLMSG_ERROR || (isEnd && message.End - message.Start >= sizeof(int)))
        {
            error = NetlinkText.ErrorOf(messages, message);
        }

        return isEnd || message.Type == Libc.NLMSG_ERROR;
    }
}
