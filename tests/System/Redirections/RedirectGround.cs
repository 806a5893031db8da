using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Redirections;

/// <summary>A relayd with redirections of each kind between a client and three servers.</summary>
public sealed class RedirectGround : IDisposable
{
    internal const int InTurn = 80;
    internal const int AtRandom = 81;
    internal const int Hashed = 82;
    internal const int Sticky = 83;
    internal const int BackedUp = 84;
    internal const int OfDevice = 85;
    internal const int OfOtherDevice = 86;
    internal const int Counted = 87;
    internal const int Tagged = 88;
    internal const int Matched = 89;
    internal const int Hairpin = 90;
    internal const int Sctp = 91;
    internal const int Dccp = 92;
    internal const int UdpLite = 93;
    internal const int Datagrams = 53;

    // A server that is killed answers echo requests on.
    private const int InRangeOnly = 1;

    // Of the administrator, with what looks like ours.
    private const string Foreign =
        "table inet admin {\n chain prerouting {\n type nat hook prerouting priority dstnat; policy accept;\n ip daddr 10.9.9.77 tcp dport 80 dnat ip to 10.1.1.2:8080\n tcp dport 89 meta mark & 0xff000000 == 0x01000000 ip saddr 10.0.1.7 dnat ip to 10.1.3.2:8080\n }\n" +
        " counter opened {\n }\n counter followed {\n }\n" +
        " chain before {\n type filter hook prerouting priority mangle; policy accept;\n ip daddr 10.9.9.1 tcp dport 88 meta mark set 0x5\n }\n" +
        " chain behind {\n type filter hook forward priority filter; policy accept;\n meta mark 0x00000205 counter name opened\n ct mark & 0xff00 == 0x200 counter name followed\n }\n}\n";

    // nft(8) under the name of the process that makes our rules: what others change is put back.
    private readonly string _ours;

    // How many slots lead to each server while all are up.
    private readonly Dictionary<Server, int> _rulesOfAll;

    public RedirectGround()
    {
        foreach (Server server in Network.Hosts)
        {
            _ = server.Begin();
        }

        _ours = Path.Combine(Network.Balancer.Folder, "pfe");
        File.CreateSymbolicLink(_ours, Network.Balancer.Tool("sh", "-c", "command -v nft").Trim());
        string rules = Path.Combine(Network.Balancer.Folder, "admin.nft");
        File.WriteAllText(rules, Foreign);
        Network.Balancer.Tool("nft", "-f", rules);
        ForeignRules = ListForeign();
        Routes = ListRoutes();
        File.WriteAllText(Configuration, Text);
        Daemon = Daemon.Start(Network.Balancer, Configuration, "relayd");
        AwaitHosts(Network.Hosts.Count);
        _rulesOfAll = Network.Hosts.ToDictionary(static server => server, RulesOf);
    }

    internal Network Network { get; } = new();

    internal Daemon Daemon { get; private set; }

    /// <summary>What the administrator had before relayd came.</summary>
    internal string ForeignRules { get; }

    internal string Routes { get; }

    internal string Configuration => Path.Combine(Network.Balancer.Folder, "relayd.conf");

    internal string ListForeign() => Network.Balancer.Tool("nft", "-s", "list", "table", "inet", "admin");

    /// <summary>What a counter of the administrator has counted.</summary>
    internal long CountOf(string counter) => long.Parse(
        Network.Balancer.Tool("nft", "list", "counter", "inet", "admin", counter).Split("packets ")[1].Split(' ')[0], CultureInfo.InvariantCulture);

    internal string ListRoutes() => Network.Balancer.Tool("ip", "route") + Network.Balancer.Tool("ip", "rule");

    /// <summary>What stands in our table, without what counts.</summary>
    internal string ListRules() => Network.Balancer.Tool("nft", "-s", "list", "table", "inet", "sluice");

    /// <summary>Starts relayd anew after it ended.</summary>
    internal void StartAgain()
    {
        Daemon.Dispose();
        Daemon = Daemon.Start(Network.Balancer, Configuration, "relayd");
    }

    /// <summary>Runs relayctl(8): status, output, errors.</summary>
    internal (int Status, string Output, string Errors) Control(params string[] words) =>
        Network.Balancer.Call(Place.Program("relayctl"), ["-s", Path.Combine(Network.Balancer.Folder, "relayd.sock"), .. words]);

    /// <summary>A redirection as relayctl shows it.</summary>
    internal (string Status, long Total) Shown(string name)
    {
        using JsonDocument answer = JsonDocument.Parse(Control("show", "redirects", "--json").Output);
        JsonElement redirect = answer.RootElement.GetProperty("redirects").EnumerateArray().First(one => one.GetProperty("name").GetString() == name);
        return (redirect.GetProperty("status").GetString()!, redirect.GetProperty("sessions").GetProperty("total").GetInt64());
    }

    /// <summary>How often a host was checked.</summary>
    internal long ChecksOf(Server server)
    {
        using JsonDocument answer = JsonDocument.Parse(Control("show", "hosts", "--json").Output);
        return answer.RootElement.GetProperty("tables").EnumerateArray().SelectMany(static table => table.GetProperty("hosts").EnumerateArray())
            .First(host => host.GetProperty("name").GetString() == server.Addresses[0]).GetProperty("checks").GetInt64();
    }

