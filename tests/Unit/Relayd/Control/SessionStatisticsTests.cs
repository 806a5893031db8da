using System;
using System.Linq;

using Sluice.Control;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;
using Sluice.Relayd.Control;

using Xunit;

namespace Sluice.Unit.Relayd.Control;

public sealed class SessionStatisticsTests : IDisposable
{
    private const int Place = 3;
    private const int Total = Place * SessionStatistics.NumbersOfPlace;
    private const int MinutesPerDay = 1440;

    private readonly SharedPages _one = SharedPages.Create("relays", Roles.RelayCounters.Count, CounterSpacing.Dense);
    private readonly SharedPages _other = SharedPages.Create("relays", Roles.RelayCounters.Count, CounterSpacing.Dense);
    private readonly SessionStatistics _statistics;

    public SessionStatisticsTests()
    {
        _statistics = new SessionStatistics(() => [_one, _other]);
        _statistics.Keep([Place]);
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void The_processes_are_added_up()
    {
        _one.Write(Total, 5);
        _other.Write(Total, 7);
        _one.Write(Total + 1, 2);
        _other.Write(Total + 1, 1);

        Assert.Equal(new SessionCounts(12, 3, default, default), _statistics.Read(Place));
    }

    [Fact]
    public void A_minute_counts_what_began_in_it_and_is_averaged_with_the_one_before()
    {
        _one.Write(Total, 10);
        _statistics.Tick();
        _one.Write(Total, 14);
        _statistics.Tick();

        Assert.Equal(new SessionCounts(14, 0, new SessionRates(4, 14, 14), new SessionRates(4, 0, 0)), _statistics.Read(Place));
    }

    [Fact]
    public void An_hour_ends_after_sixty_minutes()
    {
        _one.Write(Total, 10);
        Pass(60);

        Assert.Equal((new SessionRates(0, 0, 10), 5), (_statistics.Read(Place).Last, _statistics.Read(Place).Average.Hour));
    }

    // R-RELAY-61: OpenBSD's day never ends.
    [Fact]
    public void A_day_ends_after_a_day()
    {
        _one.Write(Total, 10);
        Pass(MinutesPerDay);

        Assert.Equal((new SessionRates(0, 0, 0), 5), (_statistics.Read(Place).Last, _statistics.Read(Place).Average.Day));
    }

    [Fact]
    public void A_reload_keeps_the_numbers_of_a_place()
    {
        _one.Write(Total, 10);
        _statistics.Tick();

        _statistics.Keep([Place, 4]);

        Assert.Equal(10, _statistics.Read(Place).Last.Minute);
    }

    [Fact]
    public void A_relay_that_comes_counts_from_there()
    {
        _one.Write(4 * SessionStatistics.NumbersOfPlace, 100);
        _statistics.Keep([Place, 4]);

        _statistics.Tick();

        Assert.Equal(0, _statistics.Read(4).Last.Minute);
    }

    [Fact]
    public void A_relay_that_went_is_forgotten()
    {
        _one.Write(Total, 10);
        _statistics.Tick();

        _statistics.Keep([]);

        Assert.Equal(default, _statistics.Read(Place).Last);
    }

    private void Pass(int minutes)
    {
        foreach (int _ in Enumerable.Range(0, minutes))
        {
            _statistics.Tick();
        }
    }
}
