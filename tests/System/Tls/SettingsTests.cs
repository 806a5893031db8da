using System;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>What the lines of <c>tls</c> leave to speak, as openssl(1) sees it.</summary>
[Compares]
public sealed class SettingsTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;

    public SettingsTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
    }

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("", "", "TLSv1.3")]
    [InlineData("protocols \"tlsv1.2\"", "", "TLSv1.2")]
    [InlineData("protocols \"all,!tlsv1.3\"", "", "TLSv1.2")]
    [InlineData("protocols \"tlsv1.3\"", "", "TLSv1.3")]
    [InlineData("ciphers \"ECDHE-ECDSA-CHACHA20-POLY1305\"", "-tls1_2", "ECDHE-ECDSA-CHACHA20-POLY1305")]
    [InlineData("ciphers \"compat\"", "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA256")]
    [InlineData("", "-tls1_2 -curves P-256:X25519", "X25519")]
    [InlineData("", "-curves P-384", "secp384r1")]
    [InlineData("ecdhe \"P-384,X25519\"", "-tls1_2", "secp384r1")]
    [InlineData("ecdhe \"default\"", "", "X25519")]
    public void It_is_spoken(string lines, string client, string expected)
    {
        Configure("ecdsa", lines);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Contains(expected, _place.Tool("openssl", Words(client)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("protocols \"tlsv1.2\"", "-tls1_3")]
    [InlineData("protocols \"tlsv1.3\"", "-tls1_2")]
    [InlineData("ciphers \"ECDHE-ECDSA-CHACHA20-POLY1305\"", "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData("ecdhe \"X25519\"", "-curves P-384")]
    public void It_is_not_spoken(string lines, string client)
    {
        Configure("ecdsa", lines);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.NotEqual(0, _place.Call("openssl", Words(client)).Status);
        Assert.Equal("first", _place.Tool("curl", "-s", "-k", "--max-time", "10", "https://127.0.0.1/f"));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("legacy")]
    public void Finite_fields_have_no_less_than_2048_bits(string dhe)
    {
        Configure("rsa", $"dhe \"{dhe}\", ciphers \"DHE-RSA-AES128-GCM-SHA256\"");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Contains("Server Temp Key: DH, 2048 bits", _place.Tool("openssl", Words("-tls1_2")), StringComparison.Ordinal);
    }

    [Fact]
    public void Finite_fields_are_not_used_where_they_are_not_asked_for()
    {
        Configure("rsa", "ciphers \"compat\"");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.NotEqual(0, _place.Call("openssl", Words("-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256")).Status);
    }

    [Fact]
    public void A_staple_without_content_is_ignored_with_a_warning()
    {
        string staple = global::System.IO.Path.Combine(_place.Folder, "staple.der");
        global::System.IO.File.WriteAllBytes(staple, []);
        Configure("ecdsa", $"ocsp \"{staple}\"");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        daemon.AwaitLine($"server \"test\": ocsp staple {staple} is empty and ignored");
        Assert.Contains("OCSP response: no response sent", _place.Tool("openssl", Words("-status")), StringComparison.Ordinal);
    }

    [Fact]
    public void One_server_may_speak_with_and_without_it()
    {
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, "ecdsa", "server", "test"), "listen on 127.0.0.1 port 80"));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        Assert.Equal("first", _place.Tool("curl", "-s", "-k", "--max-time", "10", "https://127.0.0.1/f"));
        Assert.Equal("first", _place.Tool("curl", "-s", "--max-time", "10", "http://127.0.0.1/f"));
    }

    private void Configure(string kind, string options) =>
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, kind, "server", "test"), options.Length == 0 ? "" : $"tls {{ {options} }}"));

    private static string[] Words(string options) =>
        ["s_client", "-connect", "127.0.0.1:443", "-servername", "test", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
