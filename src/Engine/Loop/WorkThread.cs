using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;

using Sluice.Engine.Native;

namespace Sluice.Engine.Loop;

/// <summary>
/// A thread beside the loop, for work that takes long on purpose and touches nothing of the loop, such as hashing a password. It does
/// one piece at a time, with a lower priority than the processes that serve, and the loop hears of its end.
/// </summary>
/// <remarks>The one exception to the rule of one thread. What the work reads and writes must be its own until it is done.</remarks>
public sealed class WorkThread : Descriptor, IDisposable
{
    // nice(1): whoever serves goes first, and this gets what is left.
    private const int Niceness = 10;

#pragma warning disable CA2213 // The thread disposes it, when it has seen the end.
    private readonly AutoResetEvent _begun = new(initialState: false);
#pragma warning restore CA2213
    private Action? _work;
    private Action? _done;

    /// <summary>Starts the thread, which waits for work.</summary>
    /// <exception cref="IOException">The system has no descriptor left.</exception>
    public WorkThread(EventLoop loop)
        : base(loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        Fd = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        Errno error = Fd < 0
            ? (Errno)Marshal.GetLastSystemError()
            : loop.Watch(this, Readiness.Input | Readiness.EdgeTriggered);
        if (error != Errno.None)
        {
            throw new IOException($"eventfd: {error.Describe()}");
        }

#pragma warning disable RS0030 // What this class is for.
        new Thread(Work) { IsBackground = true, Name = "work" }.Start();
#pragma warning restore RS0030
    }

    /// <summary>Whether it works; the loop has not heard of the end yet.</summary>
    public bool IsBusy => _done is not null;

    /// <summary>Begins with a piece of work; only while it is not busy. What escapes it ends the process.</summary>
    /// <param name="work">Runs on the thread.</param>
    /// <param name="done">Runs on the loop afterwards, and may begin the next piece.</param>
    public void Begin(Action work, Action done)
    {
        if (IsBusy)
        {
            throw new InvalidOperationException("The thread does one piece of work at a time.");
        }

        _work = work;
        _done = done;
        _ = _begun.Set();
    }

    /// <summary>Ends the thread when its work is done; the loop does not hear of that any more.</summary>
    public void Dispose()
    {
        _done = null;
        _work = null;
        CloseDescriptor();
        _ = _begun.Set();
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
        _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, Niceness);
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        while (_begun.WaitOne() && _work is { } work)
        {
            work();
            _ = IoResult.Write(Fd, one);
        }

        _begun.Dispose();
    }
}
