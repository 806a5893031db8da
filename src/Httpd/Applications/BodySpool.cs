using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Buffers;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;
using Sluice.Http.FastCgi;

namespace Sluice.Httpd.Applications;

/// <summary>A body that is kept until its length is known (D-27): in blocks of memory, and when they are too many in a file.</summary>
/// <param name="files">How many, and where files come from.</param>
internal sealed class BodySpool(SpoolFiles files)
{
    private SpooledBytes _bytes = new(files);

    /// <summary>Bytes kept.</summary>
    public long Length { get; private set; }

    /// <summary>Why it could not be kept, or not be had back.</summary>
    public Errno Error { get; private set; }

    /// <summary>Whether a disk is waited for.</summary>
    public bool WaitsForDisk { get; private set; }

    /// <summary>Whether memory has enough of it: then comes <see cref="Spill"/>.</summary>
    public bool IsFull => _bytes.Length > files.MostInMemory(_bytes);

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        _bytes.Release();
        Length = 0;
        Error = Errno.None;
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _bytes.Add(bytes);
        Length += bytes.Length;
    }

    /// <summary>Moves what is in memory to the file.</summary>
    /// <returns>False where that cannot be; <see cref="Error"/> says why.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> Spill()
    {
        if (_bytes.File is null)
        {
            Error = await files.Open(_bytes);
            if (Error != Errno.None)
            {
                return false;
            }
        }

        if (!await Do(SpoolWork.Write))
        {
            return false;
        }

        _bytes.Clear();
        return true;
    }

    /// <summary>The body is whole: what has a file goes there to the last byte.</summary>
    /// <returns>False where that cannot be; <see cref="Error"/> says why.</returns>
    public ValueTask<bool> End() => _bytes.File is null || _bytes.Length == 0 ? new ValueTask<bool>(result: true) : Spill();

    /// <summary>Sends everything, in records.</summary>
    /// <param name="application">Where to. What cannot be had back closes it.</param>
    /// <param name="timeout">How long the application may take nothing; null for ever.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Wake> Send(Connection application, DeadlineQueue? timeout)
    {
        long sent = 0;
        Wake wake = Wake.Ready;
        while (wake == Wake.Ready && sent < Length)
        {
            if (_bytes.File is not null && !await Load(sent))
            {
                // Half a body must not pass for a whole one.
                application.Close();
                return Wake.Closed;
            }

            wake = await SendBlocks(application, timeout);
            sent += _bytes.Length;
        }

        return wake;
    }

    private ValueTask<bool> Load(long offset)
    {
        _bytes.Reserve(offset, (int)long.Min(SpoolFiles.Piece, Length - offset));
        return Do(SpoolWork.Read);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Wake> SendBlocks(Connection application, DeadlineQueue? timeout)
    {
        Wake wake = Wake.Ready;
        for (int at = 0; at < _bytes.Length && wake == Wake.Ready; at += Block.Size)
        {
            if (timeout is not null)
            {
                application.ExpireIn(timeout);
            }

            wake = application.Room < Record.HeaderBytes ? await application.Flush() : Wake.Ready;
            if (wake != Wake.Ready || application.IsClosed)
            {
                return Wake.Closed;
            }

            ReadOnlyMemory<byte> piece = _bytes.Piece(at);
            Record.WriteInputHeader(piece.Length, application.Output(Record.HeaderBytes));
            application.Commit(Record.HeaderBytes);
            wake = await application.Flush(piece);
        }

        return wake;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> Do(SpoolWork work)
    {
        WaitsForDisk = true;
        Error = await files.Disk.Do(_bytes, work);
        WaitsForDisk = false;
        if (_bytes.Owner == SpoolOwner.DiskAlone)
        {
            _bytes = new SpooledBytes(files);
        }

        return Error == Errno.None;
    }
}
