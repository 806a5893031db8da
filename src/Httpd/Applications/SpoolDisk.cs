using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

using Sluice.Engine;
using Sluice.Engine.Loop;

namespace Sluice.Httpd.Applications;

/// <summary>
/// What waits for the disk, so that the loop does not: bodies have their turns on one thread, a piece at a time each. A thread that hangs at a broken disk has
/// the bytes and the file of its piece until it comes back; whoever waited is told that it took too long.
/// </summary>
internal sealed class SpoolDisk
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly WorkThread _thread;

    /// <summary>One of each body at most.</summary>
    private readonly List<SpooledBytes> _waiting = [];
    private readonly Action _work;
    private readonly Action _done;
    private SpooledBytes _current = null!;

    /// <summary>Made with the process.</summary>
    /// <param name="loop">Hears of the ends.</param>
    /// <param name="thread">Waits.</param>
    public SpoolDisk(EventLoop loop, WorkThread thread)
    {
        _thread = thread;
        _work = Work;
        _done = End;
        Patience = loop.Timeouts(_patience);
    }

    /// <summary>How long the disk may take for a piece, and the parent for a file.</summary>
    public DeadlineQueue Patience { get; }

    /// <summary>Does work with the bytes of a body on the thread.</summary>
    /// <param name="bytes">The caller's again at the end, unless they are <see cref="SpoolOwner.DiskAlone"/>'s then: the thread still has them.</param>
    /// <param name="work">What is done.</param>
    /// <returns>Why it failed; <see cref="Errno.TimedOut"/> where it took too long.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Errno> Do(SpooledBytes bytes, SpoolWork work)
    {
        bytes.Work = work;
        _waiting.Add(bytes);
        BeginNext();
        if (await bytes.Done.Wait(Patience) == Wake.Ready)
        {
            return bytes.Error;
        }

        if (!_waiting.Remove(bytes))
        {
            bytes.Owner = SpoolOwner.DiskAlone;
        }

        return Errno.TimedOut;
    }

    private void BeginNext()
    {
        if (_thread.IsBusy || _waiting.Count == 0)
        {
            return;
        }

        _current = _waiting[0];
        _waiting.RemoveAt(0);
        _current.Owner = SpoolOwner.Disk;
        _thread.Begin(_work, _done);
    }

    private void Work() => _current.Run();

    private void End()
    {
        SpooledBytes bytes = _current;
        BeginNext();
        if (bytes.Owner == SpoolOwner.DiskAlone)
        {
            bytes.Release();
            return;
        }

        bytes.Owner = SpoolOwner.Body;
        bytes.Done.End();
    }
}
