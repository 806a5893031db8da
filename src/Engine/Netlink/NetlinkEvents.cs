using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Native;

namespace Sluice.Engine.Netlink;

/// <summary>Hears from the kernel over netlink(7) what others change.</summary>
public abstract class NetlinkEvents : Descriptor
{
    private const int BufferBytes = 64 * 1024;
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;

    private readonly Waiter _reader = new();
    private readonly byte[] _buffer = new byte[BufferBytes];

    // False from the call that found nothing to the next edge, which may come while nobody waits.
    private bool _mayReceive = true;

    private protected NetlinkEvents(EventLoop loop)
        : base(loop)
    {
    }

    /// <summary>Waits until there may be something to take.</summary>
    /// <returns>Ready, or Closed when this object was disposed.</returns>
    public ValueTask<Wake> Readable() => Fd < 0 ? new(Wake.Closed) : _mayReceive ? new(Wake.Ready) : _reader.Wait();

    internal override void OnReady(Readiness readiness)
    {
        _mayReceive = true;
        _reader.Complete(Wake.Ready);
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="family">Of NETLINK_.</param>
    /// <param name="groups">From 1 to 32.</param>
    /// <exception cref="IOException">The kernel does not tell.</exception>
    private protected void Listen(int family, params ReadOnlySpan<int> groups)
    {
        uint wanted = 0;
        foreach (int group in groups)
        {
            wanted |= 1u << (group - 1);
        }

        Fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, family);
        Errno error = Fd < 0 ? (Errno)Marshal.GetLastSystemError() : Listen(Fd, wanted);
        error = error == Errno.None ? Loop.Watch(this, Readiness.Input | Readiness.EdgeTriggered) : error;
        if (error != Errno.None)
        {
            throw new IOException($"events of netlink: {error.Describe()}");
        }
    }

    private protected void Close()
    {
        if (Fd >= 0)
        {
            CloseDescriptor();
            _reader.Complete(Wake.Closed);
        }
    }

    /// <summary>Takes what was told so far.</summary>
    private protected void Drain()
    {
        while (Fd >= 0)
        {
            IoResult received = Socket.Receive(Fd, _buffer);
            if (received.Error == Errno.NoBuffers)
            {
                Lose();
            }
            else if (received.Error != Errno.None)
            {
                _mayReceive = false;
                break;
            }
            else
            {
                Take(_buffer.AsSpan(0, received.Bytes));
            }
        }
    }

    /// <summary>Takes messages.</summary>
    private protected abstract void Take(ReadOnlySpan<byte> messages);

    /// <summary>What was told too fast is lost.</summary>
    private protected abstract void Lose();

    private static unsafe Errno Listen(int fd, uint groups)
    {
        _ = Socket.SetOption(fd, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, ReceiveBufferBytes);
        Libc.sockaddr_nl address = new() { nl_family = Libc.AF_NETLINK, nl_groups = groups };
        return Libc.bind(fd, &address, (uint)Unsafe.SizeOf<Libc.sockaddr_nl>()) == 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
    }
}
