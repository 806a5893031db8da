using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>What kind of thing a path names.</summary>
public enum FileKind
{
    /// <summary>Neither of the others: a device, FIFO, socket or symbolic link.</summary>
    Other,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,
}

/// <summary>What stat(2) says of a file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When its content changed last.</param>
/// <param name="Inode">With <paramref name="Device"/>, its identity.</param>
/// <param name="Device">The file system it is on.</param>
/// <param name="Mode">Permission bits and kind, st_mode of inode(7).</param>
public readonly record struct FileStatus(
    FileKind Kind, long Length, DateTimeOffset Modified, ulong Inode, ulong Device, ushort Mode)
{
    /// <summary>Its owner's uid.</summary>
    public uint UserId { get; init; }

    /// <summary>Its gid.</summary>
    public uint GroupId { get; init; }

    /// <summary>When its content, owner or mode changed last; nobody can set it back.</summary>
    public DateTimeOffset Changed { get; init; }
}

/// <summary>A file opened for reading. The owner disposes it; sending from it needs it open until the sending is done.</summary>
public sealed class OpenFile : IDisposable
{
    internal OpenFile(int fd, FileStatus status)
    {
        Fd = fd;
        Status = status;
    }

    /// <summary>What it was when opened.</summary>
    public FileStatus Status { get; }

    /// <summary>-1 when closed.</summary>
    internal int Fd { get; private set; }

    /// <summary>Takes over a descriptor that another process opened for reading, and sent.</summary>
    /// <returns>Null where there is no such descriptor, which is closed then.</returns>
    public static OpenFile? Adopt(int descriptor)
    {
        if (Files.Stat(descriptor, out FileStatus status) == Errno.None)
        {
            return new OpenFile(descriptor, status);
        }

        _ = Libc.close(descriptor);
        return null;
    }

    /// <summary>Its descriptor, to be sent; this object keeps owning it. -1 when closed.</summary>
    public int Descriptor => Fd;

    /// <summary>What it is now; another length or time of change means that it was written to.</summary>
    public Errno Stat(out FileStatus status) => Files.Stat(Fd, out status);

    /// <summary>Reads at a position; 0 bytes at the end of the file.</summary>
    public unsafe IoResult Read(Span<byte> destination, long offset)
    {
        fixed (byte* start = destination)
        {
            nint count;
            do
            {
                count = Libc.pread(Fd, start, (nuint)destination.Length, offset);
            }
            while (count < 0 && IoResult.IsInterrupted());
            return IoResult.Of(count);
        }
    }

    /// <summary>The whole of a regular file.</summary>
    /// <param name="most">How many bytes it may have.</param>
    /// <returns>Null where it is none, is longer, or cannot be read.</returns>
    public byte[]? ReadAll(int most)
    {
        if (Stat(out FileStatus status) != Errno.None || status.Kind != FileKind.Regular || status.Length > most)
        {
            return null;
        }

        byte[] content = new byte[status.Length];
        int done = 0;
        while (done < content.Length)
        {
            IoResult result = Read(content.AsSpan(done), done);
            if (result.Bytes <= 0)
            {
                return null;
            }

            done += result.Bytes;
        }

        return content;
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        if (Fd >= 0)
        {
            _ = Libc.close(Fd);
            Fd = -1;
        }
    }
}
