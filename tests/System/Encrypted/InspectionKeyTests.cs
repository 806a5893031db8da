using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Relays;
using Sluice.System.Tls;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>The key of an authority that inspects: where it is, and what opens it (R-TLS-24, R-TLS-31, D-65).</summary>
[Compares]
public sealed class InspectionKeyTests : IDisposable
{
    private const int Port = 443, HostPort = 8443;

    private readonly RelayGround _ground = new();
    private readonly SecureHost _host;
    private readonly Pair _original;
    private readonly Pair _own;

    public InspectionKeyTests()
    {
        _original = Pair.Make(Place, "ecdsa", "host", "www.example");
        _own = Pair.Make(Place, "ecdsa", "own", "own");
        _host = new SecureHost(Place, HostPort, SecureManner.Http, _original);
    }

    private Place Place => _ground.Place;

    public void Dispose()
    {
        _host.Dispose();
        _ground.Dispose();
    }

    [Theory]
    [InlineData("rsa", "p")]
    [InlineData("ecdsa", "scalar")]
    public void It_is_in_the_memory_of_the_keys_process_and_of_no_other(string kind, string secret)
    {
        Pair authority = Pair.Make(Place, kind, kind, "inspecting");
        KeySearch search = new KeySearch().Add(authority.Key);
        Configure(authority, Lock(authority, "opener"), "opener");
        using Daemon daemon = _ground.Start();
        Assert.Equal("www.example", Ask(authority));
        AssertHidden(daemon, search, $"{kind}.key {secret}");

        daemon.Reload();
        Assert.Equal("www.example", Ask(authority));
        Daemon.Signal(daemon.ChildNamed("keys").Id, Libc.SIGKILL);
        Await.Until(() => Ask(authority) is "www.example", "its successor issues");
        AssertHidden(daemon, search, $"{kind}.key {secret}");
        Assert.Equal(0, daemon.Stop());
    }

    [Theory]
    [InlineData("other", "there is no private key in it that this password opens")]
    [InlineData("", "there is no private key without a passphrase in it")]
    public void A_password_that_does_not_open_it_is_said_by_a_check_and_by_the_daemon(string password, string said)
    {
        Pair authority = Pair.Make(Place, "ecdsa", "authority", "inspecting");
        string key = Lock(authority, "opener");
        Configure(authority, key, password);

        (int status, _, string errors) = Place.Call(Place.Program("relayd"), "-n", "-f", _ground.Configuration);

        Assert.Equal(1, status);
        Assert.Contains("cannot load certificates for relay web", errors, StringComparison.Ordinal);
        Assert.Contains($"{key}: {said}", errors, StringComparison.Ordinal);
        using Daemon daemon = _ground.Start();
        daemon.AwaitLine($"relay web: failed to load public/private keys: {key}: {said}: it can inspect nothing");
        Assert.Equal("", Ask(authority));
        daemon.AwaitLine("could not create certificate");
    }

    [Fact]
    public void One_of_another_certificate_is_said_by_a_check()
    {
        Pair authority = Pair.Make(Place, "ecdsa", "authority", "inspecting");
        Configure(authority, _own.Key, "");

        (int status, _, string errors) = Place.Call(Place.Program("relayd"), "-n", "-f", _ground.Configuration);

        Assert.Equal(1, status);
        Assert.Contains($"{_own.Key} is not the key of {authority.Certificate}", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_brings_another_authority_and_a_session_of_the_former_ends_with_its_next_answer()
    {
        Pair former = Pair.Make(Place, "ecdsa", "former", "former"), next = Pair.Make(Place, "rsa", "next", "next");
        Configure(former, former.Key, "");
        using Daemon daemon = _ground.Start();
        using SecurePeer peer = new(Place, Port, "www.example");
        Assert.Equal(("CN=former", "www.example"), (peer.Certificate.Issuer, peer.Get("/1").Body));

        Configure(next, next.Key, "");
        daemon.Reload();

        Assert.Equal(("", "www.example"), (Ask(former), Ask(next)));
        (string head, string body) = peer.Get("/2");
        Assert.Equal(("close", "www.example"), (Heads.Field(head, "Connection"), body));
    }

    private void Configure(Pair authority, string key, string password) => _ground.Configure(
        $"http protocol \"web\" {{\n{EncryptedGround.Keypair("k", _own)}"
        + $"tls {{ ca cert \"{authority.Certificate}\", ca key \"{key}\" password \"{password}\", ca file \"{_original.Certificate}\" }}\n}}\n"
        + $"relay \"web\" {{\nlisten on 127.0.0.1 port {Port} tls\nprotocol \"web\"\nforward with tls to 127.0.0.1 port {HostPort}\n}}\n");

    private string Lock(Pair pair, string password)
    {
        string locked = Path.Combine(Place.Folder, "locked.key");
        Place.Tool("openssl", "pkcs8", "-topk8", "-in", pair.Key, "-out", locked, "-passout", $"pass:{password}");
        return locked;
    }

    // Empty where the answer is not that of a host that this authority vouches for.
    private string Ask(Pair authority) => Place.Call(
        "curl", "-s", "--max-time", "10", "--cacert", authority.Certificate, "--resolve", $"www.example:{Port}:127.0.0.1", $"https://www.example:{Port}/").Output;

    private static void AssertHidden(Daemon daemon, KeySearch search, string found)
    {
        Assert.Contains(search.In(daemon.ChildNamed("keys").Id), place => place.StartsWith(found, StringComparison.Ordinal));
        IEnumerable<(string Title, int Id)> others = daemon.Children.Where(static child => child.Title is not "keys").Select(static child => (child.Title, child.Id)).Append(("parent", daemon.Id));
        Assert.Empty(others.SelectMany(process => search.In(process.Id).Select(place => $"{process.Title}: {place}")));
    }
}
