using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.System.Ground;

namespace Sluice.System.Relays;

/// <summary>A relayd that looks which name clients of TLS ask for: the port of a relay says how. Who asks for none of those that rules have is sent back what it says.</summary>
public sealed class ServerNameGround : IDisposable
{
    public const int Splicing = 81;
    public const int Copying = 82;
    public const int Strict = 83;
    public const int Hurried = 84;
    public const int Changing = 85;

    private const int FirstPort = 8443;
    private const int SecondPort = 8444;
    private const string Rules = "block sni \"bad.*\"\npass sni \"first.example\" forward to <first>\npass sni \"*.second.example\" forward to <second>\n";

    private readonly RelayGround _ground = new();
    private readonly List<SecureHost> _hosts = [];
    private readonly Daemon _daemon;

    public ServerNameGround()
    {
        Place place = _ground.Place;
        _ = _ground.Host("127.0.0.11", Manner.Echo);
        _hosts.Add(new SecureHost(place, FirstPort, SecureManner.Echo, Pair.Make(place, "ecdsa", "first", "first")));
        _hosts.Add(new SecureHost(place, SecondPort, SecureManner.Echo, Pair.Make(place, "ecdsa", "second", "second")));
        Configure("first");
        _daemon = _ground.Start();
    }

    internal Place Place => _ground.Place;

    internal Peer Connect(int port) => new(_ground.Place, port);

    internal SecurePeer Ask(int port, string name, Writes writes = Writes.Whole) => new(_ground.Place, port, name, protocol: "", writes: writes);

    /// <summary>From now on new clients of <see cref="Changing"/> who ask for moved.example come to this host.</summary>
    internal void MoveTo(string table)
    {
        Configure(table);
        _daemon.Reload();
    }

    /// <summary>Waits for a line of the log with all of these.</summary>
    internal void AwaitLine(params string[] parts) => Await.Until(
        () => _daemon.Said.Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))),
        Await.Usual,
        () => $"a line with {string.Join(" … ", parts)}: {_daemon.Words()}");

    public void Dispose()
    {
        _daemon.Dispose();
        _hosts.ForEach(static host => host.Dispose());
        _ground.Dispose();
    }

    private static string Relay(int port, string lines) =>
        $"relay \"{port}\" {{\nlisten on 127.0.0.1 port {port}\n{lines}\nforward to <echo> port {Backend.Port}\nforward to <first> port {FirstPort}\nforward to <second> port {SecondPort}\n}}\n";

    private void Configure(string moved)
    {
        string[] parts =
        [
            "table <echo> { 127.0.0.11 }\ntable <first> { 127.0.0.1 }\ntable <second> { 127.0.0.1 }\n",
            $"protocol \"splicing\" {{\n{Rules}}}\n",
            $"protocol \"copying\" {{\ntcp no splice\n{Rules}}}\n",
            "protocol \"strict\" {\nblock\npass sni \"*.example\" forward to <first>\n}\n",
            $"protocol \"changing\" {{\npass sni \"moved.example\" forward to <{moved}>\n}}\n",
            Relay(Splicing, "protocol \"splicing\""),
            Relay(Copying, "protocol \"copying\""),
            Relay(Strict, "protocol \"strict\""),
            Relay(Hurried, "protocol \"splicing\"\nsession timeout 1"),
            Relay(Changing, "protocol \"changing\""),
        ];
        _ = _ground.Configure(string.Concat(parts));
    }
}
