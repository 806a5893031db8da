using System;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>The names in a directory, read in pieces: a large one can be read without keeping others waiting.</summary>
/// <remarks><see cref="TryFill"/> for each piece, and <see cref="TryTake"/> for each of its names. The owner disposes it.</remarks>
public sealed class DirectoryReader : IDisposable
{
    // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name with NUL.
    private const int LengthOffset = 16;
    private const int NameOffset = 19;

    private readonly byte[] _records = new byte[16 * 1024];

    /// <summary>-1 when closed.</summary>
    private int _fd;

    /// <summary>Where the next record begins.</summary>
    private int _start;

    /// <summary>Where the records of the piece end.</summary>
    private int _end;

    /// <summary>Where the name that was taken last begins; a NUL stands behind it.</summary>
    private int _name;

    private DirectoryReader(int fd, FileStatus status)
    {
        _fd = fd;
        Status = status;
    }

    /// <summary>What the directory was when it was opened.</summary>
    public FileStatus Status { get; }

    /// <summary>Opens a directory.</summary>
    /// <param name="path">Bytes without NUL; links are followed, the chroot is the boundary.</param>
    /// <param name="reader">The directory, if the result is <see cref="Errno.None"/>.</param>
    /// <returns><see cref="Errno.NotDirectory"/> for what is none.</returns>
    public static Errno Open(ReadOnlySpan<byte> path, out DirectoryReader? reader)
    {
        reader = null;
        Errno error = Files.OpenDescriptor(path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, out int fd);
        if (error != Errno.None)
        {
            return error;
        }

        error = Files.Stat(fd, out FileStatus status);
        if (error != Errno.None)
        {
            _ = Libc.close(fd);
            return error;
        }

        reader = new DirectoryReader(fd, status);
        return Errno.None;
    }

    /// <summary>Reads the next piece: some hundred names at most.</summary>
    /// <param name="error">Why it cannot be read; <see cref="Errno.None"/> at the end.</param>
    /// <returns>Whether there is one.</returns>
    public unsafe bool TryFill(out Errno error)
    {
        nint length;
        fixed (byte* records = _records)
        {
            length = Libc.getdents64(_fd, records, (nuint)_records.Length);
        }

        error = length < 0 ? (Errno)Marshal.GetLastSystemError() : Errno.None;
        _start = 0;
        _end = (int)nint.Max(length, 0);
        return length > 0;
    }

    /// <summary>Takes the next name of the piece; "." and ".." come too, in the file system's order.</summary>
    /// <param name="name">Any bytes but slash and NUL; valid until the next piece is read.</param>
    /// <returns>Whether there is one; the next piece may have more.</returns>
    public bool TryTake(out ReadOnlySpan<byte> name)
    {
        name = default;
        if (_start == _end)
        {
            return false;
        }

        _name = _start + NameOffset;
        name = _records.AsSpan(_name.._end);
        name = name[..name.IndexOf((byte)0)];
        _start += BitConverter.ToUInt16(_records, _start + LengthOffset);
        return true;
    }

    /// <summary>What the name that was taken last stands for, links followed.</summary>
    public unsafe Errno Examine(out FileStatus status)
    {
        fixed (byte* name = &_records[_name])
        {
            return Files.Stat(_fd, name, 0, out status);
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.close(_fd);
            _fd = -1;
        }
    }
}
