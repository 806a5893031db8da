using System;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>What faults may cost the clients of HTTP relays, under 3,000 requests a second.</summary>
public sealed class RelaydHttpTests(RelayedHttpSite ground) : IClassFixture<RelayedHttpSite>
{
    private readonly RelayedSite _site = ground.Site;

    private static readonly TimeSpan _whole = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _standstill = TimeSpan.FromSeconds(2);

    [Fact]
    public void A_killed_relay_costs_the_requests_that_it_had_and_is_replaced_within_a_second()
    {
        Child relay = _site.Daemon.ChildNamed("relay 1");
        using Load load = _site.Load();
        load.AwaitAnswers(2000);
        Assert.Empty(load.Losses);

        TimeSpan killed = load.Now;
        Daemon.Signal(relay.Id, Libc.SIGKILL);
        _site.Daemon.AwaitSuccessor(relay, _whole);
        Await.Until(() => load.Now > killed + _whole, "the second in which service must be whole is over");
        load.AwaitAnswers(2000);
        load.Stop();

        Assert.DoesNotContain(load.Losses, loss => loss.At < killed || loss.At > killed + _whole);
        Assert.DoesNotContain(load.Losses, static loss => loss.Kind is LossKind.Refused or LossKind.Wrong);
        Assert.True(load.Losses.Count <= Load.Clients, load.Describe());
    }

    [Fact]
    public void Hosts_that_stand_still_for_a_while_cost_nothing()
    {
        using Load load = _site.Load();
        load.AwaitAnswers(1000);
        TimeSpan stopped = load.Now;
        _site.SignalHosts(Libc.SIGSTOP);
        Await.Until(() => load.Now > stopped + _standstill, "they stood still");
        _site.SignalHosts(Libc.SIGCONT);
        load.AwaitAnswers(2000);
        load.Stop();

        Assert.True(load.Losses.Count == 0, load.Describe());
    }

    [Fact]
    public void Reloads_cost_nothing()
    {
        using Load load = _site.Load();
        foreach (int _ in Enumerable.Range(0, 4))
        {
            load.AwaitAnswers(500);
            _site.Daemon.Reload();
        }

        load.AwaitAnswers(1000);
        load.Stop();

        Assert.True(load.Losses.Count == 0, load.Describe());
    }
}
