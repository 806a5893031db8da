using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Faults;

public sealed class ParentTests : IDisposable
{
    private static readonly TimeSpan _end = TimeSpan.FromSeconds(5);

    private readonly Place _place = new();
    private readonly Site _site;

    public ParentTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer("", prefork: 2);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Children_end_with_a_killed_parent_and_the_next_start_succeeds()
    {
        using Daemon first = Daemon.Start(_place, _site.Configuration);
        IReadOnlyList<Child> children = first.Children;
        Assert.Equal(3, children.Count);

        first.Signal(Libc.SIGKILL);
        Await.Until(() => children.All(child => !child.Lives), _end, () => "the children of a killed parent end");

        using Daemon second = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Answer().Head));
    }

    [Theory]
    [InlineData(Libc.SIGTERM)]
    [InlineData(Libc.SIGINT)]
    public void A_signal_ends_all_processes_with_status_0(int signal)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Equal(0, daemon.Stop(signal));
        Assert.Contains(daemon.Said, line => line.Contains("parent terminating", StringComparison.Ordinal));
        Assert.DoesNotContain(daemon.Said, line => line.Contains("lost child", StringComparison.Ordinal));
    }

    [Fact]
    public void An_idle_client_sees_the_end_when_the_daemon_stops()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        peer.Answer();

        Assert.Equal(0, daemon.Stop());
        Assert.Empty(peer.ToEnd());
    }
}
