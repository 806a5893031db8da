using System;

using Sluice.Engine.Io;
using Sluice.Engine.Native;

namespace Sluice.Engine.Streams;

/// <summary>A pipe that carries bytes from one socket to another without a copy through this process, splice(2).</summary>
public sealed class Pipe
{
    private readonly int _read;
    private readonly int _write;

    private Pipe(int read, int write, int capacity)
    {
        _read = read;
        _write = write;
        Capacity = capacity;
    }

    /// <summary>Bytes inside.</summary>
    public int Buffered { get; private set; }

    /// <summary>Bytes it holds at most; small packets fill it earlier, because each takes a page of its own.</summary>
    internal int Capacity { get; }

    internal static unsafe Pipe? Create(int capacity)
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC | Libc.O_NONBLOCK) != 0)
        {
            return null;
        }

        // Beyond the user's limit the kernel refuses to enlarge it; it serves as it is.
        int actual = Libc.fcntl(ends[1], Libc.F_SETPIPE_SZ, capacity);
        return new Pipe(ends[0], ends[1], actual > 0 ? actual : 64 * 1024);
    }

    internal IoResult FillFrom(int fd, int most)
    {
        IoResult moved = Socket.Splice(fd, _write, int.Min(most, Capacity), 0);
        Buffered += moved.Bytes;
        return moved;
    }

    internal IoResult DrainTo(int fd)
    {
        if (Buffered == 0)
        {
            return default;
        }

        IoResult moved = Socket.Splice(_read, fd, Buffered, 0);
        Buffered -= moved.Bytes;
        return moved;
    }

    internal IoResult Read(Span<byte> destination)
    {
        if (Buffered == 0)
        {
            return default;
        }

        IoResult taken = IoResult.Read(_read, destination);
        Buffered -= taken.Bytes;
        return taken;
    }

    internal void Close()
    {
        _ = Libc.close(_read);
        _ = Libc.close(_write);
        Buffered = 0;
    }
}
