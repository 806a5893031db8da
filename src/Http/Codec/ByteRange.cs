namespace Sluice.Http.Codec;

/// <summary>A part of a head, counted from its first byte.</summary>
/// <param name="Start">0 to the length of the head.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct ByteRange(int Start, int Length)
{
    public int End => Start + Length;
}
