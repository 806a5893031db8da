namespace Sluice.Http.Codec;

/// <summary>A part of a head, counted from its first byte.</summary>
/// <remarks>Kept small: a head that is waited for is held with its connection, and the limits of a head are below 65,536.</remarks>
internal readonly record struct ByteRange
{
    private readonly ushort _start;
    private readonly ushort _length;

    public ByteRange(int start, int length)
    {
        _start = (ushort)start;
        _length = (ushort)length;
    }

    public int Start => _start;

    public int Length => _length;

    public int End => _start + _length;
}
