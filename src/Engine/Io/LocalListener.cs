using System.Runtime.InteropServices;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Processes;

namespace Sluice.Engine.Io;

/// <summary>A socket with a name in the file system on which whole messages are exchanged, unix(7) SOCK_SEQPACKET; as the process keeps it that made the name.</summary>
public sealed class LocalListener : IKeptDescriptor
{
    private const int Backlog = 64;

    // rw for owner and group, inode(7).
    private const uint Mode = 0x1B0;

    // S_IFMT and S_IFSOCK, inode(7).
    private const int KindMask = 0xF000;
    private const int SocketKind = 0xC000;

    private readonly string _path;
    private readonly ulong _inode;

    private LocalListener(int fd, string path, ulong inode)
    {
        Descriptor = fd;
        _path = path;
        _inode = inode;
    }

    /// <inheritdoc/>
    public int Descriptor { get; private set; }

    /// <summary>Makes the name, which owner and group of this process may connect to. A name that is left of a process that is gone is replaced.</summary>
    /// <param name="path">Absolute, at most 107 bytes.</param>
    /// <param name="listener">The socket, where the result is <see cref="Errno.None"/>.</param>
    /// <returns><see cref="Errno.AddressInUse"/> where somebody listens there, or the name is no socket.</returns>
    public static Errno Open(string path, out LocalListener? listener)
    {
        listener = null;
        int fd = Create();
        if (fd < 0)
        {
            return (Errno)Marshal.GetLastSystemError();
        }

        Errno error = Bind(fd, path);
        if (error == Errno.AddressInUse && IsLeftOver(path))
        {
            Unlink(path);
            error = Bind(fd, path);
        }

        if (error == Errno.None)
        {
            error = Result(Libc.listen(fd, Backlog));
        }

        if (error == Errno.None && Stat(path, out FileStatus status) == Errno.None)
        {
            listener = new LocalListener(fd, path, status.Inode);
            return Errno.None;
        }

        _ = Libc.close(fd);
        return error;
    }

    /// <summary>Closes it and removes its name, unless the name is somebody else's by now.</summary>
    public void Dispose()
    {
        if (Descriptor < 0)
        {
            return;
        }

        _ = Libc.close(Descriptor);
        Descriptor = -1;
        if (Stat(_path, out FileStatus status) == Errno.None && status.Inode == _inode)
        {
            Unlink(_path);
        }
    }

    private static int Create() => Libc.socket(Libc.AF_UNIX, Libc.SOCK_SEQPACKET | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0);

    // Nobody can connect before the mode is right: that needs listen(2).
    private static unsafe Errno Bind(int fd, string path)
    {
        Errno error = Socket.Bind(fd, SocketAddress.FromUnix(Encoding.UTF8.GetBytes(path)));
        if (error != Errno.None)
        {
            return error;
        }

        fixed (byte* name = SystemCall.Terminated(path))
        {
            return Result(Libc.chmod(name, Mode));
        }
    }

    // A socket that nobody listens on. What is no socket refuses connections as well.
    private static bool IsLeftOver(string path)
    {
        int fd = Stat(path, out FileStatus status) == Errno.None && (status.Mode & KindMask) == SocketKind ? Create() : -1;
        if (fd < 0)
        {
            return false;
        }

        Errno error = Socket.Connect(fd, SocketAddress.FromUnix(Encoding.UTF8.GetBytes(path)));
        _ = Libc.close(fd);
        return error == Errno.ConnectionRefused;
    }

    private static unsafe void Unlink(string path)
    {
        fixed (byte* name = SystemCall.Terminated(path))
        {
            _ = Libc.unlink(name);
        }
    }

    private static Errno Stat(string path, out FileStatus status) => Files.Stat(Encoding.UTF8.GetBytes(path), out status);

    private static Errno Result(int result) => result == 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
}