    /// <summary>Works by another configuration.</summary>
    internal void Reload(string text)
    {
        File.WriteAllText(Configuration, text);
        (int status, _, string errors) = Control("reload");
        Assert.Equal((0, ""), (status, errors));
    }

    /// <summary>Waits until a redirection has so many hosts in its rules, and no other.</summary>
    internal void AwaitHosts(int hosts, int port = InTurn) => Await.Until(
        () => Names(port) is { } names && !names.Contains(value: null) && names.Distinct(StringComparer.Ordinal).Count() == hosts,
        Await.Usual,
        () => $"{hosts} hosts serve port {port}: {Daemon.Words()}");

    /// <summary>The name of a server; null where nobody answers.</summary>
    internal string? TryAsk(int port, string to = Network.Virtual)
    {
        try
        {
            return Name(Network.Ask(port, to: to));
        }
        catch (global::System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    internal static string Name(string answer) => answer.Split(' ')[0];

    /// <summary>Has the kernel remember that a client has a host, and nobody else, as a rule of ours does it.</summary>
    internal void Remember(string client, string host)
    {
        string map = ListRules().Split(["map ", " {"], StringSplitOptions.None).First(word => Regex.IsMatch(word, client.Contains(':', StringComparison.Ordinal) ? "^sticky-[0-9]+-6$" : "^sticky-[0-9]+-4$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Network.Balancer.Tool(_ours, $"flush map inet sluice {map}; add element inet sluice {map} {{ {client} : {host} }}");
    }

    /// <summary>Kills a server and waits until no rule leads there any more.</summary>
    internal void Kill(Server server)
    {
        server.Kill();
        AwaitRules(server, InRangeOnly);
    }

    /// <summary>Has it back.</summary>
    internal void Revive(Server server)
    {
        _ = server.Begin();
        AwaitRules(server, _rulesOfAll[server]);
    }

    public void Dispose()
    {
        Daemon.Dispose();
        Network.Dispose();
    }

    private string?[] Names(int port) => [.. Enumerable.Range(0, 6).Select(_ => TryAsk(port))];

    private void AwaitRules(Server server, int count) => Await.Until(
        () => RulesOf(server) == count, Await.Usual, () => $"{count} rules lead to {server.Name}, not {RulesOf(server)}: {Daemon.Words()}");

    // Slots have numbers; clients that are remembered have addresses there.
    private int RulesOf(Server server) =>
        Regex.Count(ListRules(), $@"(?<![.\d])\d+ : {Regex.Escape(server.Addresses[0])}\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    /// <summary>What relayd.conf says.</summary>
    internal string Text => $"socket \"{Path.Combine(Network.Balancer.Folder, "relayd.sock")}\"\ninterval 1\ntimeout 300\nlog state changes\n" +
            $"table <hosts> {{ {string.Join(' ', Network.Hosts.SelectMany(static server => server.Addresses))} }}\ntable <nobody> {{ 10.1.1.99 }}\ntable <first> {{ 10.1.1.2 }}\n" +
            One("turn", Both(InTurn) + To) +
            One("random", Both(AtRandom) + To + " mode random") +
            One("hashed", Both(Hashed) + To + " mode source-hash 0x000102030405060708090a0b0c0d0e0f") +
            One("sticky", Both(Sticky) + $"listen on {Network.Virtual} udp port {Sticky}\n" + To + "\nsticky-address") +
            One("backed", Four(BackedUp) + "forward to <nobody> port 8080 check tcp\nforward to <first> port 8080 check tcp") +
            One("device", $"listen on {Network.Virtual} port {OfDevice} interface \"client\" pflog\n" + To) +
            One("other", $"listen on {Network.Virtual} port {OfOtherDevice} interface s1\n" + To) +
            One("tagged", Both(Tagged) + To + "\npftag \"tagged\" mark 0x200 mask 0xff00") +
            One("matched", Both(Matched) + To + "\nmatch pftag matched") +
            One("hairpin", Four(Hairpin) + To + "\nhairpin { \"10.1.1.0/24\" }") +
            One("counted", Both(Counted) + To) +
            One("range", $"listen on {Network.Virtual} port 9000:9010\nforward to <hosts> check icmp") +
            One("names", $"listen on {Network.Virtual} udp port {Datagrams}\nlisten on {Network.Virtual6} udp port {Datagrams}\n" + To) +
            One("others", $"listen on {Network.Virtual} sctp port {Sctp}\nlisten on {Network.Virtual6} dccp port {Dccp}\nlisten on {Network.Virtual} udplite port {UdpLite}\n" + To);

    private const string To = "forward to <hosts> port 8080 check tcp";

    private static string Four(int port) => $"listen on {Network.Virtual} port {port}\n";

    private static string Both(int port) => $"{Four(port)}listen on {Network.Virtual6} port {port}\n";

    private static string One(string name, string lines) => $"redirect \"{name}\" {{\n{lines}\n}}\n";
}
