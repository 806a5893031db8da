using System;
using System.Buffers;

namespace Sluice.Engine.Buffers;

/// <summary>A piece of native memory from a <see cref="Slab"/>: page-aligned, so that what was never written costs nothing.</summary>
public sealed class Block : MemoryManager<byte>
{
    /// <summary>Bytes of every block.</summary>
    public const int Size = 16 * 1024;

    private readonly nint _start;

    internal Block(nint start)
    {
        _start = start;
    }

    /// <inheritdoc/>
    public override unsafe Span<byte> GetSpan() => new((void*)_start, Size);

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
