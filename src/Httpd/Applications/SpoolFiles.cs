using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;

namespace Sluice.Httpd.Applications;

/// <summary>Where bodies are kept that an application is told the length of first: a little memory, then files that the parent opens.</summary>
/// <param name="ask">Asks the parent for a file; <see cref="Take"/> is called once for each.</param>
internal sealed class SpoolFiles(Action ask)
{
    /// <summary>Bytes of one body that are kept in memory.</summary>
    public const int MostInMemory = 1024 * 1024;

    private const long MostInAll = 32 * 1024 * 1024;

    private readonly Queue<Request> _requests = new();
    private long _held;

    /// <summary>Whether a body that has so much in memory may have a block more.</summary>
    public bool MayHold(long length, int block) => length + block <= MostInMemory && _held + block <= MostInAll;

    /// <summary>A block was taken for a body, or given back.</summary>
    public void Account(int bytes) => _held += bytes;

    /// <summary>A file; null where there is none to be had.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SpoolFile?> Open()
    {
        Request request = new();
        _requests.Enqueue(request);
        ask();
        _ = await request.Waiter.Wait();
        return request.File;
    }

    /// <summary>The parent has opened a file, or could not.</summary>
    public void Take(SpoolFile? file)
    {
        Request request = _requests.Dequeue();
        request.File = file;
        request.Waiter.Complete(Wake.Ready);
    }

    private sealed class Request
    {
        public Waiter Waiter { get; } = new();

        public SpoolFile? File { get; set; }
    }
}
