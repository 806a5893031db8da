using System;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Serving;

/// <summary>Clients that are slow or silent: how long they are borne, and how they hear of it.</summary>
[Waits]
public sealed class TimeoutTests : IDisposable
{
    private const int Large = 32 * 1024 * 1024;

    // Two seconds are configured. On a busy machine it may take longer until we see it, but not as long as any other limit: those of 30
    // and of 60 seconds, which hold where nothing is configured.
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1.5), _most = TimeSpan.FromSeconds(20);

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Daemon _daemon;

    public TimeoutTests()
    {
        _site = new Site(_place)
            .Document("htdocs/f", "f"u8.ToArray())
            .ConfigureServer("connection { request timeout 2, timeout 2 }");
        _daemon = Daemon.Start(_place, _site.Configuration);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void A_head_that_trickles_is_answered_408_when_its_time_is_over()
    {
        using Peer peer = new(_place, 80);
        Stopwatch watch = Stopwatch.StartNew();
        peer.Send("GET /f HTTP/1.1\r\nX: ");
        while (!peer.Socket.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead))
        {
            peer.Send("a");
            Assert.True(watch.Elapsed < _most, "each byte gives it more time");
        }

        Assert.Equal(408, Heads.Status(Encoding.Latin1.GetString(peer.ToEnd())));
        Assert.InRange(watch.Elapsed, _least, _most);
    }

    [Fact]
    public void A_client_that_never_speaks_is_closed_without_a_word()
    {
        Stopwatch watch = Stopwatch.StartNew();
        using Peer peer = new(_place, 80);

        Assert.Empty(peer.ToEnd());
        Assert.InRange(watch.Elapsed, _least, _most);
    }

    [Fact]
    public void A_connection_that_is_kept_but_idle_is_closed_without_a_word()
    {
        Stopwatch watch = Stopwatch.StartNew();
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        peer.Answer();

        Assert.Empty(peer.ToEnd());
        Assert.InRange(watch.Elapsed, _least, _most);
    }

    /// <summary>H-LIMIT-04: the first request has the time of the default server, the next ones that of the server that was found; 0 is none.</summary>
    [Fact]
    public void A_connection_is_kept_as_long_as_the_server_that_it_asks_says()
    {
        _site.Configure(
            "server \"default\" {\n\tlisten on 127.0.0.1 port 80\n\tconnection request timeout 2\n}\n" +
            "server \"patient\" {\n\tlisten on 127.0.0.1 port 80\n\tconnection { request timeout 0, timeout 0 }\n}");
        _daemon.Reload();
        using Peer patient = new(_place, 80), other = new(_place, 80);
        patient.Send("GET /f HTTP/1.1\r\nHost: patient\r\n\r\n");
        patient.Answer();
        patient.Send("GET /f HTTP/1.1\r\n");
        other.Send("GET /f HTTP/1.1\r\n");

        Assert.Equal(408, Heads.Status(Encoding.Latin1.GetString(other.ToEnd())));
        patient.Send("Host: patient\r\n\r\n");

        Assert.Equal(200, Heads.Status(patient.Answer().Head));
    }

    [Fact]
    public void An_answer_that_nobody_reads_ends_when_its_time_is_over()
    {
        _site.Document("htdocs/large", new byte[Large]);
        using Peer peer = new(_place, 80);
        Stopwatch watch = Stopwatch.StartNew();
        peer.Send("GET /large HTTP/1.1\r\nHost: f\r\n\r\n");

        _ = peer.Head();
        Await.Until(() => Connections() == 0, _most, () => "the client is gone");

        Assert.InRange(watch.Elapsed, _least, _most);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_sent_ends_the_answer_visibly()
    {
        _site.Document("htdocs/large", new byte[Large]).ConfigureServer("");
        _daemon.Reload();
        using Peer peer = new(_place, 80);
        peer.Send("GET /large HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(Large, Heads.Length(peer.Head()));

        _site.Document("htdocs/large", []);
        int rest = peer.ToEndOrReset().Length;

        Assert.InRange(rest, 0, Large - 1);
        _daemon.AwaitLine("large");
    }

    /// <summary>Established connections on the daemon's side.</summary>
    private int Connections() =>
        _place.Tool("ss", "-Htn", "state", "established", "sport = :80").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
}
