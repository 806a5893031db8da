using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>Sends messages to a unix datagram socket, such as the system logger's; never waits.</summary>
public sealed class LocalDatagram : IDisposable
{
    // -1 when closed.
    private int _fd;

    private LocalDatagram(int fd)
    {
        _fd = fd;
    }

    /// <summary>Connects.</summary>
    /// <param name="path">1 to 107 bytes; an abstract name begins with NUL.</param>
    /// <param name="socket">The socket, if the result is <see cref="Errno.None"/>.</param>
    public static Errno TryConnect(ReadOnlySpan<byte> path, out LocalDatagram? socket)
    {
        socket = null;
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            return (Errno)Marshal.GetLastSystemError();
        }

        Errno error = Socket.Connect(fd, SocketAddress.FromUnix(path));
        if (error == Errno.None)
        {
            socket = new LocalDatagram(fd);
        }
        else
        {
            _ = Libc.close(fd);
        }

        return error;
    }

    /// <summary>Sends one message.</summary>
    /// <returns>
    /// <see cref="Errno.WouldBlock"/> when the receiver's queue is full; <see cref="Errno.ConnectionRefused"/> or
    /// another when it is gone: connect anew.
    /// </returns>
    public Errno TrySend(ReadOnlySpan<byte> message) => Socket.Send(_fd, message, 0).Error;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.close(_fd);
            _fd = -1;
        }
    }
}
