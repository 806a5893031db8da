using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

using Sluice.Engine.Buffers;
using Sluice.Engine.Io;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;

namespace Sluice.Engine.Loop;

/// <summary>
/// The one thread's schedule: waits for descriptors and deadlines and resumes whoever waited for them, inline. One a
/// process; everything of Engine that has a loop may be used on its thread only.
/// </summary>
/// <remarks>A turn is: wait, take the time, descriptors, deadlines, what asked for the next turn, end-of-turn hooks.</remarks>
public sealed class EventLoop : IDisposable
{
    // More than this many escaped exceptions within a minute, and the worker is better replaced.
    private const int FailuresPerMinute = 20;
    private const int EventsPerTurn = 256;

    private static readonly TimeSpan _trimInterval = TimeSpan.FromMinutes(1);

    private readonly Clock _clock;
    private readonly int _epoll;
    private readonly Libc.epoll_event[] _events = new Libc.epoll_event[EventsPerTurn];
    private readonly List<DeadlineQueue> _queues = [];
    private readonly List<Action> _endOfTurn = [];
    private readonly PriorityQueue<LoopWait, TimeSpan> _sleepers = new();
    private readonly Stack<LoopWait> _spareWaits = new();
    private readonly Stack<SpawnedSession> _spareSessions = new();
    private readonly Alarm _trimming;
    private readonly Queue<TimeSpan> _recentFailures = new();

    // Who asked for the next turn, and those being resumed in this one.
    private Queue<LoopWait> _next = new();
    private Queue<LoopWait> _current = new();

    // Descriptors that stopped by themselves, to let others have their turn, and get an event in the next one.
    private Queue<Repetition> _repeatNext = new();
    private Queue<Repetition> _repeatNow = new();

    // Indexed by fd.
    private Descriptor?[] _descriptors = new Descriptor?[1024];
    private DateTimeOffset? _utc;
    private bool _stopping;

    /// <summary>Makes a loop that goes by a clock.</summary>
    /// <exception cref="IOException">The system has no descriptor or memory left.</exception>
    public EventLoop(Clock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        Now = clock.Monotonic;
        _epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        if (_epoll < 0)
        {
            throw new IOException($"epoll_create1: {((Errno)Marshal.GetLastSystemError()).Describe()}");
        }

        _trimming = new Alarm(TrimSlab);
        TrimSlab();
    }

    /// <summary>Monotonic time at the start of this turn.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Time of day, as of the first time somebody asked in this turn.</summary>
    public DateTimeOffset Utc => _utc ??= _clock.Utc;

    /// <summary>Where connections rent their blocks.</summary>
    public Slab Slab { get; } = new();

    /// <summary>Outgoing connections that were closed, to be opened again.</summary>
    internal Stack<Connection> SpareConnections { get; } = new();

    /// <summary>Who may keep memory while waiting.</summary>
    internal WarmSet Warm { get; } = new();

    /// <summary>Called with each exception that escapes a session; by then the session is over. To log it, with its stack.</summary>
    public Action<Exception> Failed { get; set; } = static _ => { };

    /// <summary>Called when more than 20 sessions failed within a minute; stops the loop if nobody sets it.</summary>
    public Action? TooManyFailures { get; set; }

    /// <summary>Called when a session of <see cref="SpawnVital"/> failed, after <see cref="Failed"/>; stops the loop if nobody sets it.</summary>
    public Action? VitalFailed { get; set; }

    /// <summary>How many sessions ended by an exception.</summary>
    public long Failures { get; private set; }

    /// <summary>Runs turns until <see cref="Stop"/>.</summary>
    public void Run()
    {
        // The loop is the only scheduler, and there is no context to carry from one session into the next.
        SynchronizationContext.SetSynchronizationContext(syncContext: null);
        AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        while (!_stopping)
        {
            Turn();
        }

        _stopping = false;
        flow?.Undo();
    }

    /// <summary>Reads the clock: for work that begins outside of a turn, whose deadlines would count from the last one, or from when the loop was made.</summary>
    public void ReadClock()
    {
        Now = _clock.Monotonic;
        _utc = null;
    }

    /// <summary><see cref="Run"/> returns at the end of this turn; at once, if it is still to come. What waits, waits on: closing is its owners' task.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Starts a session; its first part runs now. An exception that escapes it goes to <see cref="Failed"/>.</summary>
    public void Spawn(Func<ValueTask> session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Spawn(static state => ((Func<ValueTask>)state)(), session, static _ => { });
    }

