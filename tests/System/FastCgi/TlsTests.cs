using System;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>What an application hears of TLS.</summary>
[Compares]
public sealed class TlsTests : IDisposable
{
    private readonly FastCgiGround _ground = new(EnvironmentGround.Dump);

    public void Dispose() => _ground.Dispose();

    [Fact]
    public void TLS_is_told()
    {
        Pair pair = Pair.Make(_ground.Place, "ecdsa", "server", "test");
        _ground.Site.Configure($"server \"test\" {{\n\tlisten on 127.0.0.1 tls port 443\n\t{pair.Lines}\n\t{FastCgiGround.Socket}\n}}");
        _ground.Daemon.Reload();
        using SecurePeer peer = new(_ground.Place, 443);

        string body = peer.Get("/").Body;

        Assert.Contains("\nHTTPS=on\nREMOTE_ADDR=127.0.0.1\n", body, StringComparison.Ordinal);
        Assert.Contains("\nSERVER_PORT=443\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_certificate_that_is_verified_is_told()
    {
        Pair pair = Pair.Make(_ground.Place, "ecdsa", "server", "test"), authority = Pair.Make(_ground.Place, "ecdsa", "ca", "authority");
        _ground.Site.Configure(
            $"server \"test\" {{\n\tlisten on 127.0.0.1 tls port 443\n\t{pair.Lines}\n\ttls client ca \"{authority.Certificate}\" optional\n\t{FastCgiGround.Socket}\n}}");
        _ground.Daemon.Reload();
        using SecurePeer peer = new(_ground.Place, 443);

        Assert.Contains("\nHTTPS=on\nTLS_PEER_VERIFY=ca, optional\nREMOTE_ADDR=", peer.Get("/").Body, StringComparison.Ordinal);
    }
}
