using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Relays;

namespace Sluice.System.Moving;

/// <summary>A relayd whose tables move: by a name, by SRV records, by a file; four hosts, and a name server.</summary>
public sealed class MovingGround : IDisposable
{
    internal const int ByName = 80;
    internal const int ByService = 81;
    internal const int ByFile = 82;

    // Shorter than what is asked without a time to live, by far.
    internal const string Address = "app.test. 2 IN A ";

    public MovingGround()
    {
        foreach (int number in Enumerable.Range(1, 4))
        {
            _ = Ground.Host(Host(number));
        }

        Zone = new Zone(Ground.Place, Address + Host(1), "_who._tcp.test. 2 IN SRV 1 1 8080 one.test.", $"one.test. 2 IN A {Host(1)}", $"two.test. 2 IN A {Host(2)}");
        WriteFile($"{Host(1)}\n");
        Daemon = Ground.Configure(
            $"table <name> {{ app.test resolve }}\ntable <service> {{ _who._tcp.test srv }}\ntable <list> {{ file \"{FilePath}\" }}\n" +
            Relay("name", ByName, Backend.Port) + Relay("service", ByService, 9) + Relay("list", ByFile, Backend.Port)).Start();
    }

    internal RelayGround Ground { get; } = new();

    internal Zone Zone { get; }

    internal Daemon Daemon { get; }

    internal string FilePath => Path.Combine(Ground.Place.Folder, "hosts.tab");

    internal static string Host(int number) => $"127.0.0.1{number}";

    /// <summary>As tools that configure machines do: a new file in place of the old one.</summary>
    internal void WriteFile(string text)
    {
        string beside = FilePath + ".new";
        File.WriteAllText(beside, text);
        File.SetUnixFileMode(beside, Modes.File);
        File.Move(beside, FilePath, overwrite: true);
    }

    /// <summary>The hosts that some connections in a row went to; an empty name stands for those that went nowhere.</summary>
    internal IReadOnlyList<string> Ask(int port, int connections = 6) => [.. Enumerable.Range(0, connections).Select(_ =>
    {
        using Peer peer = new(Ground.Place, port);
        return RelayGround.Ask(peer);
    }).Order(StringComparer.Ordinal)];

    /// <summary>Waits until all connections go to these hosts, and to each of them.</summary>
    internal void AwaitHosts(int port, params int[] hosts) => Await.Until(
        () => Ask(port).Distinct(StringComparer.Ordinal).SequenceEqual(hosts.Select(Host), StringComparer.Ordinal),
        TimeSpan.FromSeconds(20),
        () => $"port {port} is served by {string.Join(' ', hosts)}: {Daemon.Words()}");

    public void Dispose()
    {
        Daemon.Dispose();
        Zone.Dispose();
        Ground.Dispose();
    }

    private static string Relay(string name, int port, int hosts) =>
        $"relay \"{name}\" {{\nlisten on 127.0.0.1 port {port}\nforward to <{name}> port {hosts} check tcp mode roundrobin\n}}\n";
}