    /// <summary>As <see cref="Spawn(Func{ValueTask})"/>, for sessions whose start allocates nothing.</summary>
    /// <param name="session">The session; a static one.</param>
    /// <param name="state">What it gets.</param>
    /// <param name="ended">Gets the same when the session is over, also by an exception.</param>
    public void Spawn(Func<object, ValueTask> session, object state, Action<object> ended)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(ended);
        SpawnedSession spawned = _spareSessions.TryPop(out SpawnedSession? spare) ? spare : new SpawnedSession(this);
        spawned.Start(session, state, ended);
    }

    /// <summary>As <see cref="Spawn(Func{ValueTask})"/>, for what the process cannot do its work without: an exception that escapes it goes to
    /// <see cref="VitalFailed"/> as well. It may end by itself.</summary>
    public void SpawnVital(Func<ValueTask> session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Spawn(new WatchedSession(session, () => (VitalFailed ?? Stop)()));
    }

    /// <summary>As <see cref="Spawn(Func{ValueTask})"/>, for what goes on after an exception that escapes it: it begins again in the next turn. Where that
    /// happens too often, <see cref="TooManyFailures"/> ends it.</summary>
    /// <param name="session">One that can begin anywhere in what it waits for, such as the messages of a channel.</param>
    public void SpawnLasting(Func<ValueTask> session)
    {
        ArgumentNullException.ThrowIfNull(session);
        Spawn(new WatchedSession(session, () => Spawn(() => BeginAgain(session))));
    }

    /// <summary>Resumes in the next turn, after all that is ready now.</summary>
    public ValueTask NextTurn()
    {
        LoopWait wait = Rent();
        _next.Enqueue(wait);
        return wait.Begin();
    }

    /// <summary>Resumes when the time is over.</summary>
    public ValueTask Sleep(TimeSpan duration)
    {
        LoopWait wait = Rent();
        _sleepers.Enqueue(wait, Now + duration);
        return wait.Begin();
    }

    /// <summary>The queue for deadlines of one duration; one exists for each duration ever asked for, so ask with few.</summary>
    public DeadlineQueue Timeouts(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        foreach (DeadlineQueue queue in _queues)
        {
            if (queue.Duration == duration)
            {
                return queue;
            }
        }

        DeadlineQueue added = new(this, duration);
        _queues.Add(added);
        return added;
    }

    /// <summary>Calls back at the end of each turn, before the loop waits; to send what was gathered in it.</summary>
    public void AtEndOfTurn(Action hook) => _endOfTurn.Add(hook);

    /// <summary>Ends the loop's own descriptor; the owners of all others have closed them before.</summary>
    public void Dispose() => _ = Libc.close(_epoll);

    internal void Recycle(SpawnedSession session) => _spareSessions.Push(session);

    internal void Report(Exception failure)
    {
        Failures++;
        Failed(failure);
        _recentFailures.Enqueue(Now);
        while (_recentFailures.Peek() < Now - TimeSpan.FromMinutes(1))
        {
            _ = _recentFailures.Dequeue();
        }

        if (_recentFailures.Count > FailuresPerMinute)
        {
            _recentFailures.Clear();
            (TooManyFailures ?? Stop)();
        }
    }

    /// <summary>Starts watching; the kernel forgets descriptors when they close.</summary>
    internal Errno Watch(Descriptor descriptor, Readiness readiness)
    {
        int fd = descriptor.Fd;
        if (fd >= _descriptors.Length)
        {
            Array.Resize(ref _descriptors, int.Max(fd + 1, _descriptors.Length * 2));
        }

        _descriptors[fd] = descriptor;
        return Control(Libc.EPOLL_CTL_ADD, descriptor, readiness);
    }

    /// <summary>Watches a descriptor for something else; what of that is ready already is told in the next turn.</summary>
    internal Errno Rewatch(Descriptor descriptor, Readiness readiness) => Control(Libc.EPOLL_CTL_MOD, descriptor, readiness);

    /// <summary>Stops watching a descriptor that stays open.</summary>
    internal unsafe void Unwatch(Descriptor descriptor)
    {
        Forget(descriptor.Fd);
        _ = Libc.epoll_ctl(_epoll, Libc.EPOLL_CTL_DEL, descriptor.Fd, change: null);
    }

    internal void Forget(int fd)
    {
        if (fd < _descriptors.Length)
        {
            _descriptors[fd] = null;
        }
    }

    /// <summary>Tells the descriptor the same in the next turn, although no edge comes.</summary>
    internal void Repeat(Descriptor descriptor, Readiness readiness) =>
        _repeatNext.Enqueue(new Repetition(descriptor, descriptor.Generation, readiness));

    // One turn. A test calls it to go step by step.
    internal void Turn()
    {
        int ready = WaitForEvents();
        ReadClock();
        for (int i = 0; i < ready; i++)
        {
            ulong data = _events[i].data;
            Descriptor? descriptor = _descriptors[(int)(data & int.MaxValue)];
            if (descriptor is not null && descriptor.Generation == (uint)(data >> 32))
            {
                descriptor.OnReady((Readiness)_events[i].events);
            }
        }

        RepeatEvents();
        ExpireDeadlines();
        ResumeCurrent();
        foreach (Action hook in _endOfTurn)
        {
            hook();
        }
    }

    private void Spawn(WatchedSession session) => Spawn(static state => ((WatchedSession)state).Run(), session, static state => ((WatchedSession)state).End());

    private async ValueTask BeginAgain(Func<ValueTask> session)
    {
        await NextTurn();
        SpawnLasting(session);
    }

    private unsafe Errno Control(int operation, Descriptor descriptor, Readiness readiness)
    {
        Libc.epoll_event change = new()
        {
            events = (uint)readiness,
            data = ((ulong)descriptor.Generation << 32) | (uint)descriptor.Fd,
        };
        return Libc.epoll_ctl(_epoll, operation, descriptor.Fd, &change) == 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();
    }

    private unsafe int WaitForEvents()
    {
        fixed (Libc.epoll_event* events = _events)
        {
            int ready = KernelCalls.WaitForEvents(_epoll, events, EventsPerTurn, Milliseconds());
            if (ready >= 0)
            {
                return ready;
            }

            Errno error = (Errno)Marshal.GetLastSystemError();
            return error == Errno.Interrupted ? 0 : throw new IOException($"epoll_wait: {error.Describe()}");
        }
    }

    // Rounded up, so that the loop does not spin through the last fraction of a millisecond. Counted from the start of the turn, which
    // spares reading the clock: what is due comes later by as much as the turn took.
    private int Milliseconds()
    {
        if (_next.Count > 0 || _repeatNext.Count > 0 || _stopping)
        {
            return 0;
        }

        TimeSpan due = _sleepers.TryPeek(out _, out TimeSpan wake) ? wake : TimeSpan.MaxValue;
        foreach (DeadlineQueue queue in _queues)
        {
            due = queue.NextDue < due ? queue.NextDue : due;
        }

        return due == TimeSpan.MaxValue
            ? -1
            : (int)double.Clamp(double.Ceiling((due - Now).TotalMilliseconds), 0, int.MaxValue);
    }

    private void ExpireDeadlines()
    {
        // By index: a callback may ask for a queue of a new duration.
        for (int i = 0; i < _queues.Count; i++)
        {
            _queues[i].Expire(Now);
        }

        while (_sleepers.TryPeek(out LoopWait? sleeper, out TimeSpan due) && due <= Now)
        {
            _ = _sleepers.Dequeue();
            sleeper.Complete();
        }
    }

    private void ResumeCurrent()
    {
        if (_next.Count == 0)
        {
            return;
        }

        (_current, _next) = (_next, _current);
        while (_current.TryDequeue(out LoopWait? wait))
        {
            wait.Complete();
        }
    }

    private void RepeatEvents()
    {
        if (_repeatNext.Count == 0)
        {
            return;
        }

        (_repeatNow, _repeatNext) = (_repeatNext, _repeatNow);
        while (_repeatNow.TryDequeue(out Repetition repetition))
        {
            if (repetition.Descriptor.Generation == repetition.Generation)
            {
                repetition.Descriptor.OnReady(repetition.Readiness);
            }
        }
    }

    private void TrimSlab()
    {
        Slab.Trim();
        _trimming.Arm(Timeouts(_trimInterval));
    }

    private LoopWait Rent() => _spareWaits.TryPop(out LoopWait? wait) ? wait : new LoopWait(_spareWaits);

    private readonly record struct Repetition(Descriptor Descriptor, uint Generation, Readiness Readiness);
}
