using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>Faults of relayd under 3,000 requests a second: what they may cost. Each test leaves the daemon as it found it.</summary>
public sealed class RelaydTests(RelayedSite site) : IClassFixture<RelayedSite>
{
    // D-32: a session outlives so many reloads; load and peers have some before.
    private const int Reloads = 6;

    private static readonly TimeSpan _whole = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_killed_relay_costs_its_own_sessions_and_is_replaced_within_a_second()
    {
        Child relay = site.Daemon.ChildNamed("relay 1");
        List<Peer> peers = [.. Enumerable.Range(0, 24).Select(_ => site.Connect())];
        IReadOnlyDictionary<int, int> sessions = site.Ground.Sessions();
        ILookup<bool, Peer> ofKilled = peers.ToLookup(peer => sessions[((IPEndPoint)peer.Socket.LocalEndPoint!).Port] == relay.Id);
        using Load load = site.Load();
        load.AwaitAnswers(2000);
        Assert.Empty(load.Losses);

        TimeSpan killed = load.Now;
        Daemon.Signal(relay.Id, Libc.SIGKILL);
        site.Daemon.AwaitSuccessor(relay, _whole);
        Await.Until(() => load.Now > killed + _whole, "the second in which service must be whole is over");
        load.AwaitAnswers(2000);
        load.Stop();

        Assert.DoesNotContain(load.Losses, loss => loss.At < killed || loss.At > killed + _whole);
        Assert.DoesNotContain(load.Losses, loss => loss.Kind is LossKind.Refused or LossKind.Wrong);
        Assert.True(load.Losses.Count <= Load.Clients, load.Describe());
        Assert.NotEmpty(ofKilled[true]);
        Assert.NotEmpty(ofKilled[false]);
        Assert.All(ofKilled[true], peer => Assert.Empty(peer.ToEndOrReset()));
        Assert.All(ofKilled[false], RelayedSite.AssertServed);
        peers.ForEach(peer => peer.Dispose());
        Await.Until(() => site.Ground.Sessions().Count == 0, "no session is counted that is no more");
    }

    [Theory]
    [InlineData("hce")]
    [InlineData("control")]
    [InlineData("script")]
    public void Another_child_that_is_killed_costs_no_session_and_no_health_and_is_replaced_within_a_second(string title)
    {
        Child child = site.Daemon.ChildNamed(title);
        using Peer kept = site.Connect();
        IReadOnlyList<ShownHost> before = site.Ground.Hosts();
        using Load load = site.Load();
        load.AwaitAnswers(1000);

        Daemon.Signal(child.Id, Libc.SIGKILL);
        site.Daemon.AwaitSuccessor(child, _whole);
        load.AwaitAnswers(2000);
        load.Stop();

        Assert.True(load.Losses.Count == 0, load.Describe());
        RelayedSite.AssertServed(kept);
        Assert.All(site.Ground.Hosts().Zip(before), pair => Assert.True(
            pair.First.Status == "up" && pair.First.Checks >= pair.Second.Checks, $"{pair.Second} became {pair.First}"));
        site.AwaitChecks("127.0.0.11");
        site.AwaitChecks("127.0.0.13");
    }

    [Fact]
    public void What_checks_find_after_hce_and_script_were_killed_is_heeded()
    {
        string[] titles = ["hce", "script"];
        Child[] children = [.. titles.Select(site.Daemon.ChildNamed)];
        Array.ForEach(children, child => Daemon.Signal(child.Id, Libc.SIGKILL));
        Array.ForEach(children, child => site.Daemon.AwaitSuccessor(child, Await.Usual));

        File.WriteAllText(site.Script + ".fails", "");
        site.AwaitStatus("127.0.0.13", "down");
        File.Delete(site.Script + ".fails");

        site.AwaitStatus("127.0.0.13", "up");
    }

    [Fact]
    public void Reloads_lose_no_session_and_no_count()
    {
        using Load load = site.Load();
        using Peer kept = site.Connect();
        IReadOnlyList<Child> children = site.Daemon.Children;
        long total = site.Ground.Total("web"), checks = site.Checks("127.0.0.11");

        Assert.All(Enumerable.Range(0, Reloads), _ =>
        {
            site.Daemon.Reload();
            load.AwaitAnswers(300);
            RelayedSite.AssertServed(kept);
        });

        load.Stop();
        Assert.True(load.Losses.Count == 0, load.Describe());
        Assert.Equal(children, site.Daemon.Children);
        Assert.InRange(site.Ground.Total("web"), total, long.MaxValue);
        Assert.InRange(site.Checks("127.0.0.11"), checks, long.MaxValue);
        Assert.Contains(((IPEndPoint)kept.Socket.LocalEndPoint!).Port, site.Ground.Sessions());
    }
}
