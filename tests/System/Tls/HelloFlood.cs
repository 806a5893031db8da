using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;

using Sluice.System.Ground;

namespace Sluice.System.Tls;

/// <summary>
/// Clients that send the same hello again and again, and go when it was answered: it costs them nothing, and the server a key
/// exchange and a signature each time.
/// </summary>
internal sealed class HelloFlood : IDisposable
{
    private static readonly byte[] _hello = Hello.Records();

    private readonly List<Thread> _threads = [];
    private volatile bool _ends;
    private int _answered;

    /// <summary>Begins, with so many clients at a time.</summary>
    public HelloFlood(Place place, int clients, int port = 443)
    {
        for (int i = 0; i < clients; i++)
        {
            Thread thread = new(() => Send(place, port)) { IsBackground = true, Name = "flood" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>How many hellos were answered so far.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public void Dispose()
    {
        _ends = true;
        _threads.ForEach(thread => thread.Join());
    }

    private void Send(Place place, int port)
    {
        byte[] answer = new byte[4096];
        while (!_ends)
        {
            try
            {
                using Peer peer = new(place, port);
                peer.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
                peer.Send(_hello);
                if (peer.Socket.Receive(answer) > 0 && answer[0] == 0x16)
                {
                    Interlocked.Increment(ref _answered);
                }
            }
            catch (SocketException)
            {
                // Refused, or late: it goes on.
            }
        }
    }
}
