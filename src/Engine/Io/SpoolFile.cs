using System;

using Sluice.Engine.Native;

namespace Sluice.Engine.Io;

/// <summary>A file without a name, to keep bytes in for a while; it is gone when it is closed. Whoever has it disposes it.</summary>
public sealed class SpoolFile : IDisposable
{
    private readonly int _fd;

    private SpoolFile(int fd, OpenFile content)
    {
        _fd = fd;
        Content = content;
    }

    /// <summary>What was written, to be sent from.</summary>
    public OpenFile Content { get; }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

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
                written = Libc.pwrite(_fd, start, (nuint)bytes.Length, Length);
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
}
