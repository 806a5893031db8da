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
    private const int Resets = 50_000, Silent = 20_000, SilentOfOne = 5_000, Pipelined = 100;
    private static readonly TimeSpan _newClient = TimeSpan.FromSeconds(1), _recovery = TimeSpan.FromSeconds(60);

    // Of a process of its own, since a process may have fewer descriptors than that; it holds them until its input ends.
    private const string Holder = """
        import resource, socket, sys
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        held = [socket.socket() for _ in range(int(sys.argv[1]))]
        for each in held:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", 80))
        print("held", flush=True)
        sys.stdin.read()
        """;

    private readonly Place _place = new();
    private readonly Daemon _daemon;

    public FloodTests()
    {
        Site site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).Document("htdocs/g", "gg"u8.ToArray()).ConfigureServer("connection request timeout 5");
        _daemon = Daemon.Start(_place, site.Configuration);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /f HTTP/1.1\r\n")]
    public void Connections_that_are_reset_leave_no_descriptor_behind(string beginning)
    {
        Child server = _daemon.ChildNamed("server 1");
        AssertServes();
        int before = Descriptors(server);

        _place.Run(() => ConnectAndReset(Resets, Encoding.Latin1.GetBytes(beginning)));

        AssertServes();
        Await.Until(() => Descriptors(server) <= before, "all descriptors are closed");
    }

    [Fact]
    public void Twenty_thousand_connections_without_a_byte_keep_nobody_out()
    {
        Child server = _daemon.ChildNamed("server 1");
        AssertServes();
        int before = Descriptors(server);
        List<Process> holders = [.. Enumerable.Range(0, Silent / SilentOfOne).Select(_ => Hold(SilentOfOne))];
        Assert.All(holders, holder => Assert.Equal("held", holder.StandardOutput.ReadLine()));

        Stopwatch watch = Stopwatch.StartNew();
        AssertServes();
        TimeSpan waited = watch.Elapsed;

        holders.ForEach(End);
        Assert.InRange(waited, TimeSpan.Zero, _newClient);
        AssertServes();
        Await.Until(() => Descriptors(server) <= before, _recovery, () => $"{Descriptors(server) - before} more descriptors are closed");
        Assert.True(server.Lives);
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

    private static void ConnectAndReset(int count, byte[] beginning)
    {
        for (int i = 0; i < count; i++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Connect(IPAddress.Loopback, 80);
            socket.Send(beginning);
        }
    }

    private Process Hold(int count) =>
        _place.Start(new ProcessStartInfo("python3", ["-c", Holder, count.ToString(global::System.Globalization.CultureInfo.InvariantCulture)]));

    private static void End(Process holder)
    {
        holder.StandardInput.Close();
        Assert.True(holder.WaitForExit(Await.Usual), "whoever holds connections ends");
        holder.Dispose();
    }

    private static int Descriptors(Child child) => Directory.EnumerateFileSystemEntries($"/proc/{child.Id}/fd").Count();
}
