using System;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;
using Sluice.Relayd.Health;

using Xunit;

namespace Sluice.Unit.Relayd.Health;

public sealed class HealthBoardTests : IDisposable
{
    private readonly SharedPages _pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly HealthBoard _board;

    public HealthBoardTests()
    {
        _board = new HealthBoard(_pages);
    }

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void A_place_that_was_never_written_is_unknown_and_serves_only_where_nothing_is_checked()
    {
        Assert.Equal(HostState.Unknown, _board.State(7));
        Assert.False(_board.MayServe(7));
        Assert.True(_board.MayServeUnchecked(7));
        Assert.Null(_board.Read(7).LastCheck);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 4)]
    [InlineData(0, 7)]
    public void Only_a_host_that_is_up_and_not_withdrawn_may_serve(int state, int withdrawal)
    {
        _board.Write(3, new HostHealth { State = (HostState)state, Withdrawal = (Withdrawal)withdrawal });
        Assert.Equal(state == 1 && withdrawal == 0, _board.MayServe(3));
        Assert.Equal(withdrawal == 0, _board.MayServeUnchecked(3));
        Assert.Equal((HostState)state, _board.State(3));
        Assert.Equal((Withdrawal)withdrawal, _board.WithdrawalOf(3));
    }

    [Fact]
    public void All_that_was_written_is_read_and_no_neighbour_sees_it()
    {
        HostHealth health = new()
        {
            State = HostState.Down,
            Withdrawal = Withdrawal.Draining,
            Result = 255,
            HttpStatus = 599,
            FailedSessions = 1000,
            Checks = 1L << 40,
            Ups = 17,
            RetriesLeft = 3,
            LastCheck = DateTimeOffset.FromUnixTimeMilliseconds(1_763_805_600_123),
            Latency = TimeSpan.FromMicroseconds(1234),
            LastChange = DateTimeOffset.FromUnixTimeMilliseconds(1_763_805_600_000),
        };
        _board.Write(HealthBoard.Places - 1, health);
        Assert.Equal(health, _board.Read(HealthBoard.Places - 1));
        Assert.Equal(default, _board.Read(HealthBoard.Places - 2));
    }

    [Fact]
    public void What_changes_who_may_serve_is_counted()
    {
        _board.Write(3, new HostHealth { State = HostState.Up });
        _board.Write(3, new HostHealth { State = HostState.Up, Checks = 2, Result = 3 });
        Assert.Equal(1, _board.Changes);

        _board.Write(3, new HostHealth { State = HostState.Up, Withdrawal = Withdrawal.Draining });
        _board.Write(4, new HostHealth { State = HostState.Down });
        Assert.Equal(3, _board.Changes);
    }

    [Fact]
    public void A_reader_in_another_mapping_sees_what_was_written()
    {
        using SharedPages mapped = SharedPages.Adopt(_pages.OpenForReaders(), Roles.Health.Count, PageAccess.Read, CounterSpacing.Dense);
        HealthBoard reader = new(mapped);
        _board.Write(1, new HostHealth { State = HostState.Up });
        Assert.True(reader.MayServe(1));
    }
}
