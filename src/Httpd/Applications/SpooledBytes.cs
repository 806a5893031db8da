using System;
using System.Collections.Generic;

using Sluice.Engine;
using Sluice.Engine.Buffers;
using Sluice.Engine.Io;

namespace Sluice.Httpd.Applications;

/// <summary>Who may touch what is kept of a body.</summary>
internal enum SpoolOwner
{
    /// <summary>The loop.</summary>
    Body,

    /// <summary>The thread, until its work is done.</summary>
    Disk,

    /// <summary>The thread, and nobody waits any more: then it goes where it came from.</summary>
    DiskAlone,
}

/// <summary>What the thread does with them.</summary>
internal enum SpoolWork
{
    /// <summary>It adds the blocks to the file.</summary>
    Write,

    /// <summary>It fills the blocks from the file.</summary>
    Read,
}

/// <summary>What is kept of a body: blocks of memory, and a file where they went to and come back from.</summary>
/// <param name="files">Whose memory it is.</param>
internal sealed class SpooledBytes(SpoolFiles files)
{
    private readonly List<Block> _blocks = [];
    private long _offset; // in the file, of what is read

    /// <summary>Who may touch it.</summary>
    public SpoolOwner Owner { get; set; }

    /// <summary>What the thread is to do.</summary>
    public SpoolWork Work { get; set; }

    /// <summary>Waits for the thread.</summary>
    public BoundedWait Done { get; } = new();

    /// <summary>What came of the work; the thread's until it is done.</summary>
    public Errno Error { get; private set; }

    /// <summary>Bytes in the blocks.</summary>
    public int Length { get; private set; }

    /// <summary>Where bytes are that left the blocks; null as long as memory has room.</summary>
    public SpoolFile? File { get; set; }

    /// <summary>Adds bytes to the blocks.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int at = Length % Block.Size;
            if (at == 0)
            {
                _blocks.Add(files.Rent());
            }

            int count = int.Min(bytes.Length, Block.Size - at);
            bytes[..count].CopyTo(_blocks[^1].GetSpan()[at..]);
            Length += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Makes room in the blocks for bytes of the file, to be read.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="length">At least 1.</param>
    public void Reserve(long offset, int length)
    {
        Clear();
        Length = length;
        _offset = offset;
        while (_blocks.Count * Block.Size < length)
        {
            _blocks.Add(files.Rent());
        }
    }

    /// <summary>The bytes of one block.</summary>
    /// <param name="offset">Where the block begins.</param>
    public ReadOnlyMemory<byte> Piece(int offset) => _blocks[offset / Block.Size].Memory[..int.Min(Block.Size, Length - offset)];

    /// <summary>The thread's: does the work, and waits for the disk.</summary>
    public void Run()
    {
        Error = Errno.None;
        for (int at = 0; at < Length && Error == Errno.None; at += Block.Size)
        {
            Span<byte> piece = _blocks[at / Block.Size].GetSpan()[..int.Min(Block.Size, Length - at)];
            Error = Work == SpoolWork.Write ? File!.Add(piece) : File!.Read(piece, _offset + at);
        }
    }

    /// <summary>Gives the blocks back.</summary>
    public void Clear()
    {
        foreach (Block block in _blocks)
        {
            files.Return(block);
        }

        _blocks.Clear();
        Length = 0;
    }

    /// <summary>Gives everything back.</summary>
    public void Release()
    {
        Clear();
        File?.Dispose();
        File = null;
    }
}
