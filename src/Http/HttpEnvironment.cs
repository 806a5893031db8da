using System;

using Sluice.Engine.Loop;
using Sluice.Http.Messages;

namespace Sluice.Http;

/// <summary>What the connections of a process have in common; one a loop.</summary>
public sealed class HttpEnvironment
{
    private readonly HttpDateText _date = new();
    private TimeSpan _dateUntil = TimeSpan.MinValue;

    /// <summary>Made once the loop is there.</summary>
    public HttpEnvironment(EventLoop loop, HttpLimits limits)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(limits);
        Loop = loop;
        Limits = limits;
        Exchanges = new ExchangePool<Exchange>(() => new Exchange(this), static exchange => exchange.Head.Clear());
        Progress = loop.Timeouts(limits.ProgressPeriod);
        Linger = loop.Timeouts(limits.LingerTime);
    }

    /// <summary>The loop that all of them are on.</summary>
    public EventLoop Loop { get; }

    /// <summary>Their limits.</summary>
    public HttpLimits Limits { get; }

    /// <summary>Called when the head of an answer goes out, to log it (H-LOG-22).</summary>
    public Action<Exchange>? Answered { get; init; }

    /// <summary>The current date as text, valid until the next call; the clock is asked once a second.</summary>
    public ReadOnlySpan<byte> Date
    {
        get
        {
            if (Loop.Now < _dateUntil)
            {
                return _date.Text;
            }

            DateTimeOffset utc = Loop.Utc;
            _dateUntil = Loop.Now + TimeSpan.FromTicks(TimeSpan.TicksPerSecond - (utc.Ticks % TimeSpan.TicksPerSecond));
            return _date.At(utc);
        }
    }

    internal ExchangePool<Exchange> Exchanges { get; }

    internal DeadlineQueue Progress { get; }

    internal DeadlineQueue Linger { get; }

    /// <summary>The pace of <see cref="Limits"/>, for clients who may let so much time pass without any progress.</summary>
    /// <param name="timeout">One that is shorter than the period makes it shorter, and the bytes in it fewer; zero for no limit of its own.</param>
    public Pace PaceWithin(TimeSpan timeout) => timeout > TimeSpan.Zero && timeout < Limits.ProgressPeriod
        ? new Pace(Loop.Timeouts(timeout), int.Max((int)(Limits.ProgressBytes * (timeout / Limits.ProgressPeriod)), 1))
        : new Pace(Progress, Limits.ProgressBytes);
}

/// <summary>How fast a client has to take an answer.</summary>
/// <param name="Period">The queue of the time in which it has to take them.</param>
/// <param name="Bytes">At least 1.</param>
public readonly record struct Pace(DeadlineQueue Period, int Bytes);
