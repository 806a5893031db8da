using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Processes;

public sealed class MemoryTests : IDisposable
{
    private const int Connections = 10_000, MostBytes = 8 * 1024;

    private readonly Place _place = new();
    private readonly Site _site;

    public MemoryTests()
    {
        _site = new Site(_place).Document("htdocs/f", Site.Bytes(1024)).ConfigureServer("", prefork: 4);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Ten_thousand_idle_connections_cost_at_most_8_KiB_each()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        List<Child> servers = [.. daemon.Children.Where(child => child.Title.StartsWith("server", StringComparison.Ordinal))];
        List<Peer> peers = [];
        try
        {
            Open(peers, 200);
            long before = servers.Sum(server => server.ResidentBytes);
            Open(peers, 200 + Connections);
            long each = (servers.Sum(server => server.ResidentBytes) - before) / Connections;

            Assert.True(each <= MostBytes, $"{each} bytes for each connection");
            Assert.All(servers, server => Assert.True(server.Lives));
            // All of them are still served.
            foreach (Peer peer in peers.Where((_, i) => i % 500 == 0))
            {
                Assert.Equal(200, Ask(peer));
            }
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    private void Open(List<Peer> peers, int count)
    {
        while (peers.Count < count)
        {
            peers.Add(new Peer(_place, 80));
            Assert.Equal(200, Ask(peers[^1]));
        }
    }

    private static int Ask(Peer peer)
    {
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        return Heads.Status(peer.Answer().Head);
    }
}
