using System;
using System.Text;

using Sluice.Engine.Native;
using Sluice.Engine.Processes;

namespace Sluice.Engine.Io;

/// <summary>A file that one process changes at a time: locked as by flock(2), and replaced as a whole, so that whoever reads it sees
/// the old content or the new one and never a part. The owner disposes it, which ends the lock.</summary>
/// <remarks>Waits for the disk: for programs that do one thing, and not for a loop.</remarks>
public sealed class LockedFile : IDisposable
{
    // Only its owner, until somebody says otherwise.
    private const uint NewMode = 0x180;
    private const int LongestPath = 4096;
    private const ushort Permissions = 0xfff;

    private readonly byte[] _path;
    private readonly OpenFile _file;

    private LockedFile(byte[] path, OpenFile file)
    {
        _path = path;
        _file = file;
    }

    /// <summary>What it was when it was locked.</summary>
    public FileStatus Status => _file.Status;

    /// <summary>Opens a file, locks it, and creates it with mode 0600 where it is missing.</summary>
    /// <param name="path">A symbolic link is followed, and what it leads to is changed.</param>
    /// <param name="file">The file, if the result is <see cref="Errno.None"/>.</param>
    /// <returns><see cref="Errno.WouldBlock"/> where another process has the lock; <see cref="Errno.AccessDenied"/> for what is no regular file.</returns>
    public static Errno Open(string path, out LockedFile? file)
    {
        const int MostTries = 8;
        file = null;
        Errno error = Errno.WouldBlock;
        for (int attempt = 0; attempt < MostTries && file is null; attempt++)
        {
            error = TryOpen(path, out file);
            if (error != Errno.None)
            {
                return error;
            }
        }

        // Others replace it faster than it can be locked.
        return file is null ? Errno.WouldBlock : error;
    }

    /// <summary>Reads at a position; 0 bytes at the end.</summary>
    public IoResult Read(Span<byte> destination, long offset) => _file.Read(destination, offset);

    /// <summary>Gives the file another content, at once and for good: its owner and mode stay, it is another inode.</summary>
    /// <returns>Why nothing was changed; the folder must be one in which this process may create files.</returns>
    public unsafe Errno Replace(ReadOnlySpan<byte> content)
    {
        byte[] beside = [.. _path.AsSpan(0, _path.Length - 1), .. Encoding.ASCII.GetBytes($".{Environment.ProcessId}.new\0")];
        fixed (byte* name = beside, path = _path)
        {
            int fd = Libc.open(name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, NewMode);
            if (fd < 0)
            {
                return SystemCall.LastError;
            }

            Errno error = Fill(fd, content);
            _ = Libc.close(fd);
            if (error == Errno.None)
            {
                error = Result(Libc.rename(name, path));
            }

            if (error != Errno.None)
            {
                _ = Libc.unlink(name);
            }

            return error;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Null without an error: another process replaced the file between opening and locking.
    private static unsafe Errno TryOpen(string path, out LockedFile? file)
    {
        file = null;
        byte[] real = new byte[LongestPath];
        fixed (byte* name = SystemCall.Terminated(path), destination = real)
        {
            int fd = Libc.open(name, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY, NewMode);
            if (fd < 0)
            {
                return SystemCall.LastError;
            }

            Errno error = Result(Libc.flock(fd, Libc.LOCK_EX | Libc.LOCK_NB));
            error = error != Errno.None ? error : Files.Stat(fd, out _);
            if (error == Errno.None && Libc.realpath(name, destination) == null)
            {
                error = SystemCall.LastError;
            }

            if (error != Errno.None || Files.Stat(fd, out FileStatus status) != Errno.None)
            {
                _ = Libc.close(fd);
                return error;
            }

            OpenFile opened = new(fd, status);
            if (status.Kind != FileKind.Regular)
            {
                opened.Dispose();
                return Errno.AccessDenied;
            }

            int length = real.AsSpan().IndexOf((byte)0);
            if (Files.Stat(real.AsSpan(0, length), out FileStatus now) != Errno.None || (now.Inode, now.Device) != (status.Inode, status.Device))
            {
                opened.Dispose();
                return Errno.None;
            }

            file = new LockedFile(real[..(length + 1)], opened);
            return Errno.None;
        }
    }

    private Errno Fill(int fd, ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            IoResult written = IoResult.Write(fd, content);
            if (written.Error != Errno.None)
            {
                return written.Error;
            }

            content = content[written.Bytes..];
        }

        // The owner first: a change of it takes bits of the mode away.
        Errno error = Result(Libc.fchown(fd, Status.UserId, Status.GroupId));
        error = error != Errno.None ? error : Result(Libc.fchmod(fd, (uint)(Status.Mode & Permissions)));
        return error != Errno.None ? error : Result(Libc.fsync(fd));
    }

    private static Errno Result(int result) => result == 0 ? Errno.None : SystemCall.LastError;
}
