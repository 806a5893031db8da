using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Health;

public sealed class RoundsTests : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    private readonly LoopRun _run = new();
    private readonly List<(int Id, TimeSpan When)> _begun = [];
    private readonly Launcher _launcher;
    private readonly Rounds _rounds;

    public RoundsTests()
    {
        _launcher = new Launcher(_run.Loop, 1000);
        _rounds = new Rounds(_run.Loop, _launcher) { Interval = _interval };
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public void The_first_round_has_all_hosts_at_once()
    {
        Use(Hosts(1000, 1));
        Pass(100, TimeSpan.Zero);

        Assert.Equal(Enumerable.Range(1, 1000), _begun.Select(begun => begun.Id));
    }

    [Fact]
    public void In_the_other_rounds_each_host_has_its_own_moment_and_keeps_it()
    {
        Use(Hosts(1000, 1));
        Pass(12_000, TimeSpan.FromMilliseconds(2.5));

        Assert.InRange(MostAtOnce(_interval, 2 * _interval), 1, 64);
        Assert.Equal(Moments(1), Moments(2));
    }

    [Fact]
    public void Few_hosts_begin_with_their_round()
    {
        Use(Hosts(10, 1));
        Pass(3, _interval);

        Assert.Equal([0, 10, 20, 30], _begun.Where(begun => begun.Id == 7).Select(begun => begun.When.TotalSeconds));
    }

    [Fact]
    public void A_table_with_an_interval_of_its_own_leaves_rounds_out()
    {
        Use(Hosts(1, 3));
        Pass(7, _interval);

        Assert.Equal([0, 30, 60], _begun.Select(begun => begun.When.TotalSeconds));
    }

    [Fact]
    public void A_poll_begins_a_round_and_the_next_one_follows_an_interval_later()
    {
        Use(Hosts(1, 1));
        _run.Run(async () =>
        {
            _rounds.Begin();
            await _run.Pass(_interval / 2);
            _rounds.Begin();
            await _run.Pass(_interval / 2);
            await _run.Pass(_interval / 2);
        });

        Assert.Equal([0, 5, 15], _begun.Select(begun => begun.When.TotalSeconds));
    }

    [Fact]
    public void Who_is_still_checked_is_not_checked_again()
    {
        Use(Hosts(1, 1, static _ => default));
        Pass(3, _interval);

        _ = Assert.Single(_begun);
    }

    [Fact]
    public void No_more_than_the_most_run_at_a_time()
    {
        Launcher launcher = new(_run.Loop, 3);
        Queue<CheckedHost> running = new();
        List<CheckedHost> hosts = [.. Hosts(10, 1, host =>
        {
            running.Enqueue(host);
            return default;
        })];
        _run.Run(async () =>
        {
            hosts.ForEach(launcher.Add);
            await _run.Pass(_interval);
        });

        Assert.Equal(3, running.Count);
    }

    private void Use(IEnumerable<CheckedHost> hosts) => _rounds.Replace(hosts);

    private void Pass(int times, TimeSpan step) => _run.Run(async () =>
    {
        _rounds.Begin();
        for (int i = 0; i < times; i++)
        {
            await _run.Pass(TimeSpan.Zero);
            await _run.Pass(step);
        }
    });

    private int MostAtOnce(TimeSpan from, TimeSpan to) => _begun
        .Where(begun => begun.When >= from && begun.When < to)
        .CountBy(begun => begun.When)
        .Max(begun => begun.Value);

    private IEnumerable<TimeSpan> Moments(int round) => _begun
        .Where(begun => begun.When >= round * _interval && begun.When < (round + 1) * _interval)
        .Select(begun => begun.When - (round * _interval));

    private IEnumerable<CheckedHost> Hosts(int count, int rounds) => Hosts(count, rounds, host =>
    {
        _launcher.End(host);
        return default;
    });

    private IEnumerable<CheckedHost> Hosts(int count, int rounds, Func<CheckedHost, ValueTask> check)
    {
        Host[] hosts = [.. Enumerable.Range(1, count).Select(id => new Host { Id = id, Place = id, Name = "x", Address = IPAddress.Loopback })];
        Table table = new() { Id = 1, Definition = "t", Port = 80, Check = new IcmpCheck(), Rounds = rounds, Hosts = [.. hosts] };
        CheckedTable checkedTable = new(table, _run.Loop.Timeouts(_interval), connector: null);
        foreach (Host host in hosts)
        {
            CheckedHost made = new(it =>
            {
                _begun.Add((it.Host.Id, _run.Loop.Now));
                return check(it);
            });
            made.Take(host, checkedTable);
            yield return made;
        }
    }
}
