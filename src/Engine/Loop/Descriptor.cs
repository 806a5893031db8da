using Sluice.Engine.Io;
using Sluice.Engine.Native;

namespace Sluice.Engine.Loop;

/// <summary>A descriptor that an <see cref="EventLoop"/> watches.</summary>
public abstract class Descriptor
{
    private protected Descriptor(EventLoop loop)
    {
        Loop = loop;
    }

    /// <summary>The loop it lives on.</summary>
    public EventLoop Loop { get; }

    // -1 when closed.
    internal int Fd { get; private protected set; } = -1;

    /// <summary>
    /// Changes when the descriptor is closed. It stands beside the fd in epoll's data, so that an event which was
    /// already fetched for a closed descriptor does not reach the one that has its number now.
    /// </summary>
    internal uint Generation { get; private set; }

    internal abstract void OnReady(Readiness readiness);

    private protected void CloseDescriptor()
    {
        int fd = Fd;
        Fd = -1;
        Generation = unchecked(Generation + 1);
        Loop.Forget(fd);
        // Linux has closed the descriptor also when close(2) reports EINTR or a late error.
        _ = KernelCalls.Close(fd);
    }
}

/// <summary>What epoll(7) says about a descriptor; the values are its own.</summary>
[System.Flags]
internal enum Readiness : uint
{
    None = 0,
    Input = Libc.EPOLLIN,
    Urgent = Libc.EPOLLPRI,
    Output = Libc.EPOLLOUT,
    Failed = Libc.EPOLLERR,
    HangUp = Libc.EPOLLHUP,
    PeerDone = Libc.EPOLLRDHUP,
    EdgeTriggered = Libc.EPOLLET,
}
