using System;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Who a server is towards whom: kinds of keys, versions, names, protocols; and what HTTP knows of it.</summary>
[Compares]
public sealed class HandshakeTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;

    public HandshakeTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
    }

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("rsa", "--tlsv1.3")]
    [InlineData("rsa", "--tls-max 1.2")]
    [InlineData("ecdsa", "--tlsv1.3")]
    [InlineData("ecdsa", "--tls-max 1.2")]
    [InlineData("ed25519", "--tlsv1.3")]
    [InlineData("ed25519", "--tls-max 1.2")]
    public void Curl_is_served_and_verifies_the_certificate(string kind, string version)
    {
        Pair pair = Pair.Make(_place, kind, "server", "test");
        _site.Configure(Server("test", pair));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        string body = _place.Tool(
            "curl", ["-s", "-S", "--max-time", "10", "--cacert", pair.Certificate, "--resolve", "test:443:127.0.0.1", .. version.Split(' '), "https://test/f"]);

        Assert.Equal("first", body);
        Assert.Equal(0, daemon.Stop());
    }

    [Theory]
    [InlineData("-tls1_2", "ECDSA")]
    [InlineData("-tls1_3", "TLS_AES")]
    public void Openssl_agrees_on_the_newest_suites(string version, string suite)
    {
        _site.Configure(Server("test", Pair.Make(_place, "ecdsa", "server", "test")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Contains(suite, _place.Tool("openssl", "s_client", "-connect", "127.0.0.1:443", "-servername", "test", version), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_1")]
    [InlineData("-tls1_2 -cipher AES128-SHA")]
    [InlineData("-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA")]
    public void What_is_weak_is_not_spoken(string words)
    {
        _site.Configure(Server("test", Pair.Make(_place, "ecdsa", "server", "test")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        (int status, _, _) = _place.Call("openssl", ["s_client", "-connect", "127.0.0.1:443", .. words.Split(' ')]);

        Assert.NotEqual(0, status);
    }

    [Theory]
    [InlineData("a.example", "a.example")]
    [InlineData("b.example", "b.example")]
    [InlineData("B.Example", "b.example")]
    [InlineData("x.wild.example", "*.wild.example")]
    [InlineData("x.y.wild.example", "a.example")]
    [InlineData("unknown.example", "a.example")]
    [InlineData("", "a.example")]
    public void A_client_gets_the_certificate_for_the_host_that_it_names(string named, string shown)
    {
        // Named otherwise than their certificates: those decide.
        _site.Configure(
            Server("first", Pair.Make(_place, "ecdsa", "a", "a.example"))
            + Server("second", Pair.Make(_place, "rsa", "b", "b.example"))
            + Server("third", Pair.Make(_place, "ecdsa", "c", "*.wild.example")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        using SecurePeer peer = new(_place, 443, named);

        Assert.Equal(shown, peer.ServerName);
        Assert.StartsWith("HTTP/1.1 200", peer.Get("/f").Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http/1.1", "http/1.1")]
    [InlineData("", "")]
    public void Http_1_1_is_the_protocol_of_those_who_ask(string asked, string chosen)
    {
        _site.Configure(Server("test", Pair.Make(_place, "ecdsa", "server", "test")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        using SecurePeer peer = new(_place, 443, "test", protocol: asked);

        Assert.Equal(chosen, peer.Protocol);
    }

    [Fact]
    public void A_staple_is_sent_as_it_is()
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        string staple = global::System.IO.Path.Combine(_place.Folder, "staple.der");
        global::System.IO.File.WriteAllBytes(staple, [0x30, 0x03, 0x0a, 0x01, 0x01]);
        _site.Configure(Server("test", pair, $"tls ocsp \"{staple}\""));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        string said = _place.Tool("openssl", "s_client", "-connect", "127.0.0.1:443", "-status");

        Assert.Contains("OCSP Response Status: malformedrequest (0x1)", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Strict_transport_security_goes_with_TLS_and_with_nothing_else()
    {
        _site.Configure(Server("test", Pair.Make(_place, "ecdsa", "server", "test"), "listen on 127.0.0.1 port 80\n\thsts { subdomains, max-age 7, preload }"));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer secure = new(_place, 443);
        using Peer plain = new(_place, 80);
        plain.Send("GET /f HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.Equal("max-age=7; includeSubDomains; preload", Heads.Field(secure.Get("/f").Head, "Strict-Transport-Security"));
        Assert.Equal("max-age=7; includeSubDomains; preload", Heads.Field(secure.Get("/missing").Head, "Strict-Transport-Security"));
        Assert.Null(Heads.Field(plain.Head(), "Strict-Transport-Security"));
    }

    [Fact]
    public void Redirects_and_macros_know_the_scheme()
    {
        _site.Configure(Server(
            "test",
            Pair.Make(_place, "ecdsa", "server", "test"),
            "location \"/macro\" { block return 302 \"$REQUEST_SCHEME://x/\" }"));
        _site.Document("htdocs/folder/f", "f"u8.ToArray());
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer peer = new(_place, 443);

        Assert.Equal("https://x/", Heads.Field(peer.Get("/macro").Head, "Location"));
        Assert.DoesNotContain("http://", Heads.Field(peer.Get("/folder").Head, "Location"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_header_of_a_proxy_comes_before_TLS()
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        _site.Configure(
            "trusted-proxies { \"127.0.0.1\" }\n" + $"server \"test\" {{\n\tlisten on 127.0.0.1 tls port 443 proxy-protocol\n\troot \"/htdocs\"\n\t{pair.Lines}\n}}\n");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        string body = _place.Tool("curl", "-s", "-S", "-k", "--max-time", "10", "--haproxy-protocol", "https://127.0.0.1/f");

        Assert.Equal("first", body);
    }

    [Fact]
    public void A_large_file_arrives_as_it_is()
    {
        byte[] large = Site.Bytes(3_000_000);
        _site.Document("htdocs/large", large);
        _site.Configure(Server("test", Pair.Make(_place, "ecdsa", "server", "test")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        string copy = global::System.IO.Path.Combine(_place.Folder, "copy");

        _place.Tool("curl", "-s", "-S", "-k", "--max-time", "20", "-o", copy, "https://127.0.0.1/large");

        Assert.Equal(large, global::System.IO.File.ReadAllBytes(copy));
    }

    internal static string Server(string name, Pair pair, string lines = "") =>
        $"server \"{name}\" {{\n\tlisten on 127.0.0.1 tls port 443\n\troot \"/htdocs\"\n\t{pair.Lines}\n\t{lines}\n}}\n";
}
