using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>Out of descriptors: who has a session keeps it, the rest waits, nothing spins, the log says it once, and all is whole afterwards.</summary>
[Waits]
public sealed class RelaydDescriptorTests : IDisposable
{
    private const int Limit = 256, Flood = 400;
    private const double MostLoad = 0.25;
    private const string Pause = "accepting pauses: Too many open files";

    private readonly RelayGround _ground = new();

    public void Dispose() => _ground.Dispose();

    [Fact]
    public void A_flood_of_sessions_takes_nothing_from_those_that_there_are()
    {
        _ = _ground.Host("127.0.0.11", Manner.Echo);
        _ground.Relay("127.0.0.11", "check tcp").Append("timeout 900");
        using Daemon daemon = Daemon.Launch(
            _ground.Place, _ground.Configuration, "relayd", $"ulimit -Sn {Limit} && ulimit -Hn {Limit}");
        daemon.AwaitReady();
        Child[] relays = [daemon.ChildNamed("relay 1"), daemon.ChildNamed("relay 2")];
        List<Peer> established = [.. Enumerable.Range(0, 8).Select(_ => _ground.Connect())];
        Assert.All(established, AssertEcho);

        List<Peer> flood = [];
        try
        {
            for (int i = 0; i < Flood; i++)
            {
                flood.Add(_ground.Connect());
                flood[i].Send("x");
            }

            Await.Until(() => Lines(daemon, Pause) == relays.Length, Await.Usual, () => $"both say it: {daemon.Words()}");
            Assert.All(established, AssertEcho);
            Assert.All(relays, relay => Assert.InRange(relay.Load(), 0, MostLoad));
            Assert.All(established, AssertEcho);
            Assert.Equal(relays.Length, Lines(daemon, Pause));
            Assert.Equal("up", Assert.Single(_ground.Hosts()).Status);
        }
        finally
        {
            flood.ForEach(peer => peer.Dispose());
        }

        // What waited in the queues comes first, a few at a time: so few numbers are free.
        Await.Until(() => _ground.Total("plain") >= established.Count + Flood, TimeSpan.FromSeconds(30), daemon.Words);
        Assert.All(Enumerable.Range(0, 24), _ =>
        {
            using Peer late = _ground.Connect();
            AssertEcho(late);
        });
        Await.Until(() => Lines(daemon, "accepting goes on") == relays.Length, Await.Usual, () => $"both go on: {daemon.Words()}");
        Assert.All(relays, relay => Assert.True(relay.Lives, daemon.Words()));
        established.ForEach(peer => peer.Dispose());
        Await.Until(() => _ground.Sessions().Count == 0, "all sessions are over");
    }

    [Fact]
    public void Nearly_all_of_the_limit_is_for_sessions()
    {
        const int LargeLimit = 1024, Enough = 380;
        _ = _ground.Host("127.0.0.11", Manner.Echo);
        _ground.Relay("127.0.0.11", "").Append("timeout 900\nprefork 1");
        using Daemon daemon = Daemon.Launch(
            _ground.Place, _ground.Configuration, "relayd", $"ulimit -Sn {LargeLimit} && ulimit -Hn {LargeLimit}");
        daemon.AwaitReady();
        using Peer established = _ground.Connect();
        AssertEcho(established);
        List<Peer> clients = [];
        try
        {
            for (int i = 0; i < LargeLimit / 2; i++)
            {
                clients.Add(_ground.Connect());
            }

            // Two descriptors each; the process has a hundred of its own, and a reserve as large.
            _ = daemon.AwaitLine(Pause);
            Assert.InRange(_ground.Sessions().Count, Enough, LargeLimit / 2);
            AssertEcho(established);
            Assert.DoesNotContain(daemon.Said, static line => line.Contains("timed out", StringComparison.Ordinal));
        }
        finally
        {
            clients.ForEach(peer => peer.Dispose());
        }

        _ = daemon.AwaitLine("accepting goes on");
    }

    [Fact]
    public void A_flood_of_halves_of_requests_takes_nothing_from_clients_of_HTTP()
    {
        Site site = new Site(_ground.Place).Document("htdocs/1k.bin", RelayedSite.Body)
            .Configure($"server \"test\" {{\n\tlisten on 127.0.0.11 port {Backend.Port}\n\troot \"/htdocs\"\n}}");
        using Daemon httpd = Daemon.Start(_ground.Place, site.Configuration);
        _ground.Configure(
            "timeout 900\nprefork 1\nhttp protocol \"web\" {\nhttp reuse\nreturn error\n}\nrelay \"plain\" {\n\tprotocol \"web\"\n\t" +
            $"listen on 127.0.0.1 port {RelayGround.Port}\n\tforward to 127.0.0.11 port {Backend.Port}\n}}\n");
        using Daemon daemon = Daemon.Launch(_ground.Place, _ground.Configuration, "relayd", $"ulimit -Sn {Limit} && ulimit -Hn {Limit}");
        daemon.AwaitReady();
        Child relay = daemon.ChildNamed("relay 1");
        List<Peer> established = [.. Enumerable.Range(0, 8).Select(_ => _ground.Connect())];
        Assert.All(established, RelayedSite.AssertServed);

        List<Peer> flood = [];
        try
        {
            for (int i = 0; i < Flood; i++)
            {
                flood.Add(_ground.Connect());
                flood[i].Send("GET /1k.bin HT");
            }

            _ = daemon.AwaitLine(Pause);
            Assert.All(established, RelayedSite.AssertServed);
            Assert.InRange(relay.Load(), 0, MostLoad);
            Assert.All(established, RelayedSite.AssertServed);
        }
        finally
        {
            flood.ForEach(peer => peer.Dispose());
        }

        _ = daemon.AwaitLine("accepting goes on");
        using Peer late = _ground.Connect();
        RelayedSite.AssertServed(late);
        Assert.True(relay.Lives, daemon.Words());
        established.ForEach(peer => peer.Dispose());
    }

    private static int Lines(Daemon daemon, string text) => daemon.Said.Count(line => line.Contains(text, StringComparison.Ordinal));

    private static void AssertEcho(Peer peer)
    {
        peer.Send("still there?");
        Assert.Equal("still there?", Encoding.ASCII.GetString(peer.Exactly("still there?".Length)));
    }
}
