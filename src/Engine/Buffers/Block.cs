using System;
using System.Buffers;

namespace Sluice.Engine.Buffers;

/// <summary>A piece of native memory from a <see cref="Slab"/>: page-aligned, so that what was never written costs nothing.</summary>
public sealed class Block : MemoryManager<byte>
{
    /// <summary>Bytes of a usual block.</summary>
    public const int Size = 16 * 1024;

    /// <summary>Bytes of a large one, for what comes faster than a usual one holds: it leaves in one call with its head, and is still too little to be
    /// spliced. Less than a FastCGI record can hold.</summary>
    public const int LargeSize = 3 * Size;

    private readonly nint _start;

    internal Block(nint start, int length)
    {
        (_start, Length) = (start, length);
    }

    /// <summary>How many bytes this one has: <see cref="Size"/> or <see cref="LargeSize"/>.</summary>
    public int Length { get; }

    /// <inheritdoc/>
    public override unsafe Span<byte> GetSpan() => new((void*)_start, Length);

    /// <inheritdoc/>
    public override unsafe MemoryHandle Pin(int elementIndex = 0) => new((byte*)_start + elementIndex);

    /// <summary>Native memory does not move.</summary>
    public override void Unpin()
    {
    }

    /// <summary>A block lives as long as its slab: it is returned, not freed.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
