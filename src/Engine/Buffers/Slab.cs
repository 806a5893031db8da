using System;
using System.IO;
using System.Runtime.InteropServices;

using Sluice.Engine.Native;

namespace Sluice.Engine.Buffers;

/// <summary>
/// Blocks for input and output, last in, first out: the block that comes next is the one that the processor's cache
/// still knows. Memory of blocks that were long unused goes back to the system by <see cref="Trim"/>.
/// </summary>
public sealed class Slab
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

    /// <summary>How many blocks are rented.</summary>
    public int Rented => _blocks - _count;

    /// <summary>A block whose content is arbitrary; whoever rents it returns it.</summary>
    /// <exception cref="IOException">The system has no memory left.</exception>
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

    /// <summary>Takes a block back; nobody may have a slice of it any more.</summary>
    public void Return(Block block) => _free[_count++] = block;

    /// <summary>Gives the memory of blocks back that nobody rented since the last call; for a slow timer.</summary>
    public unsafe void Trim()
    {
        for (; _cold < _unused; _cold++)
        {
            fixed (byte* start = _free[_cold]!.GetSpan())
            {
                _ = Libc.madvise(start, Block.Size, Libc.MADV_DONTNEED);
            }
        }

        _unused = _count;
    }

    private void Grow()
    {
        nint start = Libc.mmap(
            0,
            BlocksPerChunk * Block.Size,
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
            _free[_count++] = new Block(start + (i * Block.Size));
        }

        // None of them has memory yet.
        _cold = BlocksPerChunk;
    }
}
