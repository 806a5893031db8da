using System;
using System.Diagnostics;

namespace Sluice.Engine.Loop;

/// <summary>A moment by which something has to have happened; a node of the <see cref="DeadlineQueue"/> it is armed in.</summary>
public abstract class Deadline
{
    internal Deadline? Earlier;
    internal Deadline? Later;

    /// <summary>Whether it will expire.</summary>
    public bool IsArmed => Queue is not null && !IsResting;

    internal DeadlineQueue? Queue { get; set; }

    // Monotonic time; meaningless unless armed.
    internal TimeSpan Due { get; set; }

    // It is in its queue, and will not expire.
    internal bool IsResting { get; private set; }

    /// <summary>Starts the queue's time anew, whether it was running or not. O(1), and allocates nothing.</summary>
    /// <remarks>Armed again soon after the last time it keeps that time: it expires a 256th of the duration too early at most.</remarks>
    public void Arm(DeadlineQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        IsResting = false;
        if (Queue != queue || !queue.IsSoonAfter(this))
        {
            Queue?.Remove(this);
            queue.Append(this);
        }
    }

    /// <summary>It will not expire any more.</summary>
    public void Disarm()
    {
        IsResting = false;
        Queue?.Remove(this);
    }

    /// <summary>It will not expire unless it is armed again, which may be soon: it keeps its place for that.</summary>
    public void Rest() => IsResting = Queue is not null;

    /// <summary>Called by the loop when the time is over; the deadline is disarmed by then and may be armed again.</summary>
    protected internal abstract void OnExpired();
}

/// <summary>A <see cref="Deadline"/> that calls back.</summary>
/// <param name="callback">Called by the loop at each expiry.</param>
public sealed class Alarm(Action callback) : Deadline
{
    /// <inheritdoc/>
    protected internal override void OnExpired() => callback();
}

/// <summary>
/// All deadlines of one duration: because they are armed in the order of time they expire in the order of arming, so a
/// list is enough, and arming, disarming and finding the next are O(1).
/// </summary>
public sealed class DeadlineQueue
{
    private readonly EventLoop _loop;

    // A busy connection arms its deadline at each request; to move it each time would touch its neighbours, which are others'.
    private readonly TimeSpan _soon;
    private Deadline? _first;
    private Deadline? _last;

    internal DeadlineQueue(EventLoop loop, TimeSpan duration)
    {
        _loop = loop;
        _soon = duration / 256;
        Duration = duration;
    }

    /// <summary>How long after arming its deadlines expire; those that are armed again soon, up to a 256th of it earlier.</summary>
    public TimeSpan Duration { get; }

    // When the next one expires; never, if the queue is empty.
    internal TimeSpan NextDue => _first?.Due ?? TimeSpan.MaxValue;

    // Whether a deadline of this queue was armed so shortly before that it needs no other place.
    internal bool IsSoonAfter(Deadline deadline) => _loop.Now + Duration - deadline.Due <= _soon;

    internal void Append(Deadline deadline)
    {
        deadline.Due = _loop.Now + Duration;
        deadline.Queue = this;
        deadline.Earlier = _last;
        if (_last is null)
        {
            _first = deadline;
        }
        else
        {
            _last.Later = deadline;
        }

        _last = deadline;
    }

    internal void Remove(Deadline deadline)
    {
        Debug.Assert(deadline.Queue == this, "a deadline is removed from its own queue");
        if (deadline.Earlier is null)
        {
            _first = deadline.Later;
        }
        else
        {
            deadline.Earlier.Later = deadline.Later;
        }

        if (deadline.Later is null)
        {
            _last = deadline.Earlier;
        }
        else
        {
            deadline.Later.Earlier = deadline.Earlier;
        }

        deadline.Queue = null;
        deadline.Earlier = null;
        deadline.Later = null;
    }

    // A callback may arm and disarm any deadline, so the head is looked at anew each time. What is armed meanwhile is
    // due later than now: the loop ends.
    internal void Expire(TimeSpan now)
    {
        while (_first is not null && _first.Due <= now)
        {
            Deadline deadline = _first;
            bool isResting = deadline.IsResting;
            deadline.Disarm();
            if (!isResting)
            {
                deadline.OnExpired();
            }
        }
    }
}
