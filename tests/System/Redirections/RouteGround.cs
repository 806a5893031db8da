using System;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

namespace Sluice.System.Redirections;

/// <summary>A relayd whose redirections have direct server return, and three servers that answer clients by a way of their own.</summary>
public sealed class RouteGround : IDisposable
{
    /// <summary>Where packets are translated, and answers come back through the balancer.</summary>
    internal const int Least = 94;

    internal const string From = "10.0.2.1";
    internal const string From6 = "fd00:2::1";

    // Counts what comes back through the balancer, and has no rule that could.
    private const string Witness = "table inet witness {\n chain prerouting {\n type filter hook prerouting priority -500; ip saddr 10.9.9.1 counter\n ip6 saddr fd09::1 counter\n }\n}\n";

    public RouteGround()
    {
        Network.Shorten();
        foreach (Server server in Network.Hosts)
        {
            server.ListenAt(Network.Virtual, Network.Virtual6);
            _ = server.Begin();
        }

        string rules = Path.Combine(Network.Balancer.Folder, "witness.nft");
        File.WriteAllText(rules, Witness);
        Network.Balancer.Tool("nft", "-f", rules);
        Write(Whole);
        Daemon = Daemon.Start(Network.Balancer, Configuration, "relayd");
        AwaitHosts(3);
    }

    internal Network Network { get; } = new();

    internal Daemon Daemon { get; private set; }

    /// <summary>Redirections of both protocols and families, one with a client's host by its address.</summary>
    internal string Whole => Sections($"route to <hosts> port {Server.Port} check tcp interface {Network.Bridge}");

    /// <summary>The same without those redirections.</summary>
    internal string Other => Whole.Replace($"port {Server.Port}\n", "port 9999\n", StringComparison.Ordinal);

    /// <summary>What is noted down of flows.</summary>
    internal string Flows => Network.Balancer.Tool("nft", "list", "table", "ip", "sluice");

    /// <summary>Where packets of direct server return are caught.</summary>
    internal string Caught => Network.Balancer.Call("nft", "list", "map", "ip", "sluice", "redirects-4").Output;

    /// <summary>Rules of the redirection that translates.</summary>
    internal string Translated => Network.Balancer.Tool("nft", "list", "table", "inet", "sluice");

    internal string Configuration => Path.Combine(Network.Balancer.Folder, "relayd.conf");

    internal void Write(string text) => File.WriteAllText(Configuration, text);

    /// <summary>What the witness has counted: nothing came back.</summary>
    internal string Witnessed => Network.Balancer.Tool("nft", "list", "table", "inet", "witness");

    internal (int Status, string Output, string Errors) Control(params string[] words) =>
        Network.Balancer.Call(Place.Program("relayctl"), ["-s", Path.Combine(Network.Balancer.Folder, "relayd.sock"), .. words]);

    /// <summary>The map of flows of the first redirection, in the table of a family.</summary>
    internal string MapOf(string family) => Network.Balancer.Tool("nft", "list", "table", family, "sluice").Split(["map ", " {"], StringSplitOptions.None).First(static word => word.StartsWith("flows-646972656374-", StringComparison.Ordinal));

    /// <summary>Notes down flows that nobody has, as many to each host, as the kernel does.</summary>
    internal void NoteDown(string family, string map, int flowsOfEach)
    {
        string[] hosts = [.. Network.Hosts.Select(server => server.Addresses[family.Length - 2])];
        string elements = string.Join(",\n", Enumerable.Range(1, flowsOfEach * hosts.Length).Select(number => $"{unchecked((uint)number * 2_654_435_761)} timeout 10m : {hosts[number % hosts.Length]}"));
        string commands = Path.Combine(Network.Balancer.Folder, "flows.nft");
        File.WriteAllText(commands, $"add element {family} sluice {map} {{ {elements} }}\n");
        Network.Balancer.Tool("nft", "-f", commands);
    }

    /// <summary>Starts relayd anew after it ended.</summary>
    internal void StartAgain()
    {
        Daemon.Dispose();
        Daemon = Daemon.Start(Network.Balancer, Configuration, "relayd");
    }

    internal void AwaitHosts(int hosts) => Await.Until(
        () => Enumerable.Range(0, 6).Select(_ => TryAsk(Server.Port)).ToHashSet(StringComparer.Ordinal) is { } names && !names.Contains(item: null) && names.Count == hosts,
        Await.Usual,
        () => $"{hosts} hosts serve: {Daemon.Words()}");

    /// <summary>The answer of a server; null where nobody answers.</summary>
    internal string? TryAsk(int port, string from = From, string to = Network.Virtual)
    {
        try
        {
            return Network.Ask(port, from, to);
        }
        catch (global::System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        Daemon.Dispose();
        Network.Dispose();
    }

    private string Sections(string lines) =>
        $"socket \"{Path.Combine(Network.Balancer.Folder, "relayd.sock")}\"\ninterval 1\ntimeout 300\nlog state changes\n" +
        $"table <hosts> {{ {string.Join(' ', Network.Hosts.SelectMany(static server => server.Addresses))} }}\n" +
        $"redirect \"direct\" {{\nlisten on {Network.Virtual} port {Server.Port}\nlisten on {Network.Virtual6} port {Server.Port}\nlisten on {Network.Virtual} udp port {Server.Port}\n{lines}\n}}\n" +
        $"redirect \"sticky\" {{\nlisten on {Network.Virtual} port {Server.InRange} pflog\n{lines}\nsticky-address\n}}\n" +
        $"redirect \"least\" {{\nlisten on {Network.Virtual} port {Least}\nforward to <hosts> port {Server.Port} check tcp mode least-states\n}}\n";
}
