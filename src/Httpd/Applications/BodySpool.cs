using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.FastCgi;

namespace Sluice.Httpd.Applications;

/// <summary>A body that is kept until its length is known (D-27): in blocks of memory, and when they are too many in a file.</summary>
/// <param name="loop">Whose blocks are used.</param>
/// <param name="files">How many, and where files come from.</param>
internal sealed class BodySpool(EventLoop loop, SpoolFiles files)
{
    private readonly List<Block> _blocks = [];
    private int _filled; // bytes of the last block
    private SpoolFile? _file;

    /// <summary>Bytes kept.</summary>
    public long Length { get; private set; }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        ReturnBlocks();
        _file?.Dispose();
        _file = null;
        Length = 0;
    }

    /// <summary>Adds bytes without waiting.</summary>
    /// <returns>False where they have to go into a file, which is <see cref="AddToFile"/>'s to get.</returns>
    public bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        if (_file is not null)
        {
            return false;
        }

        while (!bytes.IsEmpty)
        {
            if (_blocks.Count == 0 || _filled == Block.Size)
            {
                if (!files.MayHold(Length, Block.Size))
                {
                    Rest = bytes.Length;
                    return false;
                }

                _blocks.Add(loop.Slab.Rent());
                files.Account(Block.Size);
                _filled = 0;
            }

            int count = int.Min(bytes.Length, Block.Size - _filled);
            bytes[..count].CopyTo(_blocks[^1].GetSpan()[_filled..]);
            _filled += count;
            Length += count;
            bytes = bytes[count..];
        }

        return true;
    }

    /// <summary>Adds the rest of bytes that memory had no room for.</summary>
    /// <returns>False where the disk does not take them.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> AddToFile(ReadOnlyMemory<byte> bytes)
    {
        if (_file is null)
        {
            bytes = bytes[^Rest..];
            _file = await files.Open();
            if (_file is null || !MoveToFile(_file))
            {
                return false;
            }
        }

        if (_file.Add(bytes.Span) != Errno.None)
        {
            return false;
        }

        Length += bytes.Length;
        return true;
    }

    /// <summary>Sends everything, in records.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Wake> Send(Connection application, DeadlineQueue? timeout)
    {
        long sent = 0;
        while (sent < Length)
        {
            if (timeout is not null)
            {
                application.ExpireIn(timeout);
            }

            int most = _file is null ? Block.Size : Record.MostContent;
            int count = (int)long.Min(most, Length - sent);
            Wake wake = application.Room < Record.HeaderBytes ? await application.Flush() : Wake.Ready;
            if (wake != Wake.Ready || application.IsClosed)
            {
                return Wake.Closed;
            }

            Record.WriteInputHeader(count, application.Output(Record.HeaderBytes));
            application.Commit(Record.HeaderBytes);
            wake = _file is null
                ? await application.Flush(_blocks[(int)(sent / Block.Size)].Memory[..count])
                : await application.SendFile(_file.Content, sent, count);
            if (wake != Wake.Ready)
            {
                return wake;
            }

            sent += count;
        }

        return Wake.Ready;
    }

    /// <summary>How many bytes of the last piece did not go into memory.</summary>
    private int Rest { get; set; }

    private bool MoveToFile(SpoolFile file)
    {
        bool isMoved = true;
        for (int index = 0; index < _blocks.Count && isMoved; index++)
        {
            int count = index == _blocks.Count - 1 ? _filled : Block.Size;
            isMoved = file.Add(_blocks[index].GetSpan()[..count]) == Errno.None;
        }

        ReturnBlocks();
        return isMoved;
    }

    private void ReturnBlocks()
    {
        foreach (Block block in _blocks)
        {
            loop.Slab.Return(block);
            files.Account(-Block.Size);
        }

        _blocks.Clear();
        _filled = 0;
    }
}
