using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Hostile;

/// <summary>
/// Many clients that send or take a byte now and then: all are gone in time, and the others are served as if these were not there.
/// </summary>
public sealed class SlowClientTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 300, Large = 16 * 1024 * 1024, SmallWindow = 512;

    // Of the requests that are compared; a burst, so that there are enough of them while the slow clients are there.
    private const int Burst = 5, FewestRequests = 300;
    private const double Quantile = 0.99, MostLaterMilliseconds = 20;
    private const long MostBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(500);

    private readonly Scene _crowded = new();

    // Asked the same at the same time: what is slow on this machine now is slow here too.
    private readonly Scene _calm = new();

    public void Dispose()
    {
        _crowded.Dispose();
        _calm.Dispose();
    }

    // The request timeout is 3 s, for heads and for pauses in bodies (H-LIMIT-04); an answer has to be taken on in any 30 s (D-71).
    [Theory]
    [InlineData("head", "GET /f HTTP/1.1\r\nX: ", 2, 30)]
    [InlineData("body", "POST /f HTTP/1.1\r\nHost: f\r\nContent-Length: 60000\r\n\r\n", 2, 30)]
    [InlineData("reading", "GET /large HTTP/1.1\r\nHost: f\r\n\r\n", 25, 90)]
    public void Three_hundred_slow_clients_are_gone_in_time_while_others_are_served(string slowness, string beginning, int least, int most)
    {
        Child server = _crowded.Server;
        long before = server.ResidentBytes;
        Stopwatch watch = Stopwatch.StartNew();
        Crowd crowd = new(_crowded.Place, beginning, isReading: slowness is "reading");
        using Peer among = new(_crowded.Place, 80);
        using Peer alone = new(_calm.Place, 80);
        List<double> crowded = [], calm = [];
        TimeSpan next = TimeSpan.Zero, first = TimeSpan.Zero;
        long largest = 0;

        Await.Until(
            () =>
            {
                for (int i = 0; i < Burst; i++)
                {
                    crowded.Add(Ask(among));
                    calm.Add(Ask(alone));
                }

                if (watch.Elapsed >= next)
                {
                    crowd.Trickle();
                    next += _pace;
                    largest = Math.Max(largest, server.ResidentBytes - before);
                    first = crowd.IsWhole || first > TimeSpan.Zero ? first : watch.Elapsed;
                }

                return crowd.IsGone;
            },
            TimeSpan.FromSeconds(most),
            () => $"{crowd.Left} slow clients are gone");

        double late = Of(crowded), usual = Of(calm);
        output.WriteLine(
            $"{Clients} slow clients gone between {first.TotalSeconds:F1} and {watch.Elapsed.TotalSeconds:F1} s; " +
            $"p99 of {crowded.Count} others {late:F2} ms, without slow clients {usual:F2} ms; memory +{largest / 1024} KiB");
        Assert.True(crowded.Count >= FewestRequests, $"only {crowded.Count} requests were compared");
        Assert.InRange(first, TimeSpan.FromSeconds(least), TimeSpan.MaxValue);
        Assert.InRange(late, 0, usual + MostLaterMilliseconds);
        Assert.InRange(largest, long.MinValue, MostBytes);
    }

    private static double Ask(Peer peer)
    {
        long begin = Stopwatch.GetTimestamp();
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Answer().Head));
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    private static double Of(List<double> waits)
    {
        waits.Sort();
        return waits[(int)(waits.Count * Quantile)];
    }

    private sealed class Scene : IDisposable
    {
        private readonly Daemon _daemon;

        public Scene()
        {
            Site site = new Site(Place)
                .Document("htdocs/f", "f"u8.ToArray())
                .Document("htdocs/large", new byte[Large])
                .ConfigureServer("connection { request timeout 3, max requests 1000000 }");
            _daemon = Daemon.Start(Place, site.Configuration);
        }

        public Place Place { get; } = new();

        public Child Server => _daemon.ChildNamed("server 1");

        public void Dispose()
        {
            _daemon.Dispose();
            Place.Dispose();
        }
    }

    /// <summary>The slow clients.</summary>
    private sealed class Crowd
    {
        // They take bytes and send none.
        private readonly bool _isReading;
        private readonly List<Socket> _clients = [];
        private readonly byte[] _scratch = new byte[4096];

        public Crowd(Place place, string beginning, bool isReading)
        {
            _isReading = isReading;
            _clients.AddRange(Enumerable.Range(0, Clients).Select(_ => Connect(place, beginning)));
        }

        public int Left => _clients.Count;

        public bool IsWhole => _clients.Count == Clients;

        public bool IsGone => _clients.Count == 0;

        /// <summary>Each client sends or takes one more byte.</summary>
        public void Trickle() => _clients.RemoveAll(HasEnded);

        private Socket Connect(Place place, string beginning)
        {
            Socket socket = place.Socket(AddressFamily.InterNetwork);
            socket.ReceiveBufferSize = _isReading ? SmallWindow : socket.ReceiveBufferSize;
            socket.Connect(IPAddress.Loopback, 80);
            socket.Send(Encoding.Latin1.GetBytes(beginning));
            return socket;
        }

        private bool HasEnded(Socket socket)
        {
            try
            {
                if (_isReading ? TakesItsEnd(socket, 1) || IsReset(socket) : TakesItsEnd(socket, _scratch.Length) || socket.Send("a"u8) == 0)
                {
                    socket.Dispose();
                    return true;
                }

                return false;
            }
            catch (SocketException)
            {
                socket.Dispose();
                return true;
            }
        }

        // What was received before can still be read, so reading alone would not tell.
        private static bool IsReset(Socket socket) => (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! != 0;

        private bool TakesItsEnd(Socket socket, int count) =>
            socket.Poll(0, SelectMode.SelectRead) && socket.Receive(_scratch.AsSpan(0, count)) == 0;
    }
}
