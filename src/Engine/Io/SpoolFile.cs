using System;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>A file without a name, to keep bytes in for a while; it is gone when it is closed. Whoever has it disposes it.</summary>
public sealed class SpoolFile : IDisposable
{
    // 0600.
    private const uint Mode = 0x180;

    private SpoolFile(int fd, OpenFile content)
    {
        Descriptor = fd;
        Content = content;
    }

    /// <summary>What was written, to be sent from.</summary>
    public OpenFile Content { get; }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>The descriptor, to be sent to whoever writes; this object goes on owning it.</summary>
    public int Descriptor { get; }

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
    public static SpoolFile Adopt(int descriptor) => new(descriptor, new OpenFile(descriptor, default));

    /// <summary>Adds bytes at the end.</summary>
    /// <returns><see cref="Errno.NoSpace"/> when the disk is full; then some of them may have been added, and the file is of no use any more.</returns>
    public unsafe Errno Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* start = bytes)
            {
                written = Libc.pwrite(Descriptor, start, (nuint)bytes.Length, Length);
            }

            if (written < 0 && !IoResult.IsInterrupted())
            {
                return IoResult.Of(written).Error;
            }

            int count = (int)nint.Max(written, 0);
            Length += count;
            bytes = bytes[count..];
        }

        return Errno.None;
    }

    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();

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
