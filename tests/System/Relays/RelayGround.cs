using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

using Sluice.System.Ground;

namespace Sluice.System.Relays;

/// <summary>A host as relayctl(8) shows it.</summary>
internal readonly record struct ShownHost(string Address, string Status, long Checks);

/// <summary>A place with backends and a relayd in front of them.</summary>
internal sealed class RelayGround : IDisposable
{
    /// <summary>Where the relay of <see cref="Relay"/> listens.</summary>
    public const int Port = 80;

    private readonly List<Backend> _backends = [];

    public Place Place { get; } = new();

    public string Configuration => Path.Combine(Place.Folder, "relayd.conf");

    /// <summary>Writes relayd.conf; the control socket is in the folder.</summary>
    public RelayGround Configure(string text)
    {
        File.WriteAllText(Configuration, $"socket \"{Path.Combine(Place.Folder, "relayd.sock")}\"\ninterval 1\ntimeout 300\nprefork 2\nlog state changes\nlog connection errors\n{text}");
        return this;
    }

    /// <summary>A further line at the end.</summary>
    public void Append(string line) => File.AppendAllText(Configuration, line + "\n");

    /// <summary>One relay on <see cref="Port"/>.</summary>
    /// <param name="hosts">Of its table.</param>
    /// <param name="options">Behind the table.</param>
    /// <param name="lines">Further lines of the relay.</param>
    /// <param name="protocol">Lines of its protocol.</param>
    public RelayGround Relay(string hosts, string options, string lines = "", string protocol = "tcp splice") => Configure(
        $"table <hosts> {{ {hosts} }}\nprotocol \"plain\" {{\n{protocol}\n}}\n" +
        $"relay \"plain\" {{\nlisten on 127.0.0.1 port {Port}\nprotocol \"plain\"\nforward to <hosts> port {Backend.Port} {options}\n{lines}\n}}\n");

    public Backend Host(string address, Manner manner = Manner.Answer)
    {
        Backend backend = new(Place, address, manner);
        _backends.Add(backend);
        return backend;
    }

    public Daemon Start() => Daemon.Start(Place, Configuration, "relayd");

    /// <summary>A connection to the relay.</summary>
    public Peer Connect() => new(Place, Port);

    /// <summary>The name of the host that a new connection goes to.</summary>
    public string Ask()
    {
        using Peer peer = Connect();
        return Ask(peer);
    }

    /// <summary>The name of the host at the other end; empty where there is none.</summary>
    public static string Ask(Peer peer)
    {
        peer.Send("who\n");
        peer.EndOutput();
        return Encoding.ASCII.GetString(peer.ToEndOrReset()).TrimEnd();
    }

    /// <summary>How often each host answered so many new connections.</summary>
    public Dictionary<string, int> Count(int connections) => Enumerable.Range(0, connections)
        .Select(_ => Ask())
        .CountBy(static name => name, StringComparer.Ordinal)
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Runs relayctl(8): status, output, errors.</summary>
    public (int Status, string Output, string Errors) Control(params string[] words) =>
        Place.Call(Place.Program("relayctl"), ["-s", Path.Combine(Place.Folder, "relayd.sock"), .. words]);

    /// <summary>All hosts, as relayctl shows them.</summary>
    public IReadOnlyList<ShownHost> Hosts()
    {
        using JsonDocument answer = JsonDocument.Parse(Control("show", "hosts", "--json").Output);
        return [.. answer.RootElement.GetProperty("tables").EnumerateArray()
            .SelectMany(static table => table.GetProperty("hosts").EnumerateArray())
            .Select(static host => new ShownHost(
                host.GetProperty("address").GetString()!, host.GetProperty("status").GetString()!, host.GetProperty("checks").GetInt64()))];
    }

    /// <summary>All open sessions: the port of the client, and the process that serves it.</summary>
    public IReadOnlyDictionary<int, int> Sessions()
    {
        using JsonDocument answer = JsonDocument.Parse(Control("show", "sessions", "--json").Output);
        return answer.RootElement.GetProperty("sessions").EnumerateArray().ToDictionary(
            static session => session.GetProperty("client").GetProperty("port").GetInt32(), static session => session.GetProperty("pid").GetInt32());
    }

    /// <summary>How many sessions a relay had.</summary>
    public long Total(string relay) => Shown(relay).GetProperty("sessions").GetProperty("total").GetInt64();

    /// <summary>How many datagrams it dropped.</summary>
    public long Dropped(string relay) => Shown(relay).GetProperty("datagrams_dropped").GetInt64();

    /// <summary>Waits until a relay has had so many sessions.</summary>
    public void AwaitSessions(string relay, long total) =>
        Await.Until(() => Total(relay) == total, Await.Usual, () => $"{relay} has had {total} sessions: {Total(relay)}");

    public void Dispose()
    {
        _backends.ForEach(static backend => backend.Dispose());
        Place.Dispose();
    }

    private JsonElement Shown(string relay)
    {
        using JsonDocument answer = JsonDocument.Parse(Control("show", "relays", "--json").Output);
        return answer.RootElement.GetProperty("relays").EnumerateArray()
            .Single(each => string.Equals(each.GetProperty("name").GetString(), relay, StringComparison.Ordinal))
            .Clone();
    }
}
