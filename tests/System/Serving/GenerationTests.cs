using System;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Serving;

/// <summary>At most eight configurations live in a server process (D-32).</summary>
public sealed class GenerationTests : IDisposable
{
    private const int Large = 32 * 1024 * 1024, Part = 64 * 1024;

    private readonly Place _place = new();
    private readonly Site _site;

    public GenerationTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).Document("htdocs/large", new byte[Large]);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void An_answer_goes_on_for_seven_reloads_and_ends_with_the_eighth()
    {
        _site.ConfigureServer("");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer old = new(_place, 80);
        old.Send("GET /large HTTP/1.1\r\nHost: f\r\n\r\n");
        _ = old.Head();

        Reload(daemon, 1);
        using Peer newer = new(_place, 80);
        newer.Send("GET /large HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n");
        _ = newer.Head();
        Reload(daemon, 6);
        Assert.Equal(Part, old.Exactly(Part).Length);
        Reload(daemon, 1);

        Assert.InRange(old.ToEndOrReset().Length, 0, Large - Part - 1);
        Assert.Equal(Large, newer.ToEnd().Length);
    }

    [Fact]
    public void A_connection_that_waits_goes_over_to_the_newest_and_its_line_is_not_lost()
    {
        _site.Configure("server \"other\" {\n\tlisten on 127.0.0.1 port 80\n}\nserver \"test\" {\n\tlisten on 127.0.0.1 port 80\n\tlog style connection\n}");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer served = new(_place, 80);
        using Peer leaving = new(_place, 80);
        Assert.All((Peer[])[served, leaving], peer => Assert.Equal(200, Ask(peer)));

        Reload(daemon, 20);
        leaving.Dispose();

        Await.Until(() => _site.LogLines().Any(line => line.StartsWith("server test,", StringComparison.Ordinal)), "the line of the connection is in the log");
        Assert.Equal(200, Ask(served));
    }

    [Fact]
    public void A_connection_that_waits_on_a_listener_which_was_removed_ends_with_the_eighth_reload()
    {
        _site.ConfigureServer("listen on 127.0.0.1 port 81");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 81);
        Assert.Equal(200, Ask(peer));

        _site.ConfigureServer("");
        Reload(daemon, 7);
        Assert.Equal(200, Ask(peer));
        Reload(daemon, 1);

        Assert.Empty(peer.ToEnd());
    }

    private static void Reload(Daemon daemon, int times)
    {
        for (int i = 0; i < times; i++)
        {
            daemon.Reload();
        }
    }

    private static int Ask(Peer peer)
    {
        peer.Send("GET /f HTTP/1.1\r\nHost: test\r\n\r\n");
        return Heads.Status(peer.Answer().Head);
    }
}
