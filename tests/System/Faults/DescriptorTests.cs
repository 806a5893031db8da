using System;
using System.Collections.Generic;
using System.Diagnostics;

using Sluice.System.FastCgi;
using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>Out of descriptors: established clients stay, the rest waits, nothing spins, and all is whole afterwards (H-LIMIT-06, -07).</summary>
public sealed class DescriptorTests : IDisposable
{
    private const int Limit = 128, Flood = 400;
    private const double MostLoad = 0.25;
    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(3);

    private readonly Place _place = new();
    private readonly Site _site;

    public DescriptorTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer("location \"/app\" { fastcgi socket \"/run/app.sock\" }");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_flood_of_connections_takes_nothing_from_an_established_client()
    {
        using Daemon daemon = Daemon.Launch(_place, _site.Configuration, wrapper: $"ulimit -Sn {Limit} && ulimit -Hn {Limit}");
        daemon.AwaitReady();
        using Responder application = Responder.Start(_site, request => request.Answer("Content-Length: 0\r\n\r\n"));
        Child server = daemon.ChildNamed("server 1");
        using Peer established = new(_place, 80);
        Assert.Equal(200, Ask(established));

        List<Peer> flood = [];
        try
        {
            for (int i = 0; i < Flood; i++)
            {
                flood.Add(new Peer(_place, 80));
                flood[i].Send("GET");
            }

            daemon.AwaitLine("Too many open files");
            Assert.Equal(200, Ask(established));
            Assert.Equal(200, Ask(established, "/app"));
            Assert.InRange(server.Load(), 0, MostLoad);
            Assert.Equal(200, Ask(established));
            Assert.Equal(200, Ask(established, "/app"));
        }
        finally
        {
            flood.ForEach(peer => peer.Dispose());
        }

        Stopwatch watch = Stopwatch.StartNew();
        using Peer late = new(_place, 80);
        Assert.Equal(200, Ask(late));
        Assert.True(watch.Elapsed < _recovery, $"a new client waited {watch.Elapsed}");
        Assert.True(server.Lives, daemon.Words());
    }

    private static int Ask(Peer peer, string path = "/f")
    {
        peer.Send($"GET {path} HTTP/1.1\r\nHost: f\r\n\r\n");
        return Heads.Status(peer.Answer().Head);
    }
}
