using System;
using System.Text.RegularExpressions;

using Sluice.Relayctl;

using Xunit;

namespace Sluice.Unit.Relayctl;

public sealed class TimeTextTests
{
    [Fact]
    public void A_day_of_one_digit_has_a_blank_before_it()
    {
        DateTimeOffset noon = new(new DateTime(2026, 11, 2, 12, 0, 0, DateTimeKind.Local));

        Assert.Equal("Mon Nov  2 12:00:00 2026", TimeText.Of(noon));
    }

    [Fact]
    public void Hours_are_unbounded() => Assert.Equal("123:04:05", TimeText.Of(new TimeSpan(123, 4, 5)));

    [Fact]
    public void It_is_what_ctime_writes() =>
        Assert.Matches(new Regex(@"^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$", RegexOptions.None, TimeSpan.FromSeconds(1)), TimeText.Of(DateTimeOffset.UnixEpoch));
}
