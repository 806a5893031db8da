using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;

using Sluice.System.Ground;

namespace Sluice.System.Relays;

/// <summary>A relayd with relays of the DNS, name servers behind them, and a relay of TCP beside one.</summary>
public sealed class NamesGround : IDisposable
{
    public const int Port = 53;
    public const int Impatient = 54;
    public const int Everywhere = 55;
    public const int Refusing = 57;
    public const int Checked = 58;

    private const string First = "127.0.0.11";
    private const string Second = "127.0.0.12";

    private readonly List<NameServer> _servers = [];

    public NamesGround()
    {
        Ground.Place.Tool("ip", "address", "add", "fd00::53/128", "dev", "lo", "nodad");
        _servers.AddRange(new[] { First, Second, "::1" }.Select(address => new NameServer(Ground.Place, address)));
        Mortal = new NameServer(Ground.Place, "127.0.0.13");
        _ = Ground.Host(First);
        string servers = $"table <servers> {{ {First} {Second} }}\ntable <six> {{ ::1 }}\ntable <streams> {{ {First} }}\ntable <mortal> {{ {First} 127.0.0.13 }}\n";
        string[] relays =
        [
            Relay("names", "127.0.0.1", Port, "<servers> port 5300"),
            Relay("names6", "::1", Port, "<six> port 5300"),
            Relay("impatient", "127.0.0.1", Impatient, "<servers> port 5300", "session timeout 1"),
            Relay("everywhere", "0.0.0.0", Everywhere, "<servers> port 5300"),
            Relay("everywhere6", "::", Everywhere, "<six> port 5300"),
            Relay("refusing", "127.0.0.1", Refusing, "127.0.0.99 port 5300 retry 1", "session timeout 1"),
            Relay("checked", "127.0.0.1", Checked, "<mortal> port 5300 check dns \"check.example\""),
            "relay \"beside\" {\nlisten on 127.0.0.1 port 53\nforward to <streams> port 8080\n}\n",
        ];
        Daemon = Ground.Configure(servers + "dns protocol \"names\"\n" + string.Concat(relays)).Start();
    }

    internal Daemon Daemon { get; }

    internal RelayGround Ground { get; } = new();

    /// <summary>A server that a test may kill.</summary>
    internal NameServer Mortal { get; }

    /// <summary>A socket that is connected to a relay: what comes from elsewhere it does not hear.</summary>
    internal Socket Connect(string address, int port)
    {
        IPAddress relay = IPAddress.Parse(address);
        Socket client = Names.Socket(Ground.Place, relay.AddressFamily);
        client.Connect(relay, port);
        return client;
    }

    /// <summary>Asks and waits for the answer; its number must be that of the query.</summary>
    internal static byte[] Ask(Socket client, string name, ushort id = 4711)
    {
        _ = client.Send(Names.Query(id, name));
        return Receive(client, id);
    }

    internal static byte[] Receive(Socket client, ushort id)
    {
        byte[] answer = new byte[NameServer.Longest];
        int length = client.Receive(answer);
        ushort got = (ushort)((answer[0] << 8) | answer[1]);
        return got == id ? answer[..length] : throw new InvalidOperationException($"the answer has the number {got}, not {id}");
    }

    /// <summary>Waits for a line of the log with all of these.</summary>
    internal void AwaitLine(params string[] parts) => Await.Until(
        () => Daemon.Said.Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))),
        Await.Usual,
        () => $"a line with {string.Join(" … ", parts)}: {Daemon.Words()}");

    public void Dispose()
    {
        Daemon.Dispose();
        _servers.ForEach(static server => server.Dispose());
        Mortal.Dispose();
        Ground.Dispose();
    }

    private static string Relay(string name, string address, int port, string target, string line = "") =>
        $"relay \"{name}\" {{\nlisten on {address} port {port}\nprotocol \"names\"\nforward to {target}\n{line}\n}}\n";
}
