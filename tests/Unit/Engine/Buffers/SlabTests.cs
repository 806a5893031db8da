using System;

using Sluice.Engine.Buffers;

using Xunit;

namespace Sluice.Unit.Engine.Buffers;

public sealed class SlabTests
{
    private readonly Slab _slab = new();

    [Fact]
    public void The_block_returned_last_is_rented_first()
    {
        Block first = _slab.Rent();
        Block second = _slab.Rent();
        _slab.Return(first);
        _slab.Return(second);
        Assert.Same(second, _slab.Rent());
    }

    [Fact]
    public void Blocks_do_not_overlap()
    {
        Block first = _slab.Rent();
        Block second = _slab.Rent();
        first.GetSpan().Fill(1);
        second.GetSpan().Fill(2);
        Assert.Equal(-1, first.GetSpan().IndexOfAnyExcept((byte)1));
    }

    [Fact]
    public void Memory_of_a_block_that_was_not_used_for_a_period_is_given_back()
    {
        Block block = Used();
        _slab.Trim();
        _slab.Trim();
        Assert.Equal(0, block.GetSpan()[0]);
    }

    [Fact]
    public void Memory_of_a_block_that_was_used_in_the_period_stays()
    {
        Block block = Used();
        _slab.Trim();
        Assert.Equal(1, block.GetSpan()[0]);
    }

    [Fact]
    public void A_large_block_is_no_usual_one()
    {
        Block large = _slab.RentLarge();
        _slab.Return(large);
        Assert.Equal(Block.Size, _slab.Rent().GetSpan().Length);
        Assert.Same(large, _slab.RentLarge());
        Assert.Equal(Block.LargeSize, large.GetSpan().Length);
    }

    [Fact]
    public void Rented_blocks_are_counted()
    {
        Block block = _slab.Rent();
        Assert.Equal(1, _slab.Rented);
        _slab.Return(block);
        Assert.Equal(0, _slab.Rented);
    }

    private Block Used()
    {
        Block block = _slab.Rent();
        block.GetSpan()[0] = 1;
        _slab.Return(block);
        return block;
    }
}
