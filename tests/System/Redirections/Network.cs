using System;
using System.Collections.Generic;
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
        Cable.Forward(Balancer);
        Join(Client, "client", "10.0.0", "fd00:");
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

    /// <summary>The device of the balancer towards all servers, after <see cref="Shorten"/>.</summary>
    public const string Bridge = "servers";

    /// <summary>
    /// Gives each server a cable to the client, 10.2.N.0/24 and fd02:N::/64, the addresses of redirections, and a way to the client's 10.0.2.0/24 and fd00:2::1 that is not that
    /// through the balancer, which does not know these addresses. Its cables to servers are one device then.
    /// </summary>
    public void Shorten()
    {
        Balancer.Tool("ip", "link", "add", Bridge, "type", "bridge");
        Balancer.Tool("ip", "link", "set", Bridge, "up");
        Client.Tool("ip", "route", "add", "local", "10.0.2.0/24", "dev", "lo");
        Client.Tool("ip", "address", "add", "fd00:2::1/128", "dev", "lo", "nodad");
        for (int number = 1; number <= Servers; number++)
        {
            Place server = _places[number - 1];
            Balancer.Tool("ip", "address", "flush", "dev", $"s{number}");
            Balancer.Tool("ip", "link", "set", $"s{number}", "master", Bridge);
            Balancer.Tool("ip", "address", "add", $"10.1.{number}.1/24", "dev", Bridge);
            Balancer.Tool("ip", "address", "add", $"fd01:{number}::1/64", "dev", Bridge, "nodad");
            Cable.Lay(Client, $"s{number}", server, "eth1", $"10.2.{number}", $"fd02:{number}:");
            server.Tool("ip", "address", "add", $"{Virtual}/32", "dev", "lo");
            server.Tool("ip", "address", "add", $"{Virtual6}/128", "dev", "lo", "nodad");
            server.Tool("ip", "route", "add", "10.0.2.0/24", "via", $"10.2.{number}.1");
            server.Tool("ip", "route", "add", "fd00:2::1/128", "via", $"fd02:{number}::1");
        }
    }

    /// <summary>What a server says to a new connection: its name.</summary>
    public string Ask(int port, string from = "10.0.0.2", string to = Virtual)
    {
        using Socket client = Connect(port, from, to);
        return Read(client);
    }

    /// <summary>What a server says to another one, or to itself, that asks for the address of a redirection.</summary>
    public static string AskFrom(Server server, int port)
    {
        using Socket client = server.Place.Socket(AddressFamily.InterNetwork);
        client.ReceiveTimeout = client.SendTimeout = (int)Await.Usual.TotalMilliseconds;
        client.Connect(IPAddress.Parse(Virtual), port);
        return Read(client);
    }

    /// <summary>A connection through the balancer.</summary>
    public Socket Connect(int port, string from = "10.0.0.2", string to = Virtual)
    {
        IPAddress address = IPAddress.Parse(to);
        Socket client = Client.Socket(address.AddressFamily);
        client.ReceiveTimeout = client.SendTimeout = (int)Await.Usual.TotalMilliseconds;
        if (IPAddress.Parse(from) is { } source && source.AddressFamily == address.AddressFamily)
        {
            client.SetRawSocketOption(InternetProtocol, BindAddressNoPort, BitConverter.GetBytes(1));
            client.Bind(new IPEndPoint(source, 0));
        }

        client.Connect(address, port);
        return client;
    }

    /// <summary>A socket of datagrams of the client, connected.</summary>
    public Socket Datagrams(int port, string to = Virtual, string? from = null)
    {
        IPAddress address = IPAddress.Parse(to);
        Socket client = Client.Run(() => new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        client.ReceiveTimeout = Patience;
        if (from is not null)
        {
            client.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

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
        Join(place, $"s{number}", $"10.1.{number}", $"fd01:{number}:");
        return new Server(place, $"s{number}", $"10.1.{number}.2", $"fd01:{number}::2");
    }

    // A cable between the balancer and another place; the other way out is the balancer.
    private void Join(Place other, string device, string prefix, string prefix6)
    {
        Cable.Lay(Balancer, device, other, "eth0", prefix, prefix6);
        other.Tool("ip", "route", "add", "default", "via", $"{prefix}.1");
        other.Tool("ip", "route", "add", "default", "via", $"{prefix6}:1");
    }
}
