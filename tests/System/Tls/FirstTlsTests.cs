using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.System.Faults;
using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Servers load OpenSSL only where their configuration has TLS: a reload that brings it replaces them.</summary>
public sealed class FirstTlsTests : IDisposable
{
    private const string Plain = "server \"plain\" {\n\tlisten on 127.0.0.1 port 80\n\troot \"/htdocs\"\n\tconnection { max requests 1000000 }\n}\n";
    private const string Moved = "server \"plain\" {\n\tlisten on 127.0.0.1 port 80\n\troot \"/other\"\n}\n";
    private const int Large = 64 * 1024 * 1024;

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Pair _pair;

    public FirstTlsTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray()).Document("other/f", "other"u8.ToArray());
        _pair = Pair.Make(_place, "ecdsa", "server", "test");
        _site.Configure(Plain, prefork: 2);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Without_TLS_no_process_has_loaded_OpenSSL_and_with_it_all_but_the_logger_have()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Assert.Empty(ThoseWithOpenSsl(daemon));

        _site.Configure(Plain + HandshakeTests.Server("test", _pair), prefork: 2);
        daemon.Reload();

        Await.Until(
            () => daemon.Children.Count == 4, Await.Usual, () => $"the former servers leave: {string.Join(", ", daemon.Children.Select(child => child.Title))}");
        Assert.Equal(["keys", "parent", "server 1", "server 2"], ThoseWithOpenSsl(daemon), StringComparer.Ordinal);
        using SecurePeer peer = new(_place, 443, "test");
        Assert.Equal("first", peer.Get("/f").Body);
    }

    [Fact]
    public void Reloads_from_and_to_TLS_under_load_lose_no_request()
    {
        byte[] body = Site.Bytes(1024);
        _site.Document("htdocs/1k", body);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        IReadOnlyList<Child> former = [daemon.ChildNamed("server 1"), daemon.ChildNamed("server 2")];
        using Load load = new(_place, 80, "/1k", body);

        _site.Configure(Plain + HandshakeTests.Server("test", _pair), prefork: 2);
        daemon.Reload();
        using (SecurePeer peer = new(_place, 443, "test"))
        {
            Assert.Equal("first", peer.Get("/f").Body);
        }

        load.AwaitAnswers(1000);
        Await.Until(() => former.All(server => !server.Lives), "the former servers leave");
        _site.Configure(Plain, prefork: 2);
        daemon.Reload();
        load.AwaitAnswers(1000);
        load.Stop();

        Assert.True(load.Losses.Count == 0, load.Describe());
        Assert.Equal(["logger", "server 1", "server 2"], daemon.Children.Select(child => child.Title), StringComparer.Ordinal);
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void Whoever_is_idle_has_the_new_configuration_and_one_more_answer()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Assert.Equal("first", Ask(peer).Body);

        _site.Configure(Moved + HandshakeTests.Server("test", _pair), prefork: 2);
        daemon.Reload();
        daemon.Reload();
        Await.Until(() => daemon.Children.Count == 5, Await.Usual, () => $"one of the former servers stays: {string.Join(", ", daemon.Children.Select(child => child.Title))}");

        (string head, string content) = Ask(peer);
        Assert.Equal("other", content);
        Assert.Equal("close", Heads.Field(head, "Connection"));
        Await.Until(() => daemon.Children.Count == 4, "it leaves when that is sent");
    }

    [Fact]
    public void What_is_being_sent_is_sent_to_its_end()
    {
        byte[] large = Site.Bytes(Large);
        _site.Document("htdocs/large", large);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        peer.Send("GET /large HTTP/1.1\r\nHost: f\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Head()));

        _site.Configure(Plain + HandshakeTests.Server("test", _pair), prefork: 2);
        daemon.Reload();
        daemon.ChildNamed("keys");

        Assert.Equal(large, peer.Exactly(Large));
        // It was announced as a connection that is kept, so there is another answer.
        Assert.Equal("close", Heads.Field(Ask(peer).Head, "Connection"));
    }

    [Fact]
    public void A_listener_that_speaks_TLS_from_now_on_is_never_served_by_those_that_cannot()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer kept = new(_place, 80);
        Assert.Equal("first", Ask(kept).Body);

        _site.Configure(HandshakeTests.Server("test", _pair).Replace("443", "80", StringComparison.Ordinal), prefork: 2);
        daemon.Reload();

        for (int i = 0; i < 50; i++)
        {
            using SecurePeer peer = new(_place, 80, "test");
            Assert.Equal("first", peer.Get("/f").Body);
        }

        Assert.Equal("close", Heads.Field(Ask(kept).Head, "Connection"));
    }

    [Fact]
    public void A_listener_that_goes_as_TLS_comes_is_closed_by_those_that_had_it()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        _site.Configure(HandshakeTests.Server("test", _pair), prefork: 2);
        daemon.Reload();

        Await.Until(() => _place.Tool("ss", "-Hltn", "sport = :80").Length == 0, "the listener on port 80 is closed");
        Await.Until(() => daemon.Children.Count == 4, "the former servers leave");
        using SecurePeer peer = new(_place, 443, "test");
        Assert.Equal("first", peer.Get("/f").Body);
    }

    [Fact]
    public void The_daemon_ends_with_those_that_are_leaving()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Assert.Equal("first", Ask(peer).Body);
        _site.Configure(Plain + HandshakeTests.Server("test", _pair), prefork: 2);
        daemon.Reload();
        Await.Until(() => daemon.Children.Count == 5, "one of the former servers stays");

        Assert.Equal(0, daemon.Stop());
    }

    private static IEnumerable<string> ThoseWithOpenSsl(Daemon daemon) =>
        daemon.Children.Append(new Child(daemon.Id, "parent", "")).Where(child => child.ResidentBytesOf("libcrypto") + child.ResidentBytesOf("libssl") > 0)
            .Select(child => child.Title).Order(StringComparer.Ordinal);

    private static (string Head, string Body) Ask(Peer peer)
    {
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        (string head, byte[] body) = peer.Answer();
        return (head, Encoding.Latin1.GetString(body));
    }
}
