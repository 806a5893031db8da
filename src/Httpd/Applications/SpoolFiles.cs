using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Httpd.Applications;

/// <summary>Where bodies are kept that an application is told the length of first: a little memory, then files that the parent opens. One a process.</summary>
/// <param name="loop">Whose blocks are used.</param>
/// <param name="thread">Waits for the disk.</param>
/// <param name="ask">Asks the parent for a file; <see cref="Take"/> is called once for each.</param>
internal sealed class SpoolFiles(EventLoop loop, WorkThread thread, Action ask)
{
    /// <summary>Of one body; beyond it, and a block, there is a file.</summary>
    private const int MostOfBody = 1024 * 1024;

    /// <summary>Of a body that has a file: what goes there in one piece, and comes back.</summary>
    public const int Piece = 256 * 1024;

    private const long MostInAll = 32 * 1024 * 1024;

    private readonly Queue<Request> _requests = new();
    private long _held;

    /// <summary>Waits for the disk.</summary>
    public SpoolDisk Disk { get; } = new(loop, thread);

    /// <summary>Bytes of a body that may be in memory. Where the bodies together have too many, a block is left to each, so that all go on.</summary>
    public int MostInMemory(SpooledBytes bytes) => _held > MostInAll ? Block.Size : bytes.File is null ? MostOfBody : Piece;

    /// <summary>A block, to be given back.</summary>
    public Block Rent()
    {
        _held += Block.Size;
        return loop.Slab.Rent();
    }

    /// <summary>Takes a block back.</summary>
    public void Return(Block block)
    {
        _held -= Block.Size;
        loop.Slab.Return(block);
    }

    /// <summary>Asks for a file.</summary>
    /// <param name="bytes">Where it belongs.</param>
    /// <returns>Why there is none to be had; <see cref="Errno.TimedOut"/> where it took too long.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Errno> Open(SpooledBytes bytes)
    {
        Request request = new();
        _requests.Enqueue(request);
        ask();
        if (await request.Answer.Wait(Disk.Patience) != Wake.Ready)
        {
            request.IsAwaited = false;
            return Errno.TimedOut;
        }

        bytes.File = request.File;
        return request.Error;
    }

    /// <summary>The parent has opened a file, or says why it could not.</summary>
    public void Take(Errno error, SpoolFile? file)
    {
        Request request = _requests.Dequeue();
        if (!request.IsAwaited)
        {
            file?.Dispose();
            return;
        }

        (request.Error, request.File) = (error, file);
        request.Answer.End();
    }

    private sealed class Request
    {
        public BoundedWait Answer { get; } = new();

        public bool IsAwaited { get; set; } = true;

        public SpoolFile? File { get; set; }

        public Errno Error { get; set; }
    }
}
