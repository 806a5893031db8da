using System;
using System.IO;

using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>Bytes that one process wrote once and that no process can change any more.</summary>
/// <remarks>memfd_create(2) with all seals: how a configuration or a key of any length travels over a <see cref="Channel"/>.</remarks>
public sealed class SealedMemory : IDisposable
{
    private const int AllSeals = Libc.F_SEAL_SEAL | Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW | Libc.F_SEAL_WRITE;

    private SealedMemory(int fd)
    {
        Descriptor = fd;
    }

    /// <summary>The descriptor, to be sent; this object keeps owning it. -1 when closed.</summary>
    public int Descriptor { get; private set; }

    /// <summary>Asks the kernel how many bytes there are.</summary>
    public long Measure()
    {
        long length = Libc.lseek(Descriptor, 0, Libc.SEEK_END);
        return length >= 0 ? length : throw SystemCall.Failure("lseek");
    }

    /// <summary>Copies the bytes and seals the copy.</summary>
    /// <param name="name">What /proc shows; nothing else depends on it.</param>
    /// <param name="content">Any length that memory holds, 0 included.</param>
    /// <exception cref="IOException">The system has no descriptor or memory left.</exception>
    public static unsafe SealedMemory Create(string name, ReadOnlySpan<byte> content)
    {
        fixed (byte* path = SystemCall.Terminated(name))
        {
            int fd = Libc.memfd_create(path, Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING);
            if (fd < 0)
            {
                throw SystemCall.Failure("memfd_create");
            }

            SealedMemory memory = new(fd);
            memory.Write(content);
            return Libc.fcntl(fd, Libc.F_ADD_SEALS, AllSeals) == 0 ? memory : throw SystemCall.Failure("fcntl");
        }
    }

    /// <summary>Takes over a received descriptor.</summary>
    /// <exception cref="IOException">It is not a memory with all seals, so its sender could still change it; it is closed.</exception>
    public static SealedMemory Adopt(int descriptor)
    {
        int seals = Libc.fcntl(descriptor, Libc.F_GET_SEALS, 0);
        if (seals >= 0 && (seals & AllSeals) == AllSeals)
        {
            return new SealedMemory(descriptor);
        }

        _ = Libc.close(descriptor);
        throw new IOException("received memory is not sealed");
    }

    /// <summary>The same memory by another descriptor, which lives when this one is closed.</summary>
    /// <exception cref="IOException">The system has no descriptor left.</exception>
    public SealedMemory Duplicate()
    {
        int fd = Libc.fcntl(Descriptor, Libc.F_DUPFD_CLOEXEC, 0);
        return fd >= 0 ? new SealedMemory(fd) : throw SystemCall.Failure("fcntl");
    }

    /// <summary>A copy of all the bytes.</summary>
    public byte[] Read()
    {
        using MemoryStream content = new();
        Span<byte> block = stackalloc byte[16384];
        // pread, since all processes that hold the memory share one file offset.
        for (int count; (count = Read(block, content.Length)) > 0;)
        {
            content.Write(block[..count]);
        }

        return content.ToArray();
    }

    /// <summary>Copies all the bytes to where the caller can clear them.</summary>
    /// <param name="destination">As long as they are: see <see cref="Measure"/>.</param>
    public void Read(Span<byte> destination)
    {
        for (int done = 0, count; done < destination.Length; done += count)
        {
            count = Read(destination[done..], done);
            if (count == 0)
            {
                throw new IOException("sealed memory is shorter than it was");
            }
        }
    }

    /// <summary>Closes this process' descriptor; the bytes live while any process holds one.</summary>
    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Libc.close(Descriptor);
            Descriptor = -1;
        }
    }

    private unsafe void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            fixed (byte* start = content)
            {
                nint count = Libc.write(Descriptor, start, (nuint)content.Length);
                if (count >= 0)
                {
                    content = content[(int)count..];
                }
                else if (SystemCall.LastError is Errno error and not Errno.Interrupted)
                {
                    throw SystemCall.Failure("write", error);
                }
            }
        }
    }

    private unsafe int Read(Span<byte> block, long offset)
    {
        fixed (byte* start = block)
        {
            while (true)
            {
                nint count = Libc.pread(Descriptor, start, (nuint)block.Length, offset);
                if (count >= 0)
                {
                    return (int)count;
                }

                if (SystemCall.LastError is Errno error and not Errno.Interrupted)
                {
                    throw SystemCall.Failure("pread", error);
                }
            }
        }
    }
}
