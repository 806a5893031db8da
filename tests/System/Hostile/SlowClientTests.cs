using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Hostile;

/// <summary>Many clients that send a byte now and then: all are gone in time, and the others are served.</summary>
public sealed class SlowClientTests : IDisposable
{
    private const int Clients = 300;

    // 20 ms on a machine that does nothing else; a machine that does may take longer to run us, but not the server's fault.
    private const double MostMilliseconds = 250;
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(500);

    private readonly ITestOutputHelper _output;
    private readonly Place _place = new();
    private readonly Daemon _daemon;
    private readonly byte[] _scratch = new byte[4096];

    public SlowClientTests(ITestOutputHelper output)
    {
        _output = output;
        Site site = new Site(_place)
            .Document("htdocs/f", "f"u8.ToArray())
            .ConfigureServer("connection { request timeout 3, timeout 3, max requests 1000000 }");
        _daemon = Daemon.Start(_place, site.Configuration);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData("GET /f HTTP/1.1\r\nX: ", 10)]
    [InlineData("POST /f HTTP/1.1\r\nHost: f\r\nContent-Length: 60000\r\n\r\n", 60)]
    public void Three_hundred_slow_clients_are_gone_in_time_while_others_are_served(string beginning, int seconds)
    {
        List<Socket> slow = [];
        for (int i = 0; i < Clients; i++)
        {
            slow.Add(Connect(beginning));
        }

        using Peer other = new(_place, 80);
        List<double> waits = [];
        Stopwatch watch = Stopwatch.StartNew();
        TimeSpan next = TimeSpan.Zero;
        Await.Until(
            () =>
            {
                waits.Add(Ask(other));
                if (watch.Elapsed >= next)
                {
                    slow.RemoveAll(IsGone);
                    next += _pace;
                }

                return slow.Count == 0;
            },
            TimeSpan.FromSeconds(seconds),
            () => $"{slow.Count} slow clients are gone");

        waits.Sort();
        double late = waits[waits.Count * 99 / 100];
        _output.WriteLine($"{Clients} slow clients gone after {watch.Elapsed.TotalSeconds:F1} s; p99 of {waits.Count} others {late:F2} ms");
        Assert.InRange(late, 0, MostMilliseconds);
    }

    private Socket Connect(string beginning)
    {
        Socket socket = _place.Socket(AddressFamily.InterNetwork);
        socket.Connect(IPAddress.Loopback, 80);
        socket.Send(Encoding.Latin1.GetBytes(beginning));
        return socket;
    }

    private static double Ask(Peer peer)
    {
        long begin = Stopwatch.GetTimestamp();
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Answer().Head));
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    /// <summary>Reads what there is, then sends one byte more; true once the server has ended it.</summary>
    private bool IsGone(Socket socket)
    {
        try
        {
            while (socket.Poll(0, SelectMode.SelectRead))
            {
                if (socket.Receive(_scratch) == 0)
                {
                    socket.Dispose();
                    return true;
                }
            }

            socket.Send("a"u8);
            return false;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return true;
        }
    }
}
