using System;
using System.Linq;

using Sluice.Daemon.Keys;

using Xunit;

namespace Sluice.Unit.Daemon.Keys;

public sealed class ExpiryTests
{
    private static readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _end = new(2026, 4, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Expiry _expiry = new("server \"a.example\"", "/a.pem", _begin, _end);

    [Theory]
    [InlineData(-1, "has expired on 2026-04-01 12:00 UTC")]
    [InlineData(0, "has expired on 2026-04-01 12:00 UTC")]
    [InlineData(0.5, "expires within a day, on 2026-04-01 12:00 UTC")]
    [InlineData(1.5, "expires in 1 day, on 2026-04-01 12:00 UTC")]
    [InlineData(29.9, "expires in 29 days, on 2026-04-01 12:00 UTC")]
    public void What_is_near_is_said_at_once(double daysBefore, string said) =>
        Assert.Equal($"server \"a.example\": the certificate /a.pem {said}", _expiry.Warning(_end.AddDays(-daysBefore)));

    [Fact]
    public void What_is_far_is_not_said() => Assert.Null(_expiry.Warning(_end.AddDays(-31)));

    [Fact]
    public void One_that_is_not_valid_yet_is_said() =>
        Assert.EndsWith("is not valid before 2026-01-01 00:00 UTC", _expiry.Warning(_begin.AddDays(-1)), StringComparison.Ordinal);

    [Fact]
    public void The_future_has_30_7_and_1_days_and_the_end() =>
        Assert.Equal([30, 7, 1, 0], _expiry.Reminders(_begin).Select(reminder => (_end - reminder.Due).TotalDays));

    [Fact]
    public void What_is_past_is_not_said_again() =>
        Assert.Equal([1, 0], _expiry.Reminders(_end.AddDays(-7)).Select(reminder => (_end - reminder.Due).TotalDays));
}
