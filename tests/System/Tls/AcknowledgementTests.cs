using System;
using System.Globalization;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>When the end of a handshake is acknowledged.</summary>
public sealed class AcknowledgementTests : IDisposable
{
    private const int Clients = 20, Most = Clients / 2;

    private readonly Place _place = new();
    private readonly Site _site;

    public AcknowledgementTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
    }

    public void Dispose() => _place.Dispose();

    // The client's system holds the request back until the end of the handshake is acknowledged, and with TLS 1.3 and no ticket the server has nothing to send with
    // that: it would be delayed by 40 ms each time. What else the machine does may delay a few others.
    [Fact]
    public void A_request_in_a_packet_behind_the_handshake_waits_for_no_delayed_acknowledgement()
    {
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, "ecdsa", "server", "test")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        int before = Delayed();

        Assert.All(Enumerable.Range(0, Clients), _ => Ask());

        Assert.InRange(Delayed() - before, 0, Most);
    }

    private void Ask()
    {
        using SecurePeer peer = new(_place, 443, writes: Writes.Gathered);
        Assert.Equal("first", peer.Get("/f").Body);
    }

    // Of all sockets of the place, since it was made.
    private int Delayed()
    {
        string[][] lines = [.. _place.Tool("cat", "/proc/net/netstat").Split('\n').Where(line => line.StartsWith("TcpExt:", StringComparison.Ordinal)).Select(line => line.Split(' '))];
        return int.Parse(lines[1][Array.IndexOf(lines[0], "DelayedACKs")], CultureInfo.InvariantCulture);
    }
}
