using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Native;
using Sluice.Engine.Streams;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Engine.Loop;

public sealed class EventLoopTests : IDisposable
{
    private readonly LoopRun _run = new();

    [Fact]
    public void Work_that_begins_outside_of_a_turn_counts_from_now_once_the_clock_is_read()
    {
        TestClock clock = new();
        using EventLoop loop = new(clock);
        clock.Advance(TimeSpan.FromSeconds(3));

        loop.ReadClock();

        Assert.Equal((clock.Monotonic, clock.Utc), (loop.Now, loop.Utc));
    }

    [Fact]
    public void The_next_turn_comes_after_all_that_runs_now()
    {
        List<string> order = [];
        _run.Run(async () =>
        {
            _run.Loop.Spawn(async () =>
            {
                order.Add("spawned");
                await _run.Loop.NextTurn();
                order.Add("next turn");
            });
            order.Add("spawner");
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });
        Assert.Equal(["spawned", "spawner", "next turn"], order);
    }

    [Fact]
    public void Sleepers_wake_in_the_order_of_their_time()
    {
        List<string> order = [];
        _run.Run(async () =>
        {
            _run.Loop.Spawn(() => Sleep("long", 2));
            _run.Loop.Spawn(() => Sleep("short", 1));
            await _run.Pass(TimeSpan.FromSeconds(3));
        });
        Assert.Equal(["short", "long"], order);

        async ValueTask Sleep(string name, int seconds)
        {
            await _run.Loop.Sleep(TimeSpan.FromSeconds(seconds));
            order.Add(name);
        }
    }

    [Fact]
    public void What_escapes_a_session_is_reported_and_the_others_go_on()
    {
        bool isOtherDone = false;
        _run.Run(async () =>
        {
            _run.Loop.Spawn(Fail);
            await _run.Loop.NextTurn();
            isOtherDone = true;
            _run.Failures.Clear();
        });
        Assert.True(isOtherDone);
        Assert.Equal(1, _run.Loop.Failures);
    }

    [Fact]
    public void More_than_twenty_failures_within_a_minute_are_too_many()
    {
        int tooMany = 0;
        _run.Loop.TooManyFailures = () => tooMany++;
        FailTimes(20, TimeSpan.FromSeconds(1));
        Assert.Equal(0, tooMany);
        FailTimes(1, TimeSpan.Zero);
        Assert.Equal(1, tooMany);
    }

    [Fact]
    public void What_the_process_cannot_do_without_is_told_when_it_fails()
    {
        List<string> told = [];
        _run.Loop.Failed = _ => told.Add("failed");
        _run.Loop.VitalFailed = () => told.Add("vital");
        _run.Run(async () =>
        {
            _run.Loop.SpawnVital(Fail);
            await _run.Loop.NextTurn();
            _run.Loop.SpawnVital(() => _run.Loop.NextTurn());
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });
        Assert.Equal(["failed", "vital"], told);
    }

    [Fact]
    public void What_lasts_begins_again_after_a_failure_until_it_ends_by_itself()
    {
        Queue<Func<ValueTask>> times = new([Fail, Fail, _run.Loop.NextTurn, Fail]);
        _run.Run(async () =>
        {
            _run.Loop.SpawnLasting(() => times.Dequeue()());
            await _run.Until(() => times.Count == 1);
            await _run.Pass(TimeSpan.FromSeconds(1));
            _run.Failures.Clear();
        });
        _ = Assert.Single(times);
        Assert.Equal(2, _run.Loop.Failures);
    }

    [Fact]
    public void What_lasts_and_fails_at_once_is_too_much_in_the_end()
    {
        int tooMany = 0;
        _run.Loop.TooManyFailures = () => tooMany++;
        _run.Run(async () =>
        {
            _run.Loop.SpawnLasting(Fail);
            await _run.Until(() => tooMany > 0);
            _run.Failures.Clear();
        });
        Assert.Equal(21, _run.Loop.Failures);
    }

