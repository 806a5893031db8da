using System;
using System.IO;

namespace Sluice.Engine.Buffers;

/// <summary>
/// Blocks for input and output, last in, first out: the block that comes next is the one that the processor's cache
/// still knows. Memory of blocks that were long unused goes back to the system by <see cref="Trim"/>.
/// </summary>
public sealed class Slab
{
    private readonly Shelf _usual = new(Block.Size);
    private readonly Shelf _large = new(Block.LargeSize);

    /// <summary>How many blocks are rented.</summary>
    public int Rented => _usual.Rented + _large.Rented;

    /// <summary>A block whose content is arbitrary; whoever rents it returns it.</summary>
    /// <exception cref="IOException">The system has no memory left.</exception>
    public Block Rent() => _usual.Rent();

    /// <summary>A large one.</summary>
    /// <exception cref="IOException">The system has no memory left.</exception>
    public Block RentLarge() => _large.Rent();

    /// <summary>Takes a block back; nobody may have a slice of it any more.</summary>
    public void Return(Block block)
    {
        ArgumentNullException.ThrowIfNull(block);
        (block.Length == Block.Size ? _usual : _large).Return(block);
    }

    /// <summary>Gives the memory of blocks back that nobody rented since the last call; for a slow timer.</summary>
    public void Trim()
    {
        _usual.Trim();
        _large.Trim();
    }
}
