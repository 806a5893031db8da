using System;

using Sluice.Engine.Loop;

namespace Sluice.Unit.Fakes;

/// <summary>Time that passes when the test says so.</summary>
public sealed class TestClock : Clock
{
    private readonly DateTimeOffset _start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private TimeSpan _passed;

    public override TimeSpan Monotonic => _passed;

    public override DateTimeOffset Utc => _start + _passed;

    public void Advance(TimeSpan time) => _passed += time;
}
