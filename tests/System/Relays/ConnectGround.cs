using System;
using System.Linq;

using Sluice.System.Ground;

namespace Sluice.System.Relays;

/// <summary>A relayd whose relays have hosts of all kinds that are not there: the port of a relay says which.</summary>
public sealed class ConnectGround : IDisposable
{
    public const int Refused = 81;
    public const int RefusedInTable = 82;
    public const int Unreachable = 83;
    public const int Rejected = 84;
    public const int Dropped = 85;
    public const int NoHostUp = 86;
    public const int NextTable = 87;
    public const int Late = 88;

    private readonly RelayGround _ground = new();
    private readonly Daemon _daemon;

    public ConnectGround()
    {
        _ground.Place.Tool("nft", "add table inet test; add chain inet test late; add chain inet test input { type filter hook input priority 0; jump late; }");
        Filter("input", "ip daddr 127.0.0.22 tcp dport 8080 reject with icmp type host-unreachable");
        Filter("input", "ip daddr 127.0.0.23 tcp dport 8080 drop");
        _ = _ground.Host("127.0.0.11");
        _ = _ground.Host("127.0.0.12");
        string tables = "table <refusing> { 127.0.0.21 retry 2 }\ntable <down> { 127.0.0.21 }\ntable <up> { 127.0.0.11 }\n";
        string[] relays =
        [
            Relay(Refused, "forward to 127.0.0.21 port 8080 retry 3"),
            Relay(RefusedInTable, "forward to <refusing> port 8080"),
            Relay(Unreachable, "forward to 192.0.2.1 port 8080 retry 3"),
            Relay(Rejected, "forward to 127.0.0.22 port 8080"),
            Relay(Dropped, "forward to 127.0.0.23 port 8080\nsession timeout 1"),
            Relay(NoHostUp, "forward to <down> port 8080 check tcp"),
            Relay(NextTable, "forward to <down> port 8080 check tcp\nforward to <up> port 8080 check tcp"),
            Relay(Late, "forward to 127.0.0.12 port 8080"),
        ];
        _daemon = _ground.Configure(tables + string.Concat(relays)).Start();
    }

    internal Peer Connect(int port) => new(_ground.Place, port);

    /// <summary>Waits for a line of the log with all of these.</summary>
    internal void AwaitLine(params string[] parts) => Await.Until(
        () => _daemon.Said.Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))),
        Await.Usual,
        () => $"a line with {string.Join(" … ", parts)}: {_daemon.Words()}");

    /// <summary>Connections to 127.0.0.12 are not answered.</summary>
    internal void Hold() => Filter("late", "ip daddr 127.0.0.12 tcp dport 8080 drop");

    /// <summary>They are again.</summary>
    internal void LetGo() => _ground.Place.Tool("nft", "flush chain inet test late");

    public void Dispose()
    {
        _daemon.Dispose();
        _ground.Dispose();
    }

    private static string Relay(int port, string lines) => $"relay \"{port}\" {{\nlisten on 127.0.0.1 port {port}\n{lines}\n}}\n";

    private void Filter(string chain, string rule) => _ground.Place.Tool("nft", $"add rule inet test {chain} {rule}");
}
