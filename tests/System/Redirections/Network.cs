using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

namespace Sluice.System.Redirections;

/// <summary>
/// A client, a balancer and three servers, each with a network of its own. The balancer has 10.0.0.1 and fd00::1 towards the client, who has as many addresses as it likes of
/// 10.0.1.0/24, and 10.1.N.1 and fd01:N::1 towards each server N, which is number 2 there. Redirections have addresses that are nobody else's.
/// </summary>
internal sealed class Network : IDisposable
{
    /// <summary>Where redirections listen.</summary>
    public const string Virtual = "10.9.9.1";

    /// <inheritdoc cref="Virtual"/>
    public const string Virtual6 = "fd09::1";

    private const int Servers = 3;

    private readonly Place[] _places;

    public Network()
    {
        Forward(Balancer);
        Join(Client, "client", "10.0.0", "fd00:", 2, 1);
        Client.Tool("ip", "route", "add", "local", "10.0.1.0/24", "dev", "lo");
        Balancer.Tool("ip", "route", "add", "10.0.1.0/24", "via", "10.0.0.2");
        Balancer.Tool("ip", "address", "add", $"{Virtual}/32", "dev", "lo");
        Balancer.Tool("ip", "address", "add", $"{Virtual6}/128", "dev", "lo", "nodad");
        _places = [.. Enumerable.Range(1, Servers).Select(static _ => new Place())];
        Hosts = [.. _places.Select((place, index) => Serve(place, index + 1))];
    }

    /// <summary>Where relayd runs.</summary>
    public Place Balancer { get; } = new();

    public Place Client { get; } = new();

    public IReadOnlyList<Server> Hosts { get; }

    /// <summary>What a server says to a new connection: its name.</summary>
    public string Ask(int port, string from = "10.0.0.2", string to = Virtual)
    {
        using Socket client = Connect(port, from, to);
        return Read(client);
    }

    /// <summary>A connection through the balancer.</summary>
    public Socket Connect(int port, string from = "10.0.0.2", string to = Virtual)
    {
        IPAddress address = IPAddress.Parse(to);
        Socket client = Client.Socket(address.AddressFamily);
        client.ReceiveTimeout = client.SendTimeout = (int)Await.Usual.TotalMilliseconds;
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            client.SetRawSocketOption(InternetProtocol, BindAddressNoPort, BitConverter.GetBytes(1));
            client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        client.Connect(address, port);
        return client;
    }

    /// <summary>A socket of datagrams of the client, connected.</summary>
    public Socket Datagrams(int port, string to = Virtual)
    {
        IPAddress address = IPAddress.Parse(to);
        Socket client = Client.Run(() => new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        client.ReceiveTimeout = Patience;
        client.Connect(address, port);
        return client;
    }

    /// <summary>What comes back for a datagram; null for nothing.</summary>
    public static string? AskOnce(Socket client)
    {
        byte[] answer = new byte[256];
        try
        {
            _ = client.Send("?"u8);
            return Encoding.ASCII.GetString(answer, 0, client.Receive(answer));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>The next line.</summary>
    public static string Read(Socket client)
    {
        byte[] answer = new byte[256];
        int read = client.Receive(answer);
        return Encoding.ASCII.GetString(answer, 0, read).TrimEnd();
    }

    public void Dispose()
    {
        foreach (Server server in Hosts)
        {
            server.Dispose();
        }

        foreach (Place place in _places)
        {
            place.Dispose();
        }

        Client.Dispose();
        Balancer.Dispose();
    }

    // IP_BIND_ADDRESS_NO_PORT, ip(7): many connections from one address need no port each.
    private const int InternetProtocol = 0;
    private const int BindAddressNoPort = 24;

    private const int Patience = 200;

    private Server Serve(Place place, int number)
    {
        Join(place, $"s{number}", $"10.1.{number}", $"fd01:{number}:", 2, 1);
        return new Server(place, $"s{number}", $"10.1.{number}.2", $"fd01:{number}::2");
    }

    // A cable between the balancer and another place; the other way out is the balancer.
    private void Join(Place other, string device, string prefix, string prefix6, int number, int own)
    {
        string netns = other.Run(static () => "/proc/" + new FileInfo("/proc/thread-self").LinkTarget + "/ns/net");
        Balancer.Tool("ip", "link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", netns);
        Balancer.Tool("ip", "address", "add", $"{prefix}.{own}/24", "dev", device);
        Balancer.Tool("ip", "address", "add", $"{prefix6}:{own}/64", "dev", device, "nodad");
        Balancer.Tool("ip", "link", "set", device, "up");
        other.Tool("ip", "address", "add", $"{prefix}.{number}/24", "dev", "eth0");
        other.Tool("ip", "address", "add", $"{prefix6}:{number}/64", "dev", "eth0", "nodad");
        other.Tool("ip", "link", "set", "eth0", "up");
        other.Tool("ip", "route", "add", "default", "via", $"{prefix}.{own}");
        other.Tool("ip", "route", "add", "default", "via", $"{prefix6}:{own}");
    }

    private static void Forward(Place place) => place.Run(static () =>
    {
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        File.WriteAllText("/proc/sys/net/ipv6/conf/all/forwarding", "1");
    });
}
