using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Io;
using Sluice.Engine.Processes;
using Sluice.Engine.Streams;
using Sluice.Engine.Tls;
using Sluice.Relayd.Health;
using Sluice.Relayd.Relaying;
using Sluice.Relayd.Tables;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>Connections to hosts that wait for the next session.</summary>
public sealed class HostPoolTests : IDisposable
{
    private const int Most = 512;

    private static readonly TimeSpan _while = TimeSpan.FromSeconds(30);
    private static readonly Target _target = new(SocketAddress.FromIp([192, 0, 2, 1], 80));

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
        pool.Return(_target, first.Client);
        pool.Return(_target, second.Client);

        using TlsConnector connector = TlsConnector.Create(new TlsConnectorSettings(), out _)!;
        Assert.Null(pool.Rent(_target with { Tls = connector.For("another.example") }));
        Assert.Null(pool.Rent(new Target(SocketAddress.FromIp([192, 0, 2, 1], 81))));
        Assert.Equal([second.Client, first.Client, null], [pool.Rent(_target), pool.Rent(_target), pool.Rent(_target)]);
    });

    [Fact]
    public void One_that_waited_too_long_is_closed() => _run.Run(async () =>
    {
        HostPool pool = new(_run.Loop.Timeouts(_while), _health);
        TcpPair pair = await TcpPair.Connect(_run);
        pool.Return(_target, pair.Client);
        await _run.Pass(_while);

        Assert.Null(pool.Rent(_target));
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
            pool.Return(_target, pairs[^1].Client);
        }
    }
}
