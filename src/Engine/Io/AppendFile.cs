using System;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>A file to whose end lines are added, by whoever has its descriptor; also a terminal, pipe or FIFO.</summary>
/// <param name="Descriptor">Opened for appending. Nobody closes it but who calls <see cref="Close"/>.</param>
public readonly record struct AppendFile(int Descriptor)
{
    // 0644 of the log files of httpd(8), less the process's umask.
    private const uint Mode = 0x1a4;

    /// <summary>Opens a file, and creates it where it is missing. Never waits.</summary>
    /// <param name="path">Symbolic links are followed: logs may be elsewhere.</param>
    /// <param name="file">The file, if the result is <see cref="Errno.None"/>.</param>
    /// <returns><see cref="Errno.NoSuchDeviceOrAddress"/> for a FIFO that nobody reads.</returns>
    public static unsafe Errno Open(string path, out AppendFile file)
    {
        const int flags = Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY;
        fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0'))
        {
            int fd;
            do
            {
                fd = Libc.openat(Libc.AT_FDCWD, start, flags, Mode);
            }
            while (fd < 0 && IoResult.IsInterrupted());
            file = new AppendFile(fd);
            return IoResult.Of(fd).Error;
        }
    }

    /// <summary>Adds bytes; perhaps not all.</summary>
    /// <returns><see cref="Errno.NoSpace"/> when the disk is full, <see cref="Errno.WouldBlock"/> when a pipe is.</returns>
    public IoResult Append(ReadOnlySpan<byte> bytes) => IoResult.Write(Descriptor, bytes);

    /// <summary>Closes the descriptor in this process.</summary>
    public void Close() => _ = Libc.close(Descriptor);
}
