using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Streams;

namespace Sluice.Httpd.Applications;

/// <summary>A connection to an application, and since when there is one.</summary>
/// <param name="Connection">The connection; whoever has it closes it or gives it back.</param>
/// <param name="Opened">Loop time.</param>
internal readonly record struct ApplicationConnection(Connection Connection, TimeSpan Opened);

/// <summary>
/// The connections of a process to one application. A process of an application mostly serves one connection at a time, so one that is kept keeps it from
/// everybody else: it is kept for the moment that a busy server needs it again, no connection for long, and none while a request waits for its turn in the queue of
/// the application.
/// </summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="address">Where the application listens.</param>
internal sealed class ApplicationPool(EventLoop loop, SocketAddress address)
{
    private const int MostIdle = 128;

    private static readonly TimeSpan _longestIdle = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _longestLife = TimeSpan.FromMilliseconds(50);

    /// <summary>A new connection that is not answered for so long waits for a process, and not for its answer alone: mostly it has both in less.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(10);

    private readonly List<Idle> _idle = [];

    /// <summary>Requests that went out over new connections, the oldest first; those that were answered leave when they are the first.</summary>
    private readonly Queue<Opened> _opened = new();
    private Alarm? _alarm;

    /// <summary>A connection that is kept and whose peer has said nothing since; the one used last first.</summary>
    public bool TryTake(out ApplicationConnection taken)
    {
        while (_idle.Count > 0)
        {
            taken = _idle[^1].Connection;
            _idle.RemoveAt(_idle.Count - 1);

            // An end, or bytes that nobody asked for: it cannot carry another request.
            if (taken.Connection.TryFill() == Fill.Again)
            {
                return true;
            }

            taken.Connection.Close();
        }

        taken = default;
        return false;
    }

    /// <summary>A request goes out over a new connection.</summary>
    /// <param name="request">The request.</param>
    public void NoteOpened(ApplicationRequest request)
    {
        DropAnswered();
        _opened.Enqueue(new Opened(request, request.Number, loop.Now));
    }

    /// <summary>Opens a connection.</summary>
    /// <param name="within">Bounds the time.</param>
    public ValueTask<ConnectResult> Open(DeadlineQueue within) => Connector.Connect(loop, address, within);

    /// <summary>Takes a connection back whose answer was whole; keeps it for a moment, or closes it.</summary>
    public void Return(ApplicationConnection connection)
    {
        if (_idle.Count == MostIdle || IsCrowded || loop.Now - connection.Opened > _longestLife || !connection.Connection.TryRest())
        {
            connection.Connection.Close();
            return;
        }

        connection.Connection.NeverExpire();
        _idle.Add(new Idle(connection, loop.Now));
        _alarm ??= new Alarm(CloseIdle);
        if (!_alarm.IsArmed)
        {
            _alarm.Arm(loop.Timeouts(_longestIdle));
        }
    }

    private bool IsCrowded
    {
        get
        {
            DropAnswered();
            return _opened.TryPeek(out Opened first) && loop.Now - first.Since > _patience;
        }
    }

    private void DropAnswered()
    {
        while (_opened.TryPeek(out Opened first) && !first.Request.IsUnanswered(first.Number))
        {
            _opened.Dequeue();
        }
    }

    // The first of the list have been idle longest.
    private void CloseIdle()
    {
        int count = 0;
        while (count < _idle.Count && loop.Now - _idle[count].Since >= _longestIdle)
        {
            _idle[count++].Connection.Connection.Close();
        }

        _idle.RemoveRange(0, count);
        if (_idle.Count > 0)
        {
            _alarm!.Arm(loop.Timeouts(_longestIdle));
        }
    }

    private readonly record struct Opened(ApplicationRequest Request, long Number, TimeSpan Since);

    private readonly record struct Idle(ApplicationConnection Connection, TimeSpan Since);
}
