using System;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>A file without a name, to keep bytes in for a while; it is gone when it is closed. Whoever has it disposes it.</summary>
public sealed class SpoolFile : IDisposable
{
    // 0600.
    private const uint Mode = 0x180;

    private readonly OpenFile _content;

    private SpoolFile(OpenFile content)
    {
        _content = content;
    }

    /// <summary>The descriptor, to be sent to whoever writes; this object goes on owning it.</summary>
    public int Descriptor => _content.Descriptor;

    /// <summary>Makes one.</summary>
    /// <param name="directory">On a disk that has room; an absolute path.</param>
    /// <param name="file">The file, if the result is <see cref="Errno.None"/>.</param>
    public static Errno Create(string directory, out SpoolFile? file)
    {
        Errno error = Open(directory, Libc.O_DIRECTORY | Libc.__O_TMPFILE_BIT, out int fd);

        // Not every file system makes files without names.
        if (error is Errno.Unsupported or Errno.IsDirectory or Errno.InvalidArgument)
        {
            error = OpenNamed(directory, out fd);
        }

        file = error == Errno.None ? Adopt(fd) : null;
        return error;
    }

    /// <summary>Takes over a descriptor that was opened for reading and writing.</summary>
    public static SpoolFile Adopt(int descriptor) => new(new OpenFile(descriptor, default));

    /// <summary>Adds bytes at the end, and waits until the system has taken all of them: where its memory is full of what others wrote, for the disk. The loop must
    /// not wait for that, so it is for a <see cref="Loop.WorkThread"/>.</summary>
    /// <returns><see cref="Errno.NoSpace"/> when the disk is full; then some of them may have been added, and the file is of no use any more.</returns>
    public Errno Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // Nobody else has the descriptor by now, so its position is the end.
            IoResult written = IoResult.Write(Descriptor, bytes);
            if (written.Error != Errno.None)
            {
                return written.Error;
            }

            bytes = bytes[written.Bytes..];
        }

        return Errno.None;
    }

    /// <summary>Reads what was added back; may wait for the disk, as <see cref="Add"/>.</summary>
    /// <param name="destination">Is filled.</param>
    /// <param name="offset">Where what is read begins.</param>
    /// <returns><see cref="Errno.InputOutput"/> also where the file has become shorter.</returns>
    public Errno Read(Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            IoResult read = _content.Read(destination, offset);
            if (read.Error != Errno.None || read.Bytes == 0)
            {
                return read.Error == Errno.None ? Errno.InputOutput : read.Error;
            }

            destination = destination[read.Bytes..];
            offset += read.Bytes;
        }

        return Errno.None;
    }

    /// <inheritdoc/>
    public void Dispose() => _content.Dispose();

    private static unsafe Errno OpenNamed(string directory, out int fd)
    {
        const int Words = 2;
        Span<byte> random = stackalloc byte[Words * sizeof(ulong)];
        SystemRandom.Fill(random);
        string path = $"{directory}/.spool-{Convert.ToHexString(random)}";
        Errno error = Open(path, Libc.O_CREAT | Libc.O_EXCL, out fd);
        if (error == Errno.None)
        {
            fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0'))
            {
                _ = Libc.unlink(start);
            }
        }

        return error;
    }

    private static unsafe Errno Open(string path, int flags, out int fd)
    {
        fixed (byte* start = Encoding.UTF8.GetBytes(path + '\0'))
        {
            do
            {
                fd = Libc.openat(Libc.AT_FDCWD, start, flags | Libc.O_RDWR | Libc.O_CLOEXEC, Mode);
            }
            while (fd < 0 && IoResult.IsInterrupted());
            return IoResult.Of(fd).Error;
        }
    }
}
