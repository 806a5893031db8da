using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>Whether the last part of a path may be a symbolic link.</summary>
public enum Links
{
    /// <summary>It is followed; the chroot is the boundary.</summary>
    Follow,

    /// <summary>It is refused with <see cref="Errno.SymbolicLinkLoop"/>.</summary>
    Refuse,
}

/// <summary>Opening, and looking at, files and directories. Failures are values: a missing file is no surprise.</summary>
public static class Files
{
    private const int LongestPath = 4096;

    /// <summary>Opens a regular file for reading. Never waits: a FIFO or device is refused, not opened and waited for.</summary>
    /// <param name="path">Bytes without NUL.</param>
    /// <param name="links">What to do with a symbolic link at the end.</param>
    /// <param name="file">The file, if the result is <see cref="Errno.None"/>; the caller disposes it.</param>
    /// <returns>
    /// <see cref="Errno.IsDirectory"/> for a directory, <see cref="Errno.AccessDenied"/> for what is neither that nor a
    /// regular file; <see cref="Errno.InvalidArgument"/> for a path with a NUL in it.
    /// </returns>
    public static Errno Open(ReadOnlySpan<byte> path, Links links, out OpenFile? file)
    {
        file = null;
        int flags = Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NONBLOCK | (links == Links.Refuse ? Libc.O_NOFOLLOW : 0);
        Errno error = OpenDescriptor(path, flags, out int fd);
        if (error != Errno.None)
        {
            // ENXIO: a socket, or a device without a driver.
            return error == Errno.NoSuchDeviceOrAddress ? Errno.AccessDenied : error;
        }

        return Keep(fd, out file);
    }

    /// <summary>Opens a regular file for reading as a process would whose root is the folder, whatever links lie on the way; openat2(2).</summary>
    /// <param name="root">An absolute path.</param>
    /// <param name="path">Below the root; bytes without NUL.</param>
    /// <param name="file">The file, if the result is <see cref="Errno.None"/>; the caller disposes it.</param>
    /// <returns>As <see cref="Open"/>.</returns>
    public static unsafe Errno OpenBelow(string root, ReadOnlySpan<byte> path, out OpenFile? file)
    {
        file = null;
        Span<byte> terminated = stackalloc byte[LongestPath];
        Errno error = Terminate(path, terminated);
        if (error != Errno.None)
        {
            return error;
        }

        error = OpenDescriptor(Encoding.UTF8.GetBytes(root), Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, out int folder);
        if (error != Errno.None)
        {
            return error;
        }

        Libc.open_how how = new()
        {
            flags = Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY,
            resolve = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS,
        };
        int fd;
        fixed (byte* start = terminated)
        {
            do
            {
                fd = (int)Libc.syscall(Libc.SYS_openat2, folder, (nint)start, (nint)(&how), sizeof(Libc.open_how), 0, 0);
            }
            while (fd < 0 && IoResult.IsInterrupted());
        }

        error = fd >= 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
        _ = Libc.close(folder);
        return error == Errno.None ? Keep(fd, out file) : error == Errno.NoSuchDeviceOrAddress ? Errno.AccessDenied : error;
    }

    /// <summary>What a path names, symbolic links followed.</summary>
    [SkipLocalsInit]
    public static unsafe Errno Stat(ReadOnlySpan<byte> path, out FileStatus status)
    {
        Span<byte> terminated = stackalloc byte[LongestPath];
        Errno error = Terminate(path, terminated);
        status = default;
        if (error != Errno.None)
        {
            return error;
        }

        fixed (byte* start = terminated)
        {
            return Stat(Libc.AT_FDCWD, start, 0, out status);
        }
    }

    private static Errno Keep(int fd, out OpenFile? file)
    {
        Errno error = Stat(fd, out FileStatus status);
        if (error == Errno.None && status.Kind == FileKind.Regular)
        {
            file = new OpenFile(fd, status);
            return Errno.None;
        }

        file = null;
        _ = Libc.close(fd);
        return error != Errno.None ? error : status.Kind == FileKind.Directory ? Errno.IsDirectory : Errno.AccessDenied;
    }

    internal static unsafe Errno Stat(int fd, out FileStatus status)
    {
        byte empty = 0;
        return Stat(fd, &empty, Libc.AT_EMPTY_PATH, out status);
    }

    [SkipLocalsInit]
    internal static unsafe Errno OpenDescriptor(ReadOnlySpan<byte> path, int flags, out int fd)
    {
        Span<byte> terminated = stackalloc byte[LongestPath];
        Errno error = Terminate(path, terminated);
        fd = -1;
        if (error != Errno.None)
        {
            return error;
        }

        fixed (byte* start = terminated)
        {
            do
            {
                fd = Libc.openat(Libc.AT_FDCWD, start, flags, 0);
            }
            while (fd < 0 && IoResult.IsInterrupted());
            return fd >= 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
        }
    }

    internal static unsafe Errno Stat(int directory, byte* path, int flags, out FileStatus status)
    {
        Libc.statx_t native;
        if (Libc.statx(directory, path, flags, Libc.STATX_BASIC_STATS, &native) != 0)
        {
            status = default;
            return (Errno)Marshal.GetLastSystemError();
        }

        FileKind kind = (native.stx_mode & Libc.S_IFMT) switch
        {
            Libc.S_IFREG => FileKind.Regular,
            Libc.S_IFDIR => FileKind.Directory,
            _ => FileKind.Other,
        };
        status = new FileStatus(
            kind,
            (long)native.stx_size,
            Moment(native.stx_mtime),
            native.stx_ino,
            ((ulong)native.stx_dev_major << 32) | native.stx_dev_minor,
            native.stx_mode)
        {
            UserId = native.stx_uid,
            GroupId = native.stx_gid,
            Changed = Moment(native.stx_ctime),
        };
        return Errno.None;
    }

    // A file system may hold times that DateTimeOffset cannot: they become the nearest it can.
    private static DateTimeOffset Moment(in Libc.statx_timestamp time)
    {
        long ticks = (time.tv_sec * TimeSpan.TicksPerSecond) + (time.tv_nsec / TimeSpan.NanosecondsPerTick);
        return new(
            long.Clamp(DateTime.UnixEpoch.Ticks + ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    private static Errno Terminate(ReadOnlySpan<byte> path, Span<byte> terminated)
    {
        if (path.Length >= terminated.Length)
        {
            return Errno.NameTooLong;
        }

        if (path.Contains((byte)0))
        {
            return Errno.InvalidArgument;
        }

        path.CopyTo(terminated);
        terminated[path.Length] = 0;
        return Errno.None;
    }
}
