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

    // Whether the list that is heard is of two states.
    private bool _isTorn;

    private NetlinkSocket(int fd)
    {
        _fd = fd;
    }

    /// <summary>The number by which the kernel names this socket to others; 0 until it has answered once.</summary>
    public uint Port { get; private set; }

    /// <summary>Whether the whole answer was heard.</summary>
    public bool IsOver { get; private set; } = true;

    /// <summary>Opens it.</summary>
    /// <param name="family">Of NETLINK_.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static NetlinkSocket Open(int family) => TryOpen(family) ?? throw new IOException($"a socket of netlink: {((Errno)Marshal.GetLastSystemError()).Describe()}");

    /// <summary>Opens it; null where it cannot be opened.</summary>
    /// <param name="family">Of NETLINK_.</param>
    public static NetlinkSocket? TryOpen(int family)
    {
        int fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, family);
        return fd >= 0 ? new NetlinkSocket(fd) : null;
    }

    /// <summary>Takes over a socket that does not block, on which somebody answers like the kernel.</summary>
    public static NetlinkSocket Adopt(int descriptor) => new(descriptor);

    /// <summary>Has the kernel look at what is asked for strictly, so that it lists no more than that.</summary>
    public void BeStrict() => _ = Socket.SetOption(_fd, Libc.SOL_NETLINK, Libc.NETLINK_GET_STRICT_CHK, 1);

    /// <summary>Asks, and hears the whole answer.</summary>
    /// <param name="request">A message that asks for a list or for an acknowledgement.</param>
    /// <param name="seen">Gets each message of the answer.</param>
    /// <returns>What the kernel says; <see cref="Errno.Interrupted"/> where a list is of two states.</returns>
    public Errno Ask(Span<byte> request, NetlinkVisitor seen)
    {
        Errno error = Begin(request);
        while (!IsOver)
        {
            error = Hear(seen);
        }

        return error;
    }

    /// <summary>Asks for a list that is heard block by block; this socket is for that alone until it <see cref="IsOver"/>.</summary>
    public Errno Begin(Span<byte> request)
    {
        NetlinkText.SetSequence(request, ++_sequence);
        IoResult sent = Socket.Send(_fd, request, 0);
        _isTorn = false;
        IsOver = sent.Error != Errno.None;
        return sent.Error;
    }

    /// <summary>Hears the next block of the answer: the kernel makes it meanwhile.</summary>
    /// <param name="seen">Gets each message.</param>
    /// <returns>What the kernel says; <see cref="Errno.Interrupted"/> at the end of a list that is of two states.</returns>
    public Errno Hear(NetlinkVisitor seen)
    {
        IoResult received = Socket.Receive(_fd, _buffer);
        Errno error = received.Error;
        IsOver = error != Errno.None;
        ReadOnlySpan<byte> messages = _buffer.AsSpan(0, IsOver ? 0 : received.Bytes);
        int at = 0;
        while (!IsOver && NetlinkText.TryReadMessage(messages, ref at, out NetlinkPart message))
        {
            if (NetlinkText.SequenceOf(messages, message) != _sequence)
            {
                continue;
            }

            Port = NetlinkText.PortOf(messages, message);
            _isTorn |= (NetlinkText.FlagsOf(messages, message) & Libc.NLM_F_DUMP_INTR) != 0;
            IsOver = IsLast(messages, message, ref error);
            if (!IsOver)
            {
                seen(messages, message);
            }
        }

        return IsOver && error == Errno.None && _isTorn ? Errno.Interrupted : error;
    }

    /// <summary>Has a batch of changes done, all of them or none.</summary>
    /// <param name="batch">Messages, of which some ask for an acknowledgement. What is wrong is said for each of them and for the whole.</param>
    public Errno Change(Span<byte> batch)
    {
        _sequence++;
        for (int at = 0; NetlinkText.TryReadMessage(batch, ref at, out NetlinkPart message);)
        {
            NetlinkText.SetSequence(batch[(message.Start - NetlinkText.HeaderBytes)..], _sequence);
        }

        Errno error = Socket.Send(_fd, batch, 0).Error;
        bool isAnswered = false;
        while (error == Errno.None && Socket.Receive(_fd, _buffer) is { Error: Errno.None } received)
        {
            ReadOnlySpan<byte> answers = _buffer.AsSpan(0, received.Bytes);
            for (int at = 0; error == Errno.None && NetlinkText.TryReadMessage(answers, ref at, out NetlinkPart answer);)
            {
                isAnswered |= NetlinkText.SequenceOf(answers, answer) == _sequence && answer.Type == Libc.NLMSG_ERROR && IsLast(answers, answer, ref error);
            }
        }

        return error == Errno.None && !isAnswered ? Errno.InvalidArgument : error;
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
