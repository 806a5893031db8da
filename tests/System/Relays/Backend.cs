using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.Relays;

/// <summary>How a backend treats its clients.</summary>
internal enum Manner
{
    /// <summary>Says its name and a newline for whatever comes, until the client ends.</summary>
    Answer,

    /// <summary>As a process that was stopped: the kernel accepts, and nothing else happens.</summary>
    Silent,

    /// <summary>As <see cref="Answer"/>, but each time a while later.</summary>
    Slow,

    /// <summary>Sends back what comes, and its end.</summary>
    Echo,
}

/// <summary>A host behind relayd, at an address of its own.</summary>
internal sealed class Backend : IDisposable
{
    public const int Port = 8080;

    // Far below the timeout of checks in RelayGround.
    private static readonly TimeSpan _while = TimeSpan.FromMilliseconds(30);

    private readonly Place _place;
    private readonly IPAddress _address;
    private readonly ConcurrentBag<Socket> _clients = [];
    private Socket? _listener;
    private volatile Manner _manner;

    public Backend(Place place, string address, Manner manner = Manner.Answer)
    {
        _place = place;
        _address = IPAddress.Parse(address);
        _manner = manner;
        Begin();
    }

    /// <summary>From now on; who is connected keeps his way.</summary>
    public Manner Manner { set => _manner = value; }

    /// <summary>Listens, again after <see cref="Kill"/>.</summary>
    public void Begin()
    {
        Socket listener = _place.Socket(AddressFamily.InterNetwork);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        listener.Bind(new IPEndPoint(_address, Port));
        listener.Listen(512);
        _listener = listener;
        new Thread(() => Accept(listener)) { IsBackground = true, Name = $"backend {_address}" }.Start();
    }

    /// <summary>As a process that was killed: nobody listens, and who was connected is reset.</summary>
    public void Kill()
    {
        _listener?.Dispose();
        while (_clients.TryTake(out Socket? client))
        {
            client.Close(timeout: 0);
        }
    }

    public void Dispose() => Kill();

    private void Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket client = listener.Accept();
                _clients.Add(client);

                // One of its own: hundreds that wait for their clients would hold up all that the pool is for.
                new Thread(() => Serve(client, _manner)) { IsBackground = true, Name = $"backend {_address}" }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Killed.
        }
    }

    private void Serve(Socket client, Manner manner)
    {
        try
        {
            using NetworkStream stream = new(client);
            switch (manner)
            {
                case Manner.Answer or Manner.Slow:
                    byte[] block = new byte[1024];
                    while (stream.Read(block) > 0)
                    {
                        Thread.Sleep(manner == Manner.Slow ? _while : TimeSpan.Zero);
                        stream.Write(Encoding.ASCII.GetBytes($"{_address}\n"));
                    }

                    client.Dispose();
                    break;
                case Manner.Echo:
                    stream.CopyTo(stream, 256 * 1024);
                    client.Shutdown(SocketShutdown.Send);
                    break;
                default:
                    break;
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            // The client is gone, or this backend was killed.
        }
    }
}
