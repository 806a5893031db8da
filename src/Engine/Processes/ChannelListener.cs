using System;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>A listening unix socket of the kind SOCK_SEQPACKET on a loop: who connects to it becomes a <see cref="Channel"/>.</summary>
public sealed class ChannelListener : IDisposable
{
    private readonly EventLoop _loop;
    private readonly ChannelWatch _watch;

    /// <summary>Takes over a listening socket, which is made non-blocking.</summary>
    /// <param name="loop">The loop of this process.</param>
    /// <param name="descriptor">The socket; this object owns it from now on.</param>
    /// <exception cref="System.IO.IOException">The descriptor cannot be watched.</exception>
    public ChannelListener(EventLoop loop, int descriptor)
    {
        ArgumentNullException.ThrowIfNull(loop);
        int flags = Libc.fcntl(descriptor, Libc.F_GETFL, 0);
        if (flags < 0 || Libc.fcntl(descriptor, Libc.F_SETFL, flags | Libc.O_NONBLOCK) < 0)
        {
            throw SystemCall.Failure("fcntl");
        }

        _loop = loop;
        _watch = new ChannelWatch(loop, descriptor);
    }

    /// <summary>Waits until <see cref="TryAccept"/> is worth a call.</summary>
    /// <returns>Ready, or Closed when this object was disposed.</returns>
    public ValueTask<Wake> Acceptable() => _watch.Readable();

    /// <summary>Takes the next connection, if there is one.</summary>
    /// <param name="channel">The connection, on the loop, if the result is <see cref="Errno.None"/>; the caller's.</param>
    /// <returns><see cref="Errno.WouldBlock"/> where nobody waits; otherwise why it failed: the one who waits may be there later.</returns>
    public Errno TryAccept(out Channel? channel)
    {
        channel = null;
        Errno error = Socket.Accept(_watch.Fd, out int fd, out _);
        if (error == Errno.None)
        {
            channel = Channel.Adopt(fd);
            channel.Attach(_loop);
        }
        else if (error == Errno.WouldBlock)
        {
            _watch.FoundNothing();
        }

        return error;
    }

    /// <summary>Closes the socket, and ends who waits for it; other holders of the socket go on.</summary>
    public void Dispose()
    {
        if (_watch.Fd >= 0)
        {
            _watch.Close();
        }
    }
}