    [Fact]
    public void Twenty_failures_a_minute_are_bearable_for_ever()
    {
        int tooMany = 0;
        _run.Loop.TooManyFailures = () => tooMany++;
        FailTimes(100, TimeSpan.FromSeconds(3.1));
        Assert.Equal(0, tooMany);
    }

    [Fact]
    public void Hooks_run_once_at_the_end_of_each_turn()
    {
        int turns = 0;
        _run.Loop.AtEndOfTurn(() => turns++);
        _run.Run(async () =>
        {
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
        });
        Assert.Equal(2, turns);
    }

    [Fact]
    public void The_time_of_day_stands_still_within_a_turn()
    {
        TimeSpan difference = TimeSpan.MaxValue;
        _run.Run(() =>
        {
            DateTimeOffset before = _run.Loop.Utc;
            _run.Clock.Advance(TimeSpan.FromSeconds(1));
            difference = _run.Loop.Utc - before;
            return default;
        });
        Assert.Equal(TimeSpan.Zero, difference);
    }

    // Both connections become readable in one turn. The first closes the second and opens a third, which gets the
    // second's number: the event that was fetched for the second must not reach it.
    [Fact]
    public void A_late_event_does_not_reach_the_next_owner_of_the_number()
    {
        _run.Run(async () =>
        {
            TcpPair first = await TcpPair.Connect(_run);
            TcpPair second = await TcpPair.Connect(_run);
            TcpPair spare = await TcpPair.Connect(_run);
            Succession succession = new(first.Server, second.Server, spare.Server, new Connection(_run.Loop));
            _run.Loop.Spawn(() => succession.Follow(first.Server));
            _run.Loop.Spawn(() => succession.Follow(second.Server));
            _ = await TcpPair.Send(first.Client, "x"u8);
            _ = await TcpPair.Send(second.Client, "x"u8);
            await _run.Loop.NextTurn();
            await _run.Loop.NextTurn();
            Assert.Equal((true, false), (succession.HasHappened, succession.IsThirdReady));
            succession.Close();
            first.Close();
            second.Close();
            spare.Close();
        });
    }

    [Fact]
    public void A_signal_arrives_on_the_loop()
    {
        PosixSignal arrived = default;
        using SignalSource source = new(_run.Loop, signal =>
        {
            arrived = signal;
            _run.Loop.Stop();
        }, PosixSignal.SIGWINCH, PosixSignal.SIGCONT);
        _ = Libc.kill(Libc.getpid(), 28);
        _run.Loop.Run();
        Assert.Equal(PosixSignal.SIGWINCH, arrived);
    }

    [Fact]
    public void The_systems_clock_does_not_go_back()
    {
        SystemClock clock = new();
        TimeSpan before = clock.Monotonic;
        Assert.True(clock.Monotonic >= before);
    }

    public void Dispose() => _run.Dispose();

    private static async ValueTask Fail()
    {
        await default(ValueTask);
        throw new InvalidOperationException("escaped");
    }

    private void FailTimes(int count, TimeSpan apart) => _run.Run(async () =>
    {
        for (int i = 0; i < count; i++)
        {
            _run.Loop.Spawn(Fail);
            await _run.Pass(apart);
        }

        _run.Failures.Clear();
    });

    /// <summary>Of two connections the one that is resumed first closes the other, and opens a third on its number.</summary>
    private sealed class Succession(Connection first, Connection second, Connection spare, Connection third)
    {
        public bool HasHappened { get; private set; }

        public bool IsThirdReady { get; private set; }

        public async ValueTask Follow(Connection connection)
        {
            _ = await connection.Readable();
            if (HasHappened)
            {
                return;
            }

            HasHappened = true;
            Connection other = connection == first ? second : first;
            int number = other.Fd;
            other.Close();
            Assert.Equal(number, Libc.fcntl(spare.Fd, Libc.F_DUPFD_CLOEXEC, number));
            third.Open(number, spare.Peer, listener: null);
            _ = third.TryFill();
            IsThirdReady = await third.Readable() == Wake.Ready;
        }

        public void Close() => third.Close();
    }
}
