using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Hostile;

/// <summary>Much of everything: connections, requests, chunks, trailers, ranges.</summary>
public sealed class FloodTests : IDisposable
{
    private const int Resets = 10_000, Silent = 1_000, Pipelined = 100;
    private static readonly TimeSpan _newClient = TimeSpan.FromSeconds(3);

    private readonly Place _place = new();
    private readonly Daemon _daemon;

    public FloodTests()
    {
        Site site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).Document("htdocs/g", "gg"u8.ToArray()).ConfigureServer("");
        _daemon = Daemon.Start(_place, site.Configuration);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void Connections_that_are_reset_leave_no_descriptor_behind()
    {
        Child server = _daemon.ChildNamed("server 1");
        AssertServes();
        int before = Descriptors(server);

        for (int i = 0; i < Resets; i++)
        {
            using Socket socket = Connect();
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        AssertServes();
        Await.Until(() => Descriptors(server) <= before, "all descriptors are closed");
    }

    [Fact]
    public void Connections_without_a_byte_keep_nobody_out()
    {
        List<Socket> silent = [.. Enumerable.Range(0, Silent).Select(_ => Begin())];
        Stopwatch watch = Stopwatch.StartNew();

        AssertServes();

        TimeSpan waited = watch.Elapsed;
        silent.ForEach(socket => socket.Dispose());
        Assert.InRange(waited, TimeSpan.Zero, _newClient);
    }

    [Fact]
    public void A_hundred_requests_in_one_packet_are_answered_in_order()
    {
        using Peer peer = new(_place, 80);
        string[] paths = [.. Enumerable.Range(0, Pipelined).Select(i => i % 3 == 0 ? "/g" : "/f")];
        peer.Send(string.Concat(paths.Select(path => $"GET {path} HTTP/1.1\r\nHost: f\r\n\r\n")));

        string[] answers = [.. paths.Select(_ => Encoding.Latin1.GetString(peer.Answer().Body))];

        Assert.Equal(paths.Select(path => path is "/g" ? "gg" : "f"), answers, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("1\r\na\r\n", 65536, "0\r\n\r\n")]
    [InlineData("X: trailer without end\r\n", 50_000, "")]
    public void A_body_of_many_small_pieces_costs_only_its_own_connection(string piece, int count, string end)
    {
        long before = _daemon.ChildNamed("server 1").ResidentBytes;
        using Peer peer = new(_place, 80);
        string begin = piece[0] == 'X' ? "0\r\n" : "";
        peer.Send("POST /f HTTP/1.1\r\nHost: f\r\nTransfer-Encoding: chunked\r\n\r\n");
        SendAsFarAsItGoes(peer, begin + string.Concat(Enumerable.Repeat(piece, count)) + end);

        Assert.Equal(405, Heads.Status(peer.Head()));
        AssertServes();
        Assert.InRange(_daemon.ChildNamed("server 1").ResidentBytes - before, long.MinValue, 16 * 1024 * 1024);
    }

    [Theory]
    [InlineData("0-0,", 10_000)]
    [InlineData("0-0,", 1_500)]
    [InlineData("-1,", 2_000)]
    public void Ranges_without_end_are_refused_or_ignored(string range, int count)
    {
        using Peer peer = new(_place, 80);
        SendAsFarAsItGoes(peer, $"GET /g HTTP/1.1\r\nHost: f\r\nRange: bytes={string.Concat(Enumerable.Repeat(range, count))}0-1\r\n\r\n");

        Assert.Contains(Heads.Status(peer.Head()), (int[])[200, 416, 431]);
        AssertServes();
    }

    private void AssertServes()
    {
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Answer().Head));
    }

    private static void SendAsFarAsItGoes(Peer peer, string text)
    {
        try
        {
            peer.Send(text);
        }
        catch (SocketException)
        {
            // The answer is there already, and it is what counts.
        }
    }

    private Socket Connect()
    {
        Socket socket = _place.Socket(AddressFamily.InterNetwork);
        socket.Connect(IPAddress.Loopback, 80);
        return socket;
    }

    /// <summary>A connection that is asked for; nobody waits for it.</summary>
    private Socket Begin()
    {
        Socket socket = _place.Socket(AddressFamily.InterNetwork);
        socket.Blocking = false;
        try
        {
            socket.Connect(IPAddress.Loopback, 80);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It is on its way.
        }

        return socket;
    }

    private static int Descriptors(Child child) => Directory.EnumerateFileSystemEntries($"/proc/{child.Id}/fd").Count();
}
