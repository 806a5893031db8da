using System;
using System.Linq;

using Sluice.Daemon.Privsep.Parent;

using Xunit;

namespace Sluice.Unit.Daemon.Privsep.Parent;

public sealed class DeathRecordTests
{
    [Fact]
    public void A_first_death_is_made_good_at_once() => Assert.Equal(TimeSpan.Zero, Deaths(1, 0).Pause);

    [Fact]
    public void Further_deaths_make_successors_wait_longer_each_time()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), Deaths(2, 0).Pause);
        Assert.Equal(TimeSpan.FromMilliseconds(200), Deaths(3, 0).Pause);
        Assert.Equal(TimeSpan.FromSeconds(5), Deaths(9, 0).Pause);
    }

    [Fact]
    public void Ten_deaths_within_a_minute_are_too_many()
    {
        Assert.False(Deaths(9, 6).IsFull);
        Assert.True(Deaths(10, 6).IsFull);
    }

    [Fact]
    public void Deaths_of_more_than_a_minute_ago_do_not_count() => Assert.False(Deaths(100, 7).IsFull);

    private static DeathRecord Deaths(int count, int secondsBetween)
    {
        DeathRecord record = new();
        foreach (int death in Enumerable.Range(0, count))
        {
            record.Add(TimeSpan.FromSeconds(death * secondsBetween));
        }

        return record;
    }
}
