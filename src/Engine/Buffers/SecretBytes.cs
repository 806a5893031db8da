using System;

namespace Sluice.Engine.Buffers;

/// <summary>Bytes that nobody may find later: the collector does not move them, which would leave a copy, and their owner clears them.</summary>
/// <param name="length">How many; zeros at first.</param>
public sealed class SecretBytes(int length)
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>All of them.</summary>
    public Span<byte> Span => _bytes;

    /// <summary>Clears them.</summary>
    public void Clear() => _bytes.AsSpan().Clear();
}
