using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;
using Sluice.Engine.Streams;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>Connections to hosts that wait for the next session.</summary>
public sealed class HostPoolTests : IDisposable
{
    private const int Most = 512;

    private static readonly TimeSpan _while = TimeSpan.FromSeconds(30);
    private static readonly SocketAddress _address = SocketAddress.FromIp([192, 0, 2, 1], 80);

    private readonly SharedPages _pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly LoopRun _run = new();
    private readonly HealthBoard _health;

    public HostPoolTests()
    {
        _health = new HealthBoard(_pages);
    }

    public void Dispose()
    {
        _run.Dispose();
        _pages.Dispose();
    }

    [Fact]
    public void The_last_one_used_is_used_next_and_none_of_another_host() => _run.Run(async () =>
    {
        HostPool pool = new(_run.Loop.Timeouts(_while), _health);
        TcpPair first = await TcpPair.Connect(_run);
        TcpPair second = await TcpPair.Connect(_run);
        pool.Return(_address, 0, first.Client);
        pool.Return(_address, 0, second.Client);

        Assert.Null(pool.Rent(SocketAddress.FromIp([192, 0, 2, 1], 81)));
        Assert.Equal([second.Client, first.Client, null], [pool.Rent(_address), pool.Rent(_address), pool.Rent(_address)]);
    });

    [Fact]
    public void One_that_waited_too_long_is_closed() => _run.Run(async () =>
    {
        HostPool pool = new(_run.Loop.Timeouts(_while), _health);
        TcpPair pair = await TcpPair.Connect(_run);
        pool.Return(_address, 0, pair.Client);
        await _run.Pass(_while);

        Assert.Null(pool.Rent(_address));
        Assert.Equal(Fill.End, await RelayRun.End(pair.Server));
    });

    [Fact]
    public void Of_one_host_so_many_are_kept_and_the_next_is_closed() => _run.Run(async () =>
    {
        HostPool pool = new(_run.Loop.Timeouts(_while), _health);
        List<TcpPair> pairs = [];
        await ReturnMany(pool, pairs);

        Assert.Equal(Fill.End, await RelayRun.End(pairs[Most].Server));
        Assert.Equal(Most, pairs.Count(static pair => pair.Server.TryFill() == Fill.Again));
        pool.Close();
        pairs.ForEach(static pair => pair.Server.Close());
    });

    // With one more than it keeps.
    private async ValueTask ReturnMany(HostPool pool, List<TcpPair> pairs)
    {
        for (int count = 0; count <= Most; count++)
        {
            pairs.Add(await TcpPair.Connect(_run));
            pool.Return(_address, 0, pairs[^1].Client);
        }
    }
}
