using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.System.Ground;

namespace Sluice.System.Relays;

/// <summary>A relayd in front of hosts that speak TLS: the port of a relay says which.</summary>
public sealed class SecureHostGround : IDisposable
{
    public const int ByName = 81;
    public const int ByAddress = 82;
    public const int OfAnotherName = 83;
    public const int OfSomebodyElse = 84;
    public const int Unverified = 85;
    public const int Silent = 86;
    public const int Truncating = 87;
    public const int Http = 88;
    public const int HttpOfAnotherName = 89;
    public const int HttpTruncating = 90;
    public const int Checked = 91;
    public const int Revoked = 92;

    private const int HostPort = 8443;
    private const int OtherPort = 8444;
    private const int StrangerPort = 8445;
    private const int SilentPort = 8446;
    private const int TruncatingPort = 8447;
    private const int HttpPort = 8448;

    private readonly RelayGround _ground = new();
    private readonly List<SecureHost> _hosts = [];
    private readonly Daemon _daemon;

    public SecureHostGround()
    {
        Place place = _ground.Place;
        Pair authority = Pair.Make(place, "ecdsa", "authority", "authority");
        Pair host = authority.Issue(place, "host", "/CN=localhost");
        Pair other = authority.Issue(place, "other", "/CN=other.example");
        Pair stranger = Pair.Make(place, "ecdsa", "stranger", "localhost");
        Host(HostPort, SecureManner.Echo, host);
        Host(OtherPort, SecureManner.Echo, other);
        Host(StrangerPort, SecureManner.Echo, stranger);
        Host(SilentPort, SecureManner.Silent);
        Host(TruncatingPort, SecureManner.Truncate, host);
        Host(HttpPort, SecureManner.Http, host);
        string verifying = $"tls ca file \"{authority.Certificate}\"\n";
        string[] parts =
        [
            "table <web> { localhost }\n",
            $"protocol \"tcp\" {{\n{verifying}}}\n",
            $"protocol \"revoking\" {{\ntls ca file \"{authority.Certificate}\" crl \"{authority.Revoke(place, host)}\"\n}}\n",
            $"http protocol \"http\" {{\n{verifying}return error\nhttp reuse\n}}\n",
            Relay(ByName, $"protocol \"tcp\"\nforward with tls to <web> port {HostPort}"),
            Relay(ByAddress, $"protocol \"tcp\"\nforward with tls to 127.0.0.1 port {OtherPort}"),
            Relay(OfAnotherName, $"protocol \"tcp\"\nforward with tls to <web> port {OtherPort}"),
            Relay(OfSomebodyElse, $"protocol \"tcp\"\nforward with tls to <web> port {StrangerPort}"),
            Relay(Unverified, $"forward with tls to <web> port {StrangerPort}"),
            Relay(Silent, $"protocol \"tcp\"\nsession timeout 1\nforward with tls to <web> port {SilentPort}"),
            Relay(Truncating, $"protocol \"tcp\"\nforward with tls to <web> port {TruncatingPort}"),
            Relay(Http, $"protocol \"http\"\nforward with tls to <web> port {HttpPort}"),
            Relay(HttpOfAnotherName, $"protocol \"http\"\nforward with tls to <web> port {OtherPort}"),
            Relay(HttpTruncating, $"protocol \"http\"\nforward with tls to <web> port {TruncatingPort}"),
            Relay(Checked, $"protocol \"tcp\"\nforward with tls to <web> port {HostPort} check tls\nforward with tls to <web> port {OtherPort} check tls"),
            Relay(Revoked, $"protocol \"revoking\"\nforward with tls to <web> port {HostPort}"),
        ];
        _daemon = _ground.Configure(string.Concat(parts)).Start();
    }

    internal Peer Connect(int port) => new(_ground.Place, port);

    /// <summary>The name that the host of <see cref="ByName"/> was told last.</summary>
    internal string LastName => _hosts[0].Names.Last();

    /// <summary>The name that the host of <see cref="ByAddress"/> was told last.</summary>
    internal string LastNameByAddress => _hosts[1].Names.Last();

    /// <summary>How many handshakes the host of <see cref="Http"/> has had.</summary>
    internal int Handshakes => _hosts[^1].Names.Count;

    /// <summary>The states of the hosts that are checked: of that of <see cref="ByName"/>, and of that of <see cref="OfAnotherName"/>.</summary>
    internal IEnumerable<string> States => _ground.Hosts().Where(static host => host.Checks > 0).Select(static host => host.Status);

    /// <summary>Waits for a line of the log with all of these.</summary>
    internal void AwaitLine(params string[] parts) => Await.Until(
        () => _daemon.Said.Any(line => parts.All(part => line.Contains(part, StringComparison.OrdinalIgnoreCase))),
        Await.Usual,
        () => $"a line with {string.Join(" … ", parts)}: {_daemon.Words()}");

    public void Dispose()
    {
        _daemon.Dispose();
        _hosts.ForEach(static host => host.Dispose());
        _ground.Dispose();
    }

    private void Host(int port, SecureManner manner, Pair? pair = null)
    {
        SecureHost host = new(_ground.Place, port, manner, pair);
        _hosts.Add(host);
    }

    private static string Relay(int port, string lines) => $"relay \"{port}\" {{\nlisten on 127.0.0.1 port {port}\n{lines}\n}}\n";
}
