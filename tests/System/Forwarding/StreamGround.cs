using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>A client and a host, and a relay between them; the test plays both.</summary>
internal sealed class Exchange : IDisposable
{
    /// <summary>Where the relay listens.</summary>
    public const int Port = 80;

    /// <param name="place">Where the relay is.</param>
    /// <param name="listener">Of the host.</param>
    /// <param name="begin">What the client does so that the relay connects to the host.</param>
    public Exchange(Place place, Socket listener, Action<Peer> begin)
    {
        Client = new Peer(place, Port);
        begin(Client);
        Assert.True(listener.Poll(Await.Usual, SelectMode.SelectRead), "the relay connects to its host");
        Host = new Peer(listener.Accept());
    }

    public Peer Client { get; }

    public Peer Host { get; }

    public void Dispose()
    {
        Client.Dispose();
        Host.Dispose();
    }
}

/// <summary>A relayd whose relay takes long heads and WebSocket.</summary>
public sealed class StreamGround : IDisposable
{
    private const string Address = "127.0.0.11";

    private readonly Place _place = new();
    private readonly Socket _listener;
    private readonly Daemon _daemon;

    public StreamGround()
    {
        _listener = _place.Socket(AddressFamily.InterNetwork);
        _listener.Bind(new IPEndPoint(IPAddress.Parse(Address), Origin.Port));
        _listener.Listen(16);
        string file = Path.Combine(_place.Folder, "relayd.conf");
        File.WriteAllText(file, $$"""
            socket "{{Path.Combine(_place.Folder, "relayd.sock")}}"
            prefork 1
            http protocol "web" {
            http { headerlen 131072, websockets }
            return error
            }
            relay "web" {
            listen on 127.0.0.1 port {{Exchange.Port}}
            protocol "web"
            forward to {{Address}} port {{Origin.Port}}
            }

            """);
        _daemon = Daemon.Start(_place, file, "relayd");
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _listener.Dispose();
        _place.Dispose();
    }

    /// <summary>A client that has sent this, and the host that it comes to.</summary>
    internal Exchange Begin(string sent) => Begin(client => client.Send(sent));

    /// <summary>A client that does this, and the host that it comes to.</summary>
    internal Exchange Begin(Action<Peer> begin) => new(_place, _listener, begin);

    /// <summary>What the relay holds in memory.</summary>
    internal long Memory() => _daemon.Children.Single(static child => child.Title.StartsWith("relay", StringComparison.Ordinal)).ResidentBytes;
}
