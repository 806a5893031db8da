using System;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Certificates and keys that change, and those that cannot be used.</summary>
[Compares]
public sealed class CertificateFileTests : IDisposable
{
    private const string Plain = "server \"plain\" {\n\tlisten on 127.0.0.1 port 80\n\troot \"/htdocs\"\n}\n";

    private readonly Place _place = new();
    private readonly Site _site;

    public CertificateFileTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_reload_shows_the_new_certificate_and_leaves_connections_alone()
    {
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, "rsa", "server", "old")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer before = new(_place, 443);
        Assert.Equal("old", before.ServerName);

        _ = Pair.Make(_place, "ecdsa", "server", "new");
        daemon.Reload();

        using SecurePeer after = new(_place, 443);
        Assert.Equal("new", after.ServerName);
        Assert.Equal(("first", "first"), (before.Get("/f").Body, after.Get("/f").Body));
    }

    [Theory]
    [InlineData("certificate", "server.crt: No such file or directory")]
    [InlineData("key", "server.key: No such file or directory")]
    public void A_pair_that_is_not_there_costs_its_own_listener_only(string fault, string said)
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        pair.Spoil(_place, fault);
        _site.Configure(Plain + HandshakeTests.Server("test", pair));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        daemon.AwaitLine("server \"test\": failed to load public/private keys");
        daemon.AwaitLine(said + ": its tls listeners stay closed");
        AssertPlainIsServed();
        Assert.Empty(Listeners());
    }

    [Theory]
    [InlineData("broken", "there is no certificate in it")]
    [InlineData("other key", "server.crt")]
    [InlineData("no key", "there is no private key without a passphrase in it")]
    public void A_pair_that_is_of_no_use_costs_its_own_handshakes_only(string fault, string said)
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        pair.Spoil(_place, fault);
        _site.Configure(Plain + HandshakeTests.Server("test", pair) + HandshakeTests.Server("good", Pair.Make(_place, "ecdsa", "good", "good")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        daemon.AwaitLine("server \"test\": failed to load public/private keys");
        daemon.AwaitLine(said + ": its handshakes fail");
        AssertPlainIsServed();
        Assert.NotEqual(0, _place.Call("curl", "-s", "-k", "--max-time", "10", "https://127.0.0.1/f").Status);
        using SecurePeer good = new(_place, 443, "good");
        Assert.Equal(("good", "first"), (good.ServerName, good.Get("/f").Body));
        Assert.Equal(0, daemon.Stop());
    }

    [Theory]
    [InlineData("certificate", "server.crt: No such file or directory: its tls listeners stay closed")]
    [InlineData("key", "server.key: No such file or directory: its tls listeners stay closed")]
    [InlineData("broken", "there is no certificate in it: its handshakes fail")]
    [InlineData("other key", "is not the key of")]
    [InlineData("no key", "there is no private key without a passphrase in it: its handshakes fail")]
    public void A_check_says_the_same_of_a_pair_as_the_daemon(string fault, string said)
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        pair.Spoil(_place, fault);
        _site.Configure(Plain + HandshakeTests.Server("test", pair));

        (int status, _, string errors) = _place.Call(Place.Program("httpd"), "-n", "-f", _site.Configuration);

        Assert.Equal(0, status);
        Assert.Contains("server \"test\": failed to load public/private keys", errors, StringComparison.Ordinal);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("other key")]
    public void A_pair_that_is_put_right_serves_after_a_reload(string fault)
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        pair.Spoil(_place, fault);
        _site.Configure(Plain + HandshakeTests.Server("test", pair));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        _ = Pair.Make(_place, "ecdsa", "server", "test");
        daemon.Reload();

        using SecurePeer peer = new(_place, 443);
        Assert.Equal("first", peer.Get("/f").Body);
    }

    [Fact]
    public void A_reload_that_finds_a_pair_of_no_use_is_refused_and_says_which()
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        _site.Configure(HandshakeTests.Server("test", pair));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer before = new(_place, 443);

        pair.Spoil(_place, "other key");
        _site.Configure(Plain + HandshakeTests.Server("test", pair));
        daemon.Reload();

        _ = daemon.AwaitLine($"reload refused, the running configuration stays as it is: server \"test\": {pair.Key} is not the key of {pair.Certificate}");
        Assert.Equal("first", before.Get("/f").Body);
        using SecurePeer after = new(_place, 443);
        Assert.Equal("first", after.Get("/f").Body);
    }

    [Fact]
    public void A_reload_that_brings_TLS_accepts_nobody_whose_handshake_would_fail()
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        for (int round = 0; round < 5; round++)
        {
            _site.Configure(Plain);
            using Daemon daemon = Daemon.Start(_place, _site.Configuration);
            _site.Configure(Plain + HandshakeTests.Server("test", pair));

            daemon.Signal(Libc.SIGHUP);

            // From the moment in which the port is open.
            Await.Until(() => Listeners().Length > 0, "the listener opens");
            using SecurePeer peer = new(_place, 443);
            Assert.Equal("first", peer.Get("/f").Body);
            Assert.Equal(0, daemon.Stop());
        }
    }

    [Fact]
    public void A_reload_that_brings_TLS_and_one_at_once_that_takes_it_away_end_well()
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        _site.Configure(Plain);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        _site.Configure(Plain + HandshakeTests.Server("test", pair));
        daemon.Signal(Libc.SIGHUP);
        Await.Until(() => Listeners().Length > 0, "the listener opens");
        _site.Configure(Plain);
        daemon.Reload();

        Await.Until(() => Listeners().Length == 0, "the listener is closed");
        Await.Until(() => daemon.Children.All(child => child.Title is not "keys"), "the keys process ends");
        AssertPlainIsServed();
        Assert.Equal(0, daemon.Stop());
    }

    [Theory]
    [InlineData("tls ciphers \"quartz\"", "no cipher matches \"quartz\"")]
    [InlineData("tls ecdhe \"P-1\"", "not all groups are known: \"P-1\"")]
    public void Settings_that_leave_nothing_are_said_and_handshakes_fail(string lines, string said)
    {
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, "ecdsa", "server", "test"), lines));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        daemon.AwaitLine($"server \"test\": tls cannot be used: {said}");
        Assert.NotEqual(0, _place.Call("curl", "-s", "-k", "--max-time", "10", "https://127.0.0.1/f").Status);
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_certificate_that_ends_soon_is_said_when_it_is_loaded()
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        _place.Tool("openssl", "req", "-x509", "-key", pair.Key, "-out", pair.Certificate, "-days", "5", "-subj", "/CN=test");
        _site.Configure(HandshakeTests.Server("test", pair));

        (int status, _, string errors) = _place.Call(Place.Program("httpd"), "-n", "-f", _site.Configuration);

        Assert.Equal(0, status);
        Assert.Contains($"server \"test\": the certificate {pair.Certificate} expires in 4 days, on ", errors, StringComparison.Ordinal);
    }

    private string Listeners() => _place.Tool("ss", "-Hltn", "sport = :443");

    private void AssertPlainIsServed()
    {
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: plain\r\n\r\n");
        Assert.Equal("first"u8, peer.Answer().Body);
    }
}
