using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;

namespace Sluice.Engine.Processes;

/// <summary>Waits on a loop for the end of a child that has no channel: pidfd_open(2).</summary>
public sealed class ChildWatch : Descriptor
{
    private readonly Waiter _waiter = new();
    private readonly Alarm _limit;
    private bool _hasEnded;

    private ChildWatch(EventLoop loop, int fd)
        : base(loop)
    {
        Fd = fd;
        _limit = new Alarm(() => _waiter.Complete(Wake.Expired));
    }

    /// <summary>Begins to watch.</summary>
    /// <param name="loop">The loop that is told.</param>
    /// <param name="child">Not waited for yet.</param>
    /// <param name="error">Why it cannot be watched: no descriptor or memory left.</param>
    public static ChildWatch? Begin(EventLoop loop, ChildProcess child, out Errno error)
    {
        System.ArgumentNullException.ThrowIfNull(loop);
        System.ArgumentNullException.ThrowIfNull(child);
        int fd = (int)Libc.syscall(Libc.SYS_pidfd_open, child.ProcessId, 0, 0, 0, 0, 0);
        error = fd >= 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
        if (fd < 0)
        {
            return null;
        }

        // pidfd_open(2) always sets close-on-exec.
        ChildWatch watch = new(loop, fd);
        error = loop.Watch(watch, Readiness.Input | Readiness.EdgeTriggered);
        if (error == Errno.None)
        {
            return watch;
        }

        watch.End();
        return null;
    }

    /// <summary>Waits until the child has ended; then <see cref="ChildProcess.Wait()"/> returns at once. One waits at a time.</summary>
    /// <param name="within">How long at most.</param>
    /// <returns>Ready or Expired.</returns>
    [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(SessionMethodBuilder<>))]
    public async ValueTask<Wake> Ended(DeadlineQueue within)
    {
        if (_hasEnded)
        {
            return Wake.Ready;
        }

        _limit.Arm(within);
        Wake wake = await _waiter.Wait();
        _limit.Disarm();
        return wake;
    }

    /// <summary>Watches no more.</summary>
    public void End()
    {
        if (Fd >= 0)
        {
            _limit.Disarm();
            CloseDescriptor();
            _waiter.Complete(Wake.Closed);
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        _hasEnded = true;
        _waiter.Complete(Wake.Ready);
    }
}
