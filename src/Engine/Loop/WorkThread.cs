using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

using Sluice.Engine.Native;

namespace Sluice.Engine.Loop;

/// <summary>Who goes first where processors are few.</summary>
public enum WorkPriority
{
    /// <summary>The thread is like the loop's.</summary>
    Equal,

    /// <summary>Whoever serves; the thread gets what is left.</summary>
    Low,
}

/// <summary>
/// A thread beside the loop, for work that takes long on purpose, such as hashing a password, or that waits for a disk. It touches nothing of the loop, does
/// one piece at a time, and the loop hears of its end.
/// </summary>
/// <remarks>The exception to the rule of one thread. What the work reads and writes must be its own until it is done.</remarks>
public sealed class WorkThread : Descriptor, IDisposable
{
    // Of WorkPriority.Low, nice(1).
    private const int Niceness = 10;

    private static ReadOnlySpan<byte> One => [1, 0, 0, 0, 0, 0, 0, 0];

    private readonly WorkPriority _priority;

    // An eventfd(2) at which the thread waits: to wake it costs a call.
    private readonly int _begun;
    private Action? _work;
    private Action? _done;
    private bool _hasStarted;

    /// <summary>Prepares the thread, which starts with its first piece of work: until then it costs a descriptor.</summary>
    /// <exception cref="IOException">The system has no descriptor left.</exception>
    public WorkThread(EventLoop loop, WorkPriority priority)
        : base(loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        _priority = priority;
        _begun = Make(0);
        Fd = Make(Libc.EFD_NONBLOCK);
        Errno error = loop.Watch(this, Readiness.Input | Readiness.EdgeTriggered);
        if (error != Errno.None)
        {
            throw new IOException($"epoll_ctl: {error.Describe()}");
        }
    }

    /// <summary>Whether it works; the loop has not heard of the end yet.</summary>
    public bool IsBusy => _done is not null;

    /// <summary>Begins with a piece of work; only while it is not busy. What escapes it ends the process.</summary>
    /// <param name="work">Runs on the thread.</param>
    /// <param name="done">Runs on the loop afterwards, and may begin the next piece.</param>
    /// <exception cref="OutOfMemoryException">The system starts no thread.</exception>
    public void Begin(Action work, Action done)
    {
        if (IsBusy)
        {
            throw new InvalidOperationException("The thread does one piece of work at a time.");
        }

        if (!_hasStarted)
        {
#pragma warning disable RS0030 // What this class is for.
            new Thread(Work) { IsBackground = true }.Start();
#pragma warning restore RS0030
            _hasStarted = true;
        }

        Volatile.Write(ref _work, work);
        _done = done;
        _ = IoResult.Write(_begun, One);
    }

    /// <summary>Ends the thread when its work is done; the loop does not hear of that any more.</summary>
    public void Dispose()
    {
        _done = null;
        _work = null;
        CloseDescriptor();
        if (_hasStarted)
        {
            _ = IoResult.Write(_begun, One);
        }
        else
        {
            _ = Libc.close(_begun);
        }
    }

    internal override void OnReady(Readiness readiness)
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        if (IoResult.Read(Fd, count).Bytes == count.Length && _done is { } done)
        {
            _done = null;
            done();
        }
    }

    private void Work()
    {
        // By the thread itself: it may name no other.
#pragma warning disable RS0030 // As above.
        Thread.CurrentThread.Name = "work";
#pragma warning restore RS0030
        if (_priority == WorkPriority.Low)
        {
            _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, Niceness);
        }

        Span<byte> count = stackalloc byte[sizeof(ulong)];
        while (IoResult.Read(_begun, count).Error == Errno.None && Volatile.Read(ref _work) is { } work)
        {
            work();
            _ = IoResult.Write(Fd, One);
        }

        _ = Libc.close(_begun);
    }

    private static int Make(int flags)
    {
        int fd = Libc.eventfd(0, flags | Libc.EFD_CLOEXEC);
        return fd >= 0 ? fd : throw new IOException($"eventfd: {((Errno)Marshal.GetLastSystemError()).Describe()}");
    }
}
