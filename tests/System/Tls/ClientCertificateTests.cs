using System;
using System.Collections.Generic;
using System.IO;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Clients that prove who they are, and those that cannot.</summary>
[Compares]
public sealed class ClientCertificateTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Pair _server;
    private readonly Pair _authority;
    private readonly Pair _client;

    public ClientCertificateTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
        _server = Pair.Make(_place, "ecdsa", "server", "test");
        _authority = Pair.Make(_place, "ecdsa", "authority", "authority");
        _client = _authority.Issue(_place, "client", "/O=Some house/CN=client\" 200 0");
    }

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData("", false)]
    [InlineData(" optional", true)]
    public void A_client_without_a_certificate_is_served_where_it_is_optional(string optional, bool isServed)
    {
        using Daemon daemon = Start($"tls client ca \"{_authority.Certificate}\"{optional}");

        Assert.Equal(isServed, IsServed());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" optional")]
    public void A_client_with_a_certificate_of_the_authority_is_served(string optional)
    {
        using Daemon daemon = Start($"tls client ca \"{_authority.Certificate}\"{optional}");

        Assert.True(IsServed(_client));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" optional")]
    public void A_certificate_of_somebody_else_is_refused(string optional)
    {
        using Daemon daemon = Start($"tls client ca \"{_authority.Certificate}\"{optional}");

        Assert.False(IsServed(Pair.Make(_place, "ecdsa", "stranger", "stranger")));
    }

    [Fact]
    public void A_certificate_that_was_revoked_is_refused()
    {
        Pair revoked = _authority.Issue(_place, "revoked", "/CN=revoked");
        using Daemon daemon = Start($"tls client ca \"{_authority.Certificate}\" crl \"{_authority.Revoke(_place, revoked)}\"");

        Assert.False(IsServed(revoked));
        Assert.True(IsServed(_client));

        _ = _authority.Revoke(_place, revoked, _client);
        daemon.Reload();

        Assert.False(IsServed(_client));
    }

    [Fact]
    public void The_subject_stands_in_the_log_and_forges_nothing()
    {
        using Daemon daemon = Start($"tls client ca \"{_authority.Certificate}\"\n\tlog style combined");
        Assert.True(IsServed(_client));
        _site.Configure(HandshakeTests.Server("test", _server, $"tls client ca \"{_authority.Certificate}\"\n\tlog style common"));
        daemon.Reload();
        Assert.True(IsServed(_client));
        Assert.Equal(0, daemon.Stop());

        IReadOnlyList<string> lines = _site.LogLines();
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("test 127.0.0.1 - /O=Some", lines[0], StringComparison.Ordinal);
        Assert.Single(lines[0].Split("\" 200 ")[1..]);
        Assert.StartsWith("test 127.0.0.1 - - [", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_that_demands_certificates_ends_connections_that_have_none()
    {
        using Daemon daemon = Start("");
        using SecurePeer peer = new(_place, 443);
        _ = peer.Get("/f");

        _site.Configure(HandshakeTests.Server("test", _server, $"tls client ca \"{_authority.Certificate}\""));
        daemon.Reload();

        Assert.Equal("close", Heads.Field(peer.Get("/f").Head, "Connection"));
        Assert.True(peer.IsEnded());
        Assert.False(IsServed());
    }

    [Theory]
    [InlineData("tls client ca \"/none.pem\"", "failed to load ca cert(s)")]
    [InlineData("tls client ca \"AUTHORITY\" crl \"/none.pem\"", "failed to load crl(s)")]
    public void A_missing_file_is_a_mistake(string lines, string said)
    {
        _site.Configure(HandshakeTests.Server("test", _server, lines.Replace("AUTHORITY", _authority.Certificate, StringComparison.Ordinal)));

        (int status, _, string errors) = _place.Call(Place.Program("httpd"), "-n", "-f", _site.Configuration);

        Assert.Equal(1, status);
        Assert.Contains($"server \"test\": {said}", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls client ca \"JUNK\"")]
    [InlineData("tls client ca \"AUTHORITY\" crl \"JUNK\"")]
    public void A_broken_file_is_said_and_lets_nobody_in(string lines)
    {
        string junk = Path.Combine(_place.Folder, "junk.pem");
        File.WriteAllText(junk, "junk\n");
        using Daemon daemon = Start(lines.Replace("AUTHORITY", _authority.Certificate, StringComparison.Ordinal).Replace("JUNK", junk, StringComparison.Ordinal));

        daemon.AwaitLine("server \"test\": tls cannot be used: there is no ");
        Assert.False(IsServed(_client));
        Assert.Equal(0, daemon.Stop());
    }

    private Daemon Start(string lines)
    {
        _site.Configure(HandshakeTests.Server("test", _server, lines));
        return Daemon.Start(_place, _site.Configuration);
    }

    private bool IsServed(Pair? client = null)
    {
        string[] words = client is null ? [] : ["--cert", client.Certificate, "--key", client.Key];
        return _place.Call("curl", ["-s", "-k", "--max-time", "10", .. words, "https://127.0.0.1/f"]).Output is "first";
    }
}
