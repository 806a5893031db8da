using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

using Sluice.System.Ground;

namespace Sluice.System.Redirections;

/// <summary>A server that says its name and who asked: to each connection at once and for each line that comes, and for each datagram.</summary>
internal sealed class Server(Place place, string name, params string[] addresses) : IDisposable
{
    public const int Port = 8080;

    /// <summary>One that is translated to no other.</summary>
    public const int InRange = 9005;

    private readonly List<Socket> _listeners = [];
    private readonly List<string> _addresses = [.. addresses];
    private readonly ConcurrentBag<Socket> _clients = [];

    public Place Place => place;

    public string Name => name;

    public IReadOnlyList<string> Addresses => addresses;

    /// <summary>Listens at further addresses, from the next beginning on.</summary>
    public void ListenAt(params string[] others) => _addresses.AddRange(others);

    /// <summary>Listens, again after <see cref="Kill"/>.</summary>
    public Server Begin()
    {
        foreach (IPAddress address in _addresses.Select(IPAddress.Parse))
        {
            Listen(new IPEndPoint(address, Port));
            Listen(new IPEndPoint(address, InRange));
            Hear(new IPEndPoint(address, Port));
        }

        return this;
    }

    /// <summary>Nobody listens, and who was connected is reset.</summary>
    public void Kill()
    {
        _listeners.ForEach(static listener => listener.Dispose());
        _listeners.Clear();
        while (_clients.TryTake(out Socket? client))
        {
            client.Close(timeout: 0);
        }
    }

    public void Dispose() => Kill();

    private void Listen(IPEndPoint at)
    {
        Socket listener = place.Socket(at.AddressFamily);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        listener.Bind(at);
        listener.Listen(512);
        _listeners.Add(listener);
        _ = Accept(listener);
    }

    private void Hear(IPEndPoint at)
    {
        Socket socket = place.Run(() => new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(at);
        _listeners.Add(socket);
        _ = Answer(socket, at);
    }

    private async Task Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptAsync();
                _clients.Add(client);
                _ = Serve(client);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Killed.
        }
    }

    private async Task Serve(Socket client)
    {
        byte[] block = new byte[256];
        try
        {
            byte[] answer = Encoding.ASCII.GetBytes($"{name} {((IPEndPoint)client.RemoteEndPoint!).Address}\n");
            do
            {
                _ = await client.SendAsync(answer);
            }
            while (await client.ReceiveAsync(block) > 0);
            client.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client broke off, or this server was killed.
        }
    }

    private async Task Answer(Socket socket, IPEndPoint at)
    {
        byte[] block = new byte[256];
        try
        {
            while (true)
            {
                SocketReceiveFromResult received = await socket.ReceiveFromAsync(block, new IPEndPoint(at.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
                _ = await socket.SendToAsync(Encoding.ASCII.GetBytes($"{name} {((IPEndPoint)received.RemoteEndPoint).Address}"), received.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Killed.
        }
    }
}
