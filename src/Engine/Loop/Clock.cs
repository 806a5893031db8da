using System;
using System.Diagnostics;

namespace Sluice.Engine.Loop;

/// <summary>Where time comes from; the program has the <see cref="SystemClock"/>, a test its own.</summary>
public abstract class Clock
{
    /// <summary>Time since a fixed moment; never goes back, and is not moved by setting the system's time.</summary>
    public abstract TimeSpan Monotonic { get; }

    /// <summary>The time of day, for logs and for dates in messages.</summary>
    public abstract DateTimeOffset Utc { get; }
}

/// <summary>The clocks of the system, clock_gettime(2).</summary>
public sealed class SystemClock : Clock
{
    /// <inheritdoc/>
    public override TimeSpan Monotonic => Stopwatch.GetElapsedTime(0);

    /// <inheritdoc/>
    public override DateTimeOffset Utc => TimeProvider.System.GetUtcNow();
}
