using System;
using System.Text;

using Sluice.Http.Logging;

using Xunit;

namespace Sluice.Unit.Http.Logging;

public sealed class LogTimeTests
{
    private static readonly DateTimeOffset _moment = new(2026, 3, 3, 13, 5, 9, TimeSpan.Zero);

    [Fact]
    public void The_time_is_local_with_its_offset() =>
        Assert.Equal("03/Mar/2026:14:05:09 +0100", Text(TimeSpan.FromHours(1)));

    [Fact]
    public void An_offset_behind_Greenwich_has_a_minus() =>
        Assert.Equal("03/Mar/2026:09:35:09 -0330", Text(-TimeSpan.FromMinutes(210)));

    [Fact]
    public void The_next_second_is_another_text()
    {
        LogTime time = new(TimeZoneInfo.Utc);
        time.Text(_moment);
        Assert.Equal("03/Mar/2026:13:05:10 +0000", Encoding.ASCII.GetString(time.Text(_moment.AddSeconds(1))));
    }

    [Fact]
    public void A_new_second_allocates_nothing() => Assert.Equal(0, AllocatedIn(seconds: 100));

    private static long AllocatedIn(int seconds)
    {
        LogTime time = new(TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(1), "here", "here"));
        time.Text(_moment);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int second = 1; second <= seconds; second++)
        {
            time.InternetText(_moment.AddSeconds(second));
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Text(TimeSpan offset)
    {
        LogTime time = new(TimeZoneInfo.CreateCustomTimeZone("here", offset, "here", "here"));
        return Encoding.ASCII.GetString(time.Text(_moment));
    }
}
