using System.Collections.Generic;

using Sluice.Control;
using Sluice.Engine.Loop;

namespace Sluice.Relayd.Control;

/// <summary>The clients that watch (R-CTL-14): each gets every event, in a queue of its own.</summary>
internal sealed class Monitors
{
    private readonly List<EventQueue> _queues = [];

    /// <summary>Whether anybody watches.</summary>
    public bool IsEmpty => _queues.Count == 0;

    /// <summary>A client begins to watch.</summary>
    public EventQueue Add()
    {
        EventQueue queue = new();
        _queues.Add(queue);
        return queue;
    }

    /// <summary>It watches no more.</summary>
    public void Remove(EventQueue queue) => _queues.Remove(queue);

    /// <summary>Tells all of them.</summary>
    public void Say(EventRow row)
    {
        // Who is told may leave.
        foreach (EventQueue queue in _queues.ToArray())
        {
            queue.Add(row);
        }
    }
}

/// <summary>The events that a client has not been sent yet: a bounded number, beyond which it is told how many it missed.</summary>
internal sealed class EventQueue
{
    /// <summary>How many are kept for a client that reads slowly.</summary>
    public const int Most = 1024;

    private readonly Queue<EventRow> _events = new();
    private int _lost;

    /// <summary>Completed when there is an event, or when nothing is waited for any more.</summary>
    public Waiter Waiter { get; } = new();

    /// <summary>Adds one; the oldest goes where there is no room.</summary>
    public void Add(EventRow row)
    {
        if (_events.Count == Most)
        {
            _ = _events.Dequeue();
            _lost++;
        }

        _events.Enqueue(row);
        Waiter.Complete(Wake.Ready);
    }

    /// <summary>The next one, oldest first; null where there is none.</summary>
    public EventRow? Next()
    {
        if (_lost > 0 && _events.TryPeek(out EventRow? first))
        {
            EventRow lost = new(EventKind.Lost, first.Time) { Id = _lost };
            _lost = 0;
            return lost;
        }

        return _events.TryDequeue(out EventRow? row) ? row : null;
    }
}
