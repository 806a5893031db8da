using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Hostile;

/// <summary>What else than files can stand in a tree, and a log without room.</summary>
[Compares]
public sealed class TreeTests : IDisposable
{
    private const long Huge = 1L << 33;
    private const int Lines = 1_000;

    private readonly Place _place = new();
    private readonly Site _site;

    public TreeTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer("connection max requests 100000");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_device_is_refused_at_once()
    {
        _place.Tool("mknod", "-m", "666", PathOf("zero"), "c", "1", "5");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Contains(Ask("/zero"), (int[])[403, 404]);
    }

    [Fact]
    public void A_socket_is_refused_at_once()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(PathOf("socket")));
        File.SetUnixFileMode(PathOf("socket"), Modes.File | UnixFileMode.OtherWrite);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Contains(Ask("/socket"), (int[])[403, 404]);
    }

    [Fact]
    public void A_tree_that_nobody_may_read_is_a_failure_of_ours_until_it_may()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        File.SetUnixFileMode(PathOf(""), UnixFileMode.None);
        int closed = Ask("/f");
        daemon.AwaitLine("document root /htdocs cannot be searched: what is asked for below it is answered 500");

        File.SetUnixFileMode(PathOf(""), Modes.Folder);

        Assert.Equal(500, closed);
        Await.Until(() => Ask("/f") == 200, "the tree can be read");
    }

    [Fact]
    public void A_tree_that_is_not_there_is_a_failure_of_ours_until_it_is()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Directory.Move(PathOf(""), PathOf("") + "away");
        int closed = Ask("/none");

        Directory.Move(PathOf("") + "away", PathOf(""));

        Assert.Equal(500, closed);
        Await.Until(() => Ask("/none") == 404, "the tree is there");
    }

    [Fact]
    public void A_tree_that_may_be_searched_and_not_listed_is_served()
    {
        File.SetUnixFileMode(PathOf(""), UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Equal((200, 404), (Ask("/f"), Ask("/none")));
    }

    [Fact]
    public void A_file_of_8_GiB_is_announced_as_it_is()
    {
        using (FileStream file = File.Create(PathOf("huge")))
        {
            file.SetLength(Huge);
        }

        File.SetUnixFileMode(PathOf("huge"), Modes.File);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        peer.Send("HEAD /huge HTTP/1.1\r\nHost: f\r\n\r\n");

        Assert.Equal($"{Huge}", Heads.Field(peer.Head(), "Content-Length"));
    }

    [Fact]
    public void A_full_log_disk_is_said_once_and_no_line_is_lost_when_there_is_room_again()
    {
        string logs = Path.Combine(_place.Folder, "logs");
        _place.Tool("mount", "-t", "tmpfs", "-o", "size=16k,mode=755", "logs", logs);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);

        Assert.All(Enumerable.Range(0, Lines), _ => Assert.Equal(200, Ask(peer, "/f")));
        daemon.AwaitLine("No space left");
        Assert.Single(daemon.Said, line => line.Contains("No space left", StringComparison.Ordinal));
        _place.Tool("mount", "-o", "remount,size=4m", logs);

        Await.Until(() => _place.Run(() => _site.LogLines().Count) == Lines, "all lines are in the log");
    }

    [Fact]
    public void Lines_that_a_full_disk_does_not_take_before_the_end_are_counted()
    {
        string logs = Path.Combine(_place.Folder, "logs");
        _place.Tool("mount", "-t", "tmpfs", "-o", "size=16k,mode=755", "logs", logs);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using (Peer peer = new(_place, 80))
        {
            Assert.All(Enumerable.Range(0, Lines), _ => Assert.Equal(200, Ask(peer, "/f")));
        }

        daemon.AwaitLine("No space left");
        daemon.Stop();

        int written = _place.Run(() => _site.LogLines().Count);
        Assert.Contains($"access.log: No space left on device; {Lines - written} lines are lost", daemon.Words(), StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_site.Root, "htdocs", name);

    private int Ask(string path)
    {
        using Peer peer = new(_place, 80);
        return Ask(peer, path);
    }

    private static int Ask(Peer peer, string path)
    {
        peer.Send($"GET {path} HTTP/1.1\r\nHost: f\r\n\r\n");
        return Heads.Status(peer.Answer().Head);
    }
}
