using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;

using Sluice.System.Ground;
using Sluice.System.Redirections;

using Xunit;

namespace Sluice.System.Routers;

/// <summary>A client, a balancer that runs a relayd with routers, two gateways, and a server beyond both.</summary>
public sealed class RouterGround : IDisposable
{
    internal const string Beyond = "10.7.0.1";
    internal const string Beyond6 = "fd07::1";

    private readonly Place _server = new();
    private readonly Server _listener;

    public RouterGround()
    {
        Cable.Forward(Balancer);
        Cable.Forward(_server);
        Balancer.Run(static () =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/fib_multipath_hash_policy", "1");
            File.WriteAllText("/proc/sys/net/ipv6/fib_multipath_hash_policy", "1");
            File.WriteAllText("/proc/sys/net/ipv6/conf/all/keep_addr_on_down", "1");
        });
        Cable.Lay(Balancer, "client", Client, "eth0", "10.0.0", "fd00:");
        Client.Tool("ip", "route", "add", "default", "via", "10.0.0.1");
        Client.Tool("ip", "route", "add", "default", "via", "fd00::1");
        _server.Tool("ip", "address", "add", $"{Beyond}/32", "dev", "lo");
        _server.Tool("ip", "address", "add", $"{Beyond6}/128", "dev", "lo", "nodad");
        Gateways = [new Gateway(Balancer, _server, 1), new Gateway(Balancer, _server, 2)];
        _listener = new Server(_server, "s", Beyond, Beyond6).Begin();
        Administrate();
        Balancer.Tool("ip", "rule", "add", "from", "10.0.0.77", "table", "77");
        Foreign = ListForeign();
        File.WriteAllText(Configuration, Text);
        Daemon = Daemon.Start(Balancer, Configuration, "relayd");
        AwaitGateways(2);
    }

    internal Place Balancer { get; } = new();

    internal Place Client { get; } = new();

    internal IReadOnlyList<Gateway> Gateways { get; }

    internal Daemon Daemon { get; private set; }

    /// <summary>Routes, nexthops and rules of the administrator before relayd came.</summary>
    internal string Foreign { get; }

    internal string Configuration => Path.Combine(Balancer.Folder, "relayd.conf");

    internal string Text => $"socket \"{Path.Combine(Balancer.Folder, "relayd.sock")}\"\ninterval 1\ntimeout 800\nlog state changes\n" +
        "table <gateways> { 10.1.1.2 10.1.2.2 }\ntable <gateways6> { fd01:1::2 fd01:2::2 }\ntable <ranked> { 10.1.1.2 10.1.2.2 priority 20 }\n" +
        "router \"uplinks\" {\nroute 0.0.0.0/0\nroute 10.7.0.0/24\nforward to <gateways> check icmp\n}\n" +
        "router \"uplinks6\" {\nroute fd07::/64\nforward to <gateways6> check icmp\n}\n" +
        "router \"apart\" {\nroute 10.7.1.0/24\nforward to <gateways> check icmp\nrtable 77\nrtlabel \"label\"\n}\n" +
        "router \"ranked\" {\nroute 10.7.2.0/24\nforward to <ranked> check icmp\n}\n" +
        "table <link> { \"fe80::2%g1\" }\nrouter \"link\" {\nroute fd07:2::/64\nforward to <link> check icmp\n}\n" +
        "router \"off\" {\nroute 10.7.3.0/24\nforward to <gateways> check icmp\ndisable\n}\n";

    /// <summary>Routes and nexthops of relayd, in all tables.</summary>
    internal string ListOwn() => Routes("-4") + Routes("-6") + Balancer.Tool("ip", "nexthop", "show", "proto", "115");

    /// <summary>What is not relayd's.</summary>
    internal string ListForeign() => string.Concat(
        from command in (string[])["-4 -details route show table all", "-6 -details route show table all", "-details nexthop show", "rule show", "-6 rule show"]
        from line in WithoutOwn(Balancer.Tool("ip", command.Split(' ')))
        select line + "\n");

    /// <summary>The route to a network, a line for each gateway.</summary>
    internal string RouteTo(string network, string table = "main") =>
        Balancer.Tool("ip", network.Contains(':', StringComparison.Ordinal) ? "-6" : "-4", "route", "show", network, "proto", "115", "table", table);

    /// <summary>Waits until routes have so many gateways, and the server is reached.</summary>
    internal void AwaitGateways(int count) => Await.Until(
        () => GatewaysOf("10.7.0.0/24") == count && GatewaysOf("fd07::/64") == count && GatewaysOf("10.7.1.0/24", "77") == count,
        Await.Usual,
        () => $"{count} gateways serve: {ListOwn()} {Daemon.Words()}");

    /// <summary>A connection to the server, and the gateway that it shows.</summary>
    internal (Socket Client, string Gateway) Connect(string to = Beyond)
    {
        IPAddress address = IPAddress.Parse(to);
        Socket client = Client.Socket(address.AddressFamily);
        client.ReceiveTimeout = client.SendTimeout = (int)Await.Usual.TotalMilliseconds;
        client.Connect(address, Server.Port);
        return (client, Network.Read(client).Split(' ')[1]);
    }

    /// <summary>Connections over both gateways.</summary>
    internal List<(Socket Client, string Gateway)> ConnectOverBoth(string to = Beyond)
    {
        List<(Socket Client, string Gateway)> clients = [.. Enumerable.Range(0, 16).Select(_ => Connect(to))];
        Assert.Equal(2, clients.Select(static client => client.Gateway).Distinct(StringComparer.Ordinal).Count());
        return clients;
    }

    /// <summary>The connection still goes over the gateway that it began with.</summary>
    internal static void AssertLives((Socket Client, string Gateway) flow)
    {
        _ = flow.Client.Send("again\n"u8);
        Assert.Equal($"s {flow.Gateway}", Network.Read(flow.Client));
    }

    /// <summary>Runs relayctl(8): status, output, errors.</summary>
    internal (int Status, string Output, string Errors) Control(params string[] words) =>
        Balancer.Call(Place.Program("relayctl"), ["-s", Path.Combine(Balancer.Folder, "relayd.sock"), .. words]);

    internal void Reload(string text)
    {
        File.WriteAllText(Configuration, text);
        (int status, _, string errors) = Control("reload");
        Assert.Equal((0, ""), (status, errors));
    }

    /// <summary>Starts relayd anew after it ended.</summary>
    internal void StartAgain(string? text = null)
    {
        File.WriteAllText(Configuration, text ?? Text);
        Daemon.Dispose();
        Daemon = Daemon.Start(Balancer, Configuration, "relayd");
    }

    internal void Recover(Gateway gateway)
    {
        gateway.Recover();
        AwaitGateways(2);
    }

    public void Dispose()
    {
        Daemon.Dispose();
        _listener.Dispose();
        foreach (Gateway gateway in Gateways)
        {
            gateway.Place.Dispose();
        }

        _server.Dispose();
        Client.Dispose();
        Balancer.Dispose();
    }

    /// <summary>As a client of DHCP, a person and another program make routes; again after the kernel has dropped some with a device.</summary>
    internal void Administrate()
    {
        foreach (string line in (string[])
            [
                "route replace default via 10.1.1.2 proto dhcp metric 1024",
                "route replace 10.6.0.0/16 via 10.1.2.2 proto static",
                "nexthop replace id 7 via 10.1.1.2 dev g1",
                "nexthop replace id 115000001 via 10.1.2.2 dev g2 protocol zebra",
                "nexthop replace id 8 group 7/115000001",
                "route replace 10.5.0.0/16 nhid 8 proto zebra",
                "-6 route replace fd05::/64 via fd01:1::2 metric 512",
            ])
        {
            Balancer.Tool("ip", line.Split(' '));
        }
    }

    private string Routes(string family) => Balancer.Tool("ip", family, "route", "show", "table", "all", "proto", "115");

    // Each may be there twice.
    private int GatewaysOf(string network, string table = "main") =>
        RouteTo(network, table).Split("via ").Skip(1).Select(static rest => rest.Split(' ')[0]).Distinct(StringComparer.Ordinal).Count();

    // The gateways of a route stand below it. What the kernel makes of addresses it makes in its own time.
    private static IEnumerable<string> WithoutOwn(string listing)
    {
        bool isOwn = false;
        foreach (string line in listing.Split('\n'))
        {
            isOwn = line.StartsWith('\t') ? isOwn : line.Contains(" proto 115 ", StringComparison.Ordinal) || line.Contains(" proto kernel ", StringComparison.Ordinal);
            if (!isOwn)
            {
                yield return line;
            }
        }
    }
}
