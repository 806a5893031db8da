using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Processes;

public sealed class MemoryTests : IDisposable
{
    private const int Connections = 10_000, MostBytes = 8 * 1024;
    private const int Readers = 200, MostBytesOfReader = 48 * 1024;
    private const long Large = 256 * 1024 * 1024;

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

    /// <summary>Each asks for four times the file, or for more parts than are given, and reads no further than the head.</summary>
    [Theory]
    [InlineData("0-,0-,0-,0-", 1, 206)]
    [InlineData("0-,-268435456,1-,0-268435455", 1, 206)]
    [InlineData("0-", 1500, 416)]
    public void Parts_of_a_large_file_are_held_by_nobody(string range, int count, int status)
    {
        string request = $"GET /large HTTP/1.1\r\nHost: f\r\nRange: bytes={string.Join(',', Enumerable.Repeat(range, count))}\r\n\r\n";
        _site.Document("htdocs/large", []).ConfigureServer("");
        using (FileStream file = File.OpenWrite(Path.Combine(_site.Root, "htdocs", "large")))
        {
            file.SetLength(Large);
        }

        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child server = daemon.ChildNamed("server 1");
        List<Peer> peers = [.. Enumerable.Range(0, Readers).Select(_ => Begin(request, status))];
        long before = server.ResidentBytes;
        peers.AddRange(Enumerable.Range(0, Readers).Select(_ => Begin(request, status)));
        long each = (server.ResidentBytes - before) / Readers;

        long sent = Read(peers[0], status == 206 ? Large : 0);
        long after = server.ResidentBytes;
        peers.ForEach(peer => peer.Dispose());
        Assert.InRange(each, long.MinValue, MostBytesOfReader);
        Assert.InRange(after - before, long.MinValue, Readers * MostBytesOfReader);
        Assert.Equal(status == 206 ? Large : 0, sent);
    }

    private Peer Begin(string request, int status)
    {
        Peer peer = new(_place, 80);
        peer.Send(request);
        Assert.Equal(status, Heads.Status(peer.Head()));
        return peer;
    }

    /// <summary>Reads so many bytes and keeps none.</summary>
    private static long Read(Peer peer, long bytes)
    {
        const int Piece = 1024 * 1024;
        long read = 0;
        while (read < bytes)
        {
            read += peer.Exactly((int)long.Min(Piece, bytes - read)).Length;
        }

        return read;
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
