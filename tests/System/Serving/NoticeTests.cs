using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Serving;

/// <summary><c>notify-on-block</c>, to a program that listens on a socket in the chroot.</summary>
public sealed class NoticeTests : IDisposable
{
    private const string Lines =
        """
        notify-on-block {
            socket "/run/blocked.sock"
            message "$REMOTE_ADDR $REQUEST_METHOD $HTTP_HOST$REQUEST_URI $RESPONSE_CODE [$RESPONSE_URI] [$HTTP_REFERRER] [$HTTP_USER_AGENT] %1"
        }
            connection max requests 10000
            location "/refused*" {
                block
            }
            location "/dropped" {
                block drop
            }
            location match "^/moved/(.*)$" {
                block return 301 "/new/%1"
            }
            location "/silent" {
                no notify-on-block
                block
            }
        """;

    private readonly Place _place = new();
    private readonly Site _site;
    private Socket? _receiver;

    public NoticeTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer(Lines);
        Directory.CreateDirectory(_site.Root + "/run");
        File.SetUnixFileMode(_site.Root + "/run", Modes.Folder);
    }

    public void Dispose()
    {
        _receiver?.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void Each_refused_request_is_told_and_no_other()
    {
        Listen();
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        foreach (string path in (string[])["/f", "/silent", "/refused?q=1", "/moved/a%20b"])
        {
            Ask(peer, path);
        }

        peer.Send("HEAD /dropped HTTP/1.1\r\nHost: test\r\nReferer: http://r/\r\nUser-Agent: a \"b\"\r\n\r\n");
        peer.ToEnd();

        Assert.Equal("127.0.0.1 GET test/refused?q=1 403 [] [] [] %1", Receive());
        Assert.Equal("127.0.0.1 GET test/moved/a%20b 301 [/new/a%20b] [] [] a%20b", Receive());
        Assert.Equal("127.0.0.1 HEAD test/dropped 000 [] [http://r/] [a%20%22b%22] %1", Receive());
    }

    [Fact]
    public void Without_a_receiver_requests_are_answered_and_the_log_says_so()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);

        Assert.Equal(403, Ask(peer, "/refused"));

        Assert.EndsWith(
            "/run/blocked.sock: notices of refused requests dropped: 1: No such file or directory",
            daemon.AwaitLine("notices of refused requests"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_receiver_that_reads_nothing_delays_nobody()
    {
        Listen();
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        for (int i = 0; i < 3000; i++)
        {
            Assert.Equal(403, Ask(peer, "/refused/" + i));
        }

        Assert.EndsWith(
            "Resource temporarily unavailable", daemon.AwaitLine("/run/blocked.sock: notices of refused requests dropped"), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1 GET test/refused/0 403 [] [] [] %1", Receive());
    }

    [Fact]
    public void A_killed_notifier_is_replaced_and_tells_on()
    {
        Listen();
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Child killed = daemon.ChildNamed("notifier");
        Daemon.Signal(killed.Id, Libc.SIGKILL);
        Await.Until(() => !killed.Lives, "it is gone");

        Ask(peer, "/refused/after");

        Assert.Equal("127.0.0.1 GET test/refused/after 403 [] [] [] %1", Receive());
        Assert.NotEqual(killed.Id, daemon.ChildNamed("notifier").Id);
    }

    [Fact]
    public void A_reload_begins_and_ends_telling()
    {
        Listen();
        _site.ConfigureServer("block");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Ask(peer, "/refused/before");
        Assert.Equal("logger server 1", string.Join(' ', daemon.Children.Select(child => child.Title)));

        _site.ConfigureServer(Lines);
        daemon.Reload();
        Ask(peer, "/refused/now");
        Assert.Equal("127.0.0.1 GET test/refused/now 403 [] [] [] %1", Receive());

        _site.ConfigureServer("block");
        daemon.Reload();
        Assert.Equal(403, Ask(peer, "/refused/later"));
        Await.Until(() => daemon.Children.All(child => child.Title is not "notifier"), "the notifier ends");
    }

    [Fact]
    public void What_was_refused_before_the_end_is_told()
    {
        Listen();
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using (Peer peer = new(_place, 80))
        {
            Ask(peer, "/refused/last");
        }

        daemon.Stop();

        Assert.Equal("127.0.0.1 GET test/refused/last 403 [] [] [] %1", Receive());
    }

    private static int Ask(Peer peer, string path)
    {
        peer.Send($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n");
        return Heads.Status(peer.Answer().Head);
    }

    private void Listen()
    {
        string path = _site.Root + "/run/blocked.sock";
        _receiver = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Await.Usual.TotalMilliseconds,
        };
        _receiver.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0x1b6 /* 0666 */);
    }

    private string Receive()
    {
        byte[] message = new byte[65536];
        return Encoding.Latin1.GetString(message, 0, _receiver!.Receive(message));
    }
}
