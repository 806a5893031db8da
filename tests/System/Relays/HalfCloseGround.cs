using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Relays;

/// <summary>A relayd with a relay that splices and one that copies, before a host that the test plays.</summary>
public sealed class HalfCloseGround : IDisposable
{
    private readonly RelayGround _ground = new();
    private readonly Socket _listener;
    private readonly Daemon _daemon;

    public HalfCloseGround()
    {
        _listener = _ground.Place.Socket(AddressFamily.InterNetwork);
        _listener.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.11"), Backend.Port));
        _listener.Listen(16);
        _daemon = _ground.Configure($"log connection\n{Relay(Way.Splice, "tcp splice")}{Relay(Way.Copy, "tcp no splice")}").Start();
    }

    /// <summary>How bytes are moved.</summary>
    public enum Way
    {
        Splice,
        Copy,
    }

    internal Place Place => _ground.Place;

    /// <summary>A client, and the end of its session at the host.</summary>
    internal (Peer Client, Peer Host) Connect(Way way)
    {
        Peer client = new(_ground.Place, PortOf(way));
        Assert.True(_listener.Poll(Await.Usual, SelectMode.SelectRead), "the relay connects to its host");
        return (client, new Peer(_listener.Accept()));
    }

    /// <summary>Waits until relayctl(8) lists no session any more.</summary>
    internal void AwaitNoSession() => AwaitSessions("there is no session", static sessions => sessions.Length == 0);

    /// <summary>Waits until what relayctl(8) says of sessions is right.</summary>
    internal void AwaitSessions(string what, Func<string, bool> isRight) =>
        Await.Until(() => isRight(_ground.Control("show", "sessions").Output), Await.Usual, () => $"{what}: {_ground.Control("show", "sessions").Output}{_daemon.Words()}");

    /// <summary>Waits for a line of the log.</summary>
    internal void AwaitLine(string text) => _daemon.AwaitLine(text);

    /// <summary>How many sockets the relays hold.</summary>
    internal int Sockets() => _daemon.Children
        .Where(static child => child.Title.StartsWith("relay", StringComparison.Ordinal))
        .Sum(static child => Descriptors(child.Id).Count(static target => target.StartsWith("socket:", StringComparison.Ordinal)));

    public void Dispose()
    {
        _daemon.Dispose();
        _listener.Dispose();
        _ground.Dispose();
    }

    private static int PortOf(Way way) => RelayGround.Port + (int)way;

    private static string Relay(Way way, string option) =>
        $"protocol \"{way}\" {{\n{option}\n}}\nrelay \"{way}\" {{\nlisten on 127.0.0.1 port {PortOf(way)}\nprotocol \"{way}\"\nforward to 127.0.0.11 port {Backend.Port}\n}}\n";

    private static IEnumerable<string> Descriptors(int process) => new DirectoryInfo($"/proc/{process}/fd").EnumerateFileSystemInfos().Select(static link => link.LinkTarget ?? "");
}
