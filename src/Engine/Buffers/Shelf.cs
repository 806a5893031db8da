using System;
using System.IO;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Buffers;

/// <summary>Blocks of one size that nobody uses, last in, first out.</summary>
internal sealed class Shelf(int size)
{
    private const int BlocksPerChunk = 64;

    // The first _count are free, and the first ones of them longest unused; of those _cold have given their memory back already.
    private Block?[] _free = new Block?[BlocksPerChunk];
    private int _count;
    private int _cold;

    // All there are.
    private int _blocks;

    // The fewest free blocks since the last Trim: so many from the start of the list were not used in that time.
    private int _unused;

    /// <summary>How many are in use.</summary>
    public int Rented => _blocks - _count;

    public Block Rent()
    {
        if (_count == 0)
        {
            Grow();
        }

        int last = --_count;
        _unused = int.Min(_unused, last);
        _cold = int.Min(_cold, last);
        return _free[last]!;
    }

    public void Return(Block block) => _free[_count++] = block;

    public unsafe void Trim()
    {
        for (; _cold < _unused; _cold++)
        {
            fixed (byte* start = _free[_cold]!.GetSpan())
            {
                _ = Libc.madvise(start, (nuint)size, Libc.MADV_DONTNEED);
            }
        }

        _unused = _count;
    }

    private void Grow()
    {
        nint start = Libc.mmap(
            0,
            (nuint)(BlocksPerChunk * size),
            Libc.PROT_READ | Libc.PROT_WRITE,
            Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS,
            -1,
            0);
        if (start == Libc.MAP_FAILED)
        {
            throw new IOException($"mmap: {((Errno)Marshal.GetLastSystemError()).Describe()}");
        }

        // No more come back than there are, so Return needs not look.
        _blocks += BlocksPerChunk;
        Array.Resize(ref _free, int.Max(_blocks, _free.Length));
        for (int i = BlocksPerChunk - 1; i >= 0; i--)
        {
            _free[_count++] = new Block(start + (i * size), size);
        }

        // None of them has memory yet.
        _cold = BlocksPerChunk;
    }
}
