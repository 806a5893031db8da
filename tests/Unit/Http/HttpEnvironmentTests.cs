using System;

using Sluice.Http;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Http;

public sealed class HttpEnvironmentTests : IDisposable
{
    private readonly LoopRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(0, 30, 4096)]
    [InlineData(600, 30, 4096)]
    [InlineData(30, 30, 4096)]
    [InlineData(15, 15, 2048)]
    [InlineData(1, 1, 136)]
    public void A_timeout_below_the_period_of_the_pace_is_the_time_over_which_it_is_measured(int timeout, int period, int bytes)
    {
        Pace pace = new HttpEnvironment(_run.Loop, HttpLimits.Default).PaceWithin(TimeSpan.FromSeconds(timeout));

        Assert.Equal((TimeSpan.FromSeconds(period), bytes), (pace.Period.Duration, pace.Bytes));
    }

    [Fact]
    public void However_short_the_time_is_something_must_be_taken_in_it() =>
        Assert.Equal(1, new HttpEnvironment(_run.Loop, HttpLimits.Default with { ProgressBytes = 1 }).PaceWithin(TimeSpan.FromSeconds(1)).Bytes);
}
