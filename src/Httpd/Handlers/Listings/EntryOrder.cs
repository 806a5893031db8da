using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;

namespace Sluice.Httpd.Handlers.Listings;

/// <summary>Sorts lines by the bytes of their names, the parent first, and lets others have their turn in between.</summary>
/// <remarks>Runs are sorted whole and then merged in pairs: a hundred thousand names take a hundred turns of less than a
/// millisecond, not one of fifty.</remarks>
internal static class EntryOrder
{
    /// <summary>Lines that are sorted or merged in one turn.</summary>
    private const int Piece = 1024;

    /// <summary>Sorts; the result is one of the two arrays.</summary>
    /// <param name="loop">Whose turns are kept short.</param>
    /// <param name="entries">The lines; overwritten.</param>
    /// <param name="names">Their names.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<ListedEntry[]> Sort(EventLoop loop, ListedEntry[] entries, byte[] names)
    {
        int count = entries.Length;
        for (int start = 0; start < count; start += Piece)
        {
            entries.AsSpan(start, int.Min(Piece, count - start)).Sort((left, right) => Compare(names, left, right));
            if (count > Piece)
            {
                await loop.NextTurn();
            }
        }

        if (count <= Piece)
        {
            return entries;
        }

        ListedEntry[] other = new ListedEntry[count];
        for (long width = Piece; width < count; width *= 2)
        {
            for (long start = 0; start < count; start += 2 * width)
            {
                int middle = (int)long.Min(start + width, count);
                int end = (int)long.Min(start + (2 * width), count);
                Merge merge = new(entries, other, names, (int)start..middle, middle..end);
                while (merge.TryGoOn(Piece))
                {
                    await loop.NextTurn();
                }
            }

            (entries, other) = (other, entries);
        }

        return entries;
    }

    private static int Compare(byte[] names, in ListedEntry left, in ListedEntry right)
    {
        ReadOnlySpan<byte> leftName = names.AsSpan(left.Start, left.NameLength);
        ReadOnlySpan<byte> rightName = names.AsSpan(right.Start, right.NameLength);
        bool isLeftParent = leftName.SequenceEqual(".."u8);
        bool isRightParent = rightName.SequenceEqual(".."u8);
        return isLeftParent || isRightParent
            ? isRightParent.CompareTo(isLeftParent)
            : leftName.SequenceCompareTo(rightName);
    }

    /// <summary>Two neighbouring runs on their way to becoming one in the other array.</summary>
    private sealed class Merge(ListedEntry[] from, ListedEntry[] to, byte[] names, Range left, Range right)
    {
        private int _left = left.Start.Value;
        private int _right = right.Start.Value;
        private int _to = left.Start.Value;

        private int Middle { get; } = left.End.Value;

        private int End { get; } = right.End.Value;

        /// <summary>Moves some lines; false when all are moved.</summary>
        public bool TryGoOn(int most)
        {
            int stop = int.Min(_to + most, End);
            while (_to < stop)
            {
                bool takesLeft = _right == End || (_left < Middle && Compare(names, from[_left], from[_right]) <= 0);
                to[_to++] = takesLeft ? from[_left++] : from[_right++];
            }

            return _to < End;
        }
    }
}
