using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>Processes of relayd that stand still: the parent sees it, kills and replaces them.</summary>
[Waits]
public sealed class StoppedRelaydTests(RelayedSite site) : IClassFixture<RelayedSite>
{
    private static readonly string[] _titles = ["control", "hce", "relay 1", "script"];

    // Ten seconds without a sign of life, and room for a busy machine.
    private static readonly TimeSpan _stuck = TimeSpan.FromSeconds(30);

    [Fact]
    public void Children_that_are_stopped_are_replaced_and_cost_the_sessions_of_the_stopped_relay()
    {
        Child[] stopped = [.. _titles.Select(site.Daemon.ChildNamed)];
        int relay = stopped.Single(child => child.Title is "relay 1").Id;
        List<Peer> peers = [.. Enumerable.Range(0, 24).Select(_ => site.Connect())];
        IReadOnlyDictionary<int, int> sessions = site.Ground.Sessions();
        ILookup<bool, Peer> ofStopped = peers.ToLookup(peer => sessions[((IPEndPoint)peer.Socket.LocalEndPoint!).Port] == relay);

        Array.ForEach(stopped, child => Daemon.Signal(child.Id, Libc.SIGSTOP));
        Assert.All(ofStopped[false], RelayedSite.AssertServed);
        Array.ForEach(stopped, child => site.Daemon.AwaitSuccessor(child, _stuck));

        Assert.NotEmpty(ofStopped[true]);
        Assert.All(ofStopped[true], peer => Assert.Empty(peer.ToEndOrReset()));
        Assert.All(ofStopped[false], RelayedSite.AssertServed);
        Array.ForEach(stopped, child => _ = site.Daemon.AwaitLine($"{child.Title} (pid {child.Id}) does not move: it is killed and replaced"));
        Assert.All(Enumerable.Range(0, 24), _ => site.Connect().Dispose());
        site.AwaitChecks("127.0.0.11");
        site.AwaitChecks("127.0.0.13");
        peers.ForEach(peer => peer.Dispose());
        Assert.Equal(0, site.Daemon.Stop());
    }
}
