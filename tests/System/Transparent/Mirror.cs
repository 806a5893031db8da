using System;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

using Sluice.System.Ground;
using Sluice.System.Relays;

namespace Sluice.System.Transparent;

/// <summary>A server that says whom it sees, and at which of its addresses: to each line, as the body of an answer of HTTP, and as the text of a name.</summary>
internal sealed class Mirror(Place place) : IDisposable
{
    private readonly ConcurrentBag<Socket> _sockets = [];

    public Mirror At(string address, params int[] ports)
    {
        foreach (int port in ports)
        {
            IPEndPoint at = new(IPAddress.Parse(address), port);
            Socket listener = place.Socket(at.AddressFamily);
            listener.Bind(at);
            listener.Listen(512);
            _sockets.Add(listener);
            _ = Accept(listener);
        }

        return this;
    }

    /// <summary>The same for names.</summary>
    public Mirror NamesAt(string address, int port = 53)
    {
        IPEndPoint at = new(IPAddress.Parse(address), port);
        Socket socket = Names.Socket(place, at.AddressFamily);
        socket.ReceiveTimeout = 0;
        socket.Bind(at);
        _sockets.Add(socket);
        new Thread(() => Answer(socket, at)) { IsBackground = true, Name = $"names {at}" }.Start();
        return this;
    }

    public void Dispose()
    {
        while (_sockets.TryTake(out Socket? socket))
        {
            socket.Dispose();
        }
    }

    private static async Task Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = Serve(await listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task Serve(Socket client)
    {
        using Socket own = client;
        byte[] block = new byte[4096];
        try
        {
            string seen = $"{((IPEndPoint)client.RemoteEndPoint!).Address} at {client.LocalEndPoint}";
            for (int read; (read = await client.ReceiveAsync(block)) > 0;)
            {
                bool isHttp = Encoding.ASCII.GetString(block, 0, read).StartsWith("GET ", StringComparison.Ordinal);
                string answer = isHttp ? $"HTTP/1.1 200 OK\r\nContent-Length: {seen.Length}\r\n\r\n{seen}" : seen + "\n";
                _ = await client.SendAsync(Encoding.ASCII.GetBytes(answer));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The relay broke off.
        }
    }

    private static void Answer(Socket socket, IPEndPoint at)
    {
        byte[] query = new byte[4096];
        EndPoint from = at;
        try
        {
            while (true)
            {
                int length = socket.ReceiveFrom(query, ref from);
                _ = socket.SendTo(Names.Answer(query.AsSpan(0, length), ((IPEndPoint)from).Address), from);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
