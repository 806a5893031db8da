using System;
using System.IO;

using Microsoft.Win32.SafeHandles;

using Sluice.Engine.Native;
using Sluice.Engine.Processes;

using Xunit;

namespace Sluice.Unit.Engine.Processes;

public sealed class MemoryTests
{
    [Fact]
    public void Sealed_memory_of_any_length_is_read_back()
    {
        byte[] content = new byte[300_001];
        new Random(1).NextBytes(content);
        using SealedMemory memory = SealedMemory.Create("test", content);

        Assert.Equal(content, memory.Read());
        Assert.Equal(content, memory.Read());
    }

    [Fact]
    public void Sealed_memory_is_read_to_where_it_can_be_cleared()
    {
        byte[] content = new byte[100_000];
        new Random(2).NextBytes(content);
        using SealedMemory memory = SealedMemory.Create("test", content);
        byte[] read = new byte[memory.Measure()];

        memory.Read(read);

        Assert.Equal(content, read);
    }

    [Fact]
    public void A_duplicate_outlives_what_it_was_made_of()
    {
        SealedMemory memory = SealedMemory.Create("test", "kept"u8);
        using SealedMemory duplicate = memory.Duplicate();
        memory.Dispose();

        Assert.Equal("kept"u8, duplicate.Read());
    }

    [Fact]
    public void Empty_memory_can_be_sealed()
    {
        using SealedMemory memory = SealedMemory.Create("test", []);

        Assert.Empty(memory.Read());
    }

    [Fact]
    public void Sealed_memory_cannot_be_written_or_cut()
    {
        using SealedMemory memory = SealedMemory.Create("test", "kept"u8);
        using SafeFileHandle file = new(memory.Descriptor, ownsHandle: false);

        Assert.ThrowsAny<SystemException>(() => RandomAccess.Write(file, "lost"u8, 0));
        Assert.Equal(-1, Libc.ftruncate(memory.Descriptor, 0));
        Assert.Equal("kept"u8, memory.Read());
    }

    [Fact]
    public void Memory_that_its_sender_could_still_change_is_refused()
    {
        using SharedPages pages = SharedPages.Create("test", 1);
        int copy = Libc.fcntl(pages.Descriptor, Libc.F_DUPFD_CLOEXEC, 0);

        Assert.Throws<IOException>(() => SealedMemory.Adopt(copy));
    }

    [Fact]
    public void Counters_are_seen_by_a_reader_that_maps_them_too()
    {
        using SharedPages writer = SharedPages.Create("test", 3);
        using SharedPages reader = SharedPages.Adopt(writer.OpenForReaders(), 3, PageAccess.Read);
        writer.Write(2, long.MaxValue);
        writer.Add(2, 1);
        writer.Add(0, 5);

        Assert.Equal((5, 0, long.MinValue), (reader.Read(0), reader.Read(1), reader.Read(2)));
    }

    [Fact]
    public void A_descriptor_for_readers_cannot_be_mapped_for_writing()
    {
        using SharedPages writer = SharedPages.Create("test", 1);

        Assert.Throws<IOException>(() => SharedPages.Adopt(writer.OpenForReaders(), 1, PageAccess.ReadAndWrite));
    }

    [Fact]
    public void Pages_smaller_than_the_reader_expects_are_refused()
    {
        using SharedPages writer = SharedPages.Create("test", 1);

        Assert.Throws<IOException>(() => SharedPages.Adopt(writer.OpenForReaders(), 65, PageAccess.Read));
    }

    [Fact]
    public void A_counter_outside_is_a_mistake_of_ours()
    {
        using SharedPages pages = SharedPages.Create("test", 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => pages.Read(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => pages.Read(-1));
    }
}
