using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.System.Forwarding;
using Sluice.System.Ground;
using Sluice.System.Relays;
using Sluice.System.Tls;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>Certificates, keys and tickets of relays over reloads and the deaths of processes.</summary>
[Compares]
public sealed class CertificateTests : IDisposable
{
    private const int Port = 443, Tries = 100;

    private readonly RelayGround _ground = new();
    private readonly Origin _origin;

    public CertificateTests()
    {
        _origin = new Origin(_ground.Place, "127.0.0.11", static message => new Answer($"HTTP/1.1 200 OK\r\nContent-Length: {message.Target.Length}\r\n\r\n{message.Target}", Afterwards.Keep));
    }

    private Place Place => _ground.Place;

    private string Session => Path.Combine(Place.Folder, "session");

    public void Dispose()
    {
        _origin.Dispose();
        _ground.Dispose();
    }

    [Fact]
    public void A_reload_shows_the_new_certificate_and_ends_no_session()
    {
        Pair pair = Pair.Make(Place, "rsa", "server", "old");
        Configure(EncryptedGround.Keypair("k", pair));
        using Daemon daemon = _ground.Start();
        using SecurePeer before = new(Place, Port);
        Assert.Equal(("old", "/1"), (before.ServerName, before.Get("/1").Body));

        _ = Pair.Make(Place, "ecdsa", "server", "new");
        daemon.Reload();

        using SecurePeer after = new(Place, Port);
        Assert.Equal("new", after.ServerName);
        Assert.Equal(("/2", "/3"), (before.Get("/2").Body, after.Get("/3").Body));
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_reload_that_brings_TLS_ends_no_session_and_accepts_nobody_whose_handshake_would_fail()
    {
        Configure("", tls: "");
        using Daemon daemon = _ground.Start();
        using Peer plain = new(Place, Port);
        Ask(plain, "/1");

        Configure(EncryptedGround.Keypair("k", Pair.Make(Place, "ecdsa", "server", "first")));
        daemon.Reload();

        using SecurePeer secure = new(Place, Port);
        Assert.Equal("/2", secure.Get("/2").Body);
        Ask(plain, "/3");
    }

    [Fact]
    public void What_relayctl_changes_takes_no_key_away()
    {
        Configure(EncryptedGround.Keypair("k", Pair.Make(Place, "ecdsa", "server", "first")));
        using Daemon daemon = _ground.Start();
        Assert.Equal(0, _ground.Control("host", "add", "hosts:8080", "127.0.0.12").Status);

        Assert.True(IsShaken("first"), "the keys process has the key");
        Child keys = daemon.ChildNamed("keys");
        Daemon.Signal(keys.Id, Libc.SIGKILL);
        Await.Until(() => !keys.Lives && IsShaken("first"), "its successor has the key");
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_reload_that_finds_another_key_changes_nothing_and_says_which()
    {
        Pair pair = Pair.Make(Place, "ecdsa", "server", "first");
        Pair other = Pair.Make(Place, "ecdsa", "other", "second");
        Configure(EncryptedGround.Keypair("k", pair));
        using Daemon daemon = _ground.Start();

        Configure(EncryptedGround.Keypair("k", other with { Key = pair.Key }));
        (int status, _, string errors) = _ground.Control("reload");

        Assert.Equal((1, $"relay web: {pair.Key} is not the key of {other.Certificate}"), (status, errors.Trim().Replace("relayctl: ", "", StringComparison.Ordinal)));
        using SecurePeer peer = new(Place, Port);
        Assert.Equal(("first", "/1"), (peer.ServerName, peer.Get("/1").Body));
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void A_reload_that_finds_no_certificate_changes_nothing_and_says_where()
    {
        Pair pair = Pair.Make(Place, "ecdsa", "server", "first");
        Configure(EncryptedGround.Keypair("k", pair));
        using Daemon daemon = _ground.Start();

        File.WriteAllText(pair.Certificate, "broken\n");
        daemon.Reload();

        daemon.AwaitLine("relayd.conf:");
        daemon.AwaitLine("cannot load keypair k for relay web");
        daemon.AwaitLine("there is no certificate in it");
        using SecurePeer peer = new(Place, Port);
        Assert.Equal(("first", "/1"), (peer.ServerName, peer.Get("/1").Body));
    }

    [Theory]
    [InlineData("certificate", "server.crt")]
    [InlineData("key", "server.key: No such file or directory")]
    [InlineData("no key", "there is no private key without a passphrase in it")]
    [InlineData("other key", "is not the key of")]
    [InlineData("options", "tls cannot be used by relay web: no cipher matches \"quartz\"")]
    public void A_check_says_what_is_wrong(string fault, string said)
    {
        Pair pair = Pair.Make(Place, "ecdsa", "server", "first");
        Configure(EncryptedGround.Keypair("k", pair) + (fault is "options" ? "tls ciphers \"quartz\"\n" : ""));
        pair.Spoil(Place, fault);

        (int status, _, string errors) = Place.Call(Place.Program("relayd"), "-n", "-f", _ground.Configuration);

        Assert.Equal(1, status);
        Assert.Contains(said, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_another_certificate_is_said_by_the_daemon_and_costs_its_own_handshakes()
    {
        Pair pair = Pair.Make(Place, "ecdsa", "server", "first");
        Configure(EncryptedGround.Keypair("k", pair) + EncryptedGround.Keypair("l", Pair.Make(Place, "ecdsa", "good", "good")));
        pair.Spoil(Place, "other key");
        using Daemon daemon = _ground.Start();

        daemon.AwaitLine($"relay web: failed to load public/private keys: {pair.Key} is not the key of {pair.Certificate}: its handshakes fail");
        Assert.NotEqual(0, Place.Call("curl", "-s", "-k", "--max-time", "10", $"https://127.0.0.1:{Port}/1").Status);
        using SecurePeer good = new(Place, Port, "good");
        Assert.Equal("/1", good.Get("/1").Body);
    }

    [Fact]
    public void Keys_are_in_the_memory_of_the_keys_process_and_of_no_other()
    {
        Pair[] pairs = [.. ((string[])["rsa", "ecdsa", "ed25519"]).Select(kind => Pair.Make(Place, kind, kind, kind))];
        KeySearch search = new();
        Array.ForEach(pairs, pair => search.Add(pair.Key));
        Configure(string.Concat(pairs.Select(pair => EncryptedGround.Keypair(Path.GetFileName(pair.Key), pair))));
        using Daemon daemon = _ground.Start();
        Shake(pairs);
        AssertHidden(daemon, search);

        search.Add(Pair.Make(Place, "rsa", "rsa", "rsa").Key);
        daemon.Reload();
        Shake(pairs);
        AssertHidden(daemon, search);

        Daemon.Signal(daemon.ChildNamed("relay 1").Id, Libc.SIGKILL);
        Daemon.Signal(daemon.ChildNamed("keys").Id, Libc.SIGKILL);
        Await.Until(() => IsShaken("rsa"), "handshakes succeed again");
        AssertHidden(daemon, search);
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void The_keys_process_has_a_user_of_its_own_and_is_there_only_with_TLS()
    {
        Configure(EncryptedGround.Keypair("k", Pair.Make(Place, "ecdsa", "server", "first")));
        using Daemon daemon = _ground.Start();
        Child keys = daemon.ChildNamed("keys");
        string user = Place.Tool("id", "-u", "_relayd_keys").Trim();
        Assert.Contains(user, keys.Status("Uid"), StringComparison.Ordinal);
        Assert.Equal("2", keys.Status("Seccomp"));

        Configure("", tls: "");
        daemon.Reload();

        Await.Until(() => !keys.Lives, "the keys process ends");
        Assert.Equal("/1", Place.Tool("curl", "-s", "-S", "--max-time", "10", $"http://127.0.0.1:{Port}/1"));
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void Ninety_nine_of_a_hundred_sessions_are_resumed_by_whichever_process_accepts(string version)
    {
        Configure(EncryptedGround.Keypair("k", Pair.Make(Place, "ecdsa", "server", "first")) + "tls session tickets\n");
        using Daemon daemon = _ground.Start();
        Begin(version);

        Assert.InRange(Enumerable.Range(0, Tries).Count(_ => IsResumed(version)), Tries * 99 / 100, Tries);
    }

    // Each daemon has another random number, as on another machine, and here it listens on another address.
    [Fact]
    public void A_ticket_is_good_for_another_daemon_that_has_the_same_file()
    {
        string secret = Path.Combine(Place.Folder, "tickets");
        File.WriteAllText(secret, "0123456789abcdef0123456789abcdef\n");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string tickets = EncryptedGround.Keypair("k", Pair.Make(Place, "ecdsa", "server", "first")) + $"tls session tickets from \"{secret}\"\n";
        Configure(tickets, address: "127.0.0.2");
        using (Daemon one = _ground.Start())
        {
            Begin("-tls1_3", "127.0.0.2");
            Assert.Equal(0, one.Stop());
        }

        Configure(tickets);
        using Daemon other = _ground.Start();
        Assert.True(IsResumed("-tls1_3"));

        File.WriteAllText(secret, "fedcba9876543210fedcba9876543210\n");
        other.Reload();
        Assert.False(IsResumed("-tls1_3"));
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public void A_ticket_is_good_after_a_reload_and_for_no_relay_that_demands_more(string version)
    {
        Pair authority = Pair.Make(Place, "ecdsa", "authority", "authority");
        Pair client = authority.Issue(Place, "client", "/CN=client");
        string tickets = EncryptedGround.Keypair("k", Pair.Make(Place, "ecdsa", "server", "first")) + "tls session tickets\n";
        Configure(tickets);
        using Daemon daemon = _ground.Start();
        Begin(version);

        daemon.Reload();
        Assert.True(IsResumed(version));

        Configure($"{tickets}tls client ca \"{authority.Certificate}\"\n");
        daemon.Reload();
        Assert.False(IsResumed(version, "-cert", client.Certificate, "-key", client.Key));
    }

    [Fact]
    public void A_reload_that_demands_certificates_ends_sessions_with_their_next_answer()
    {
        string keypair = EncryptedGround.Keypair("k", Pair.Make(Place, "ecdsa", "server", "first"));
        Configure(keypair);
        using Daemon daemon = _ground.Start();
        using SecurePeer peer = new(Place, Port);
        Assert.Null(Heads.Field(peer.Get("/1").Head, "Connection"));

        Configure($"{keypair}tls client ca \"{Pair.Make(Place, "ecdsa", "authority", "authority").Certificate}\"\n");
        daemon.Reload();

        Assert.Equal("close", Heads.Field(peer.Get("/2").Head, "Connection"));
        Assert.True(peer.IsEnded());
        Assert.NotEqual(0, Place.Call("curl", "-s", "-k", "--max-time", "10", $"https://127.0.0.1:{Port}/3").Status);
    }

    [Fact]
    public void A_certificate_that_ends_soon_is_said_when_it_is_read()
    {
        Pair pair = Pair.Make(Place, "ecdsa", "server", "first");
        Place.Tool("openssl", "req", "-x509", "-key", pair.Key, "-out", pair.Certificate, "-days", "5", "-subj", "/CN=first");
        Configure(EncryptedGround.Keypair("k", pair));

        (int status, _, string errors) = Place.Call(Place.Program("relayd"), "-n", "-f", _ground.Configuration);

        Assert.Equal(0, status);
        Assert.Contains($"relay web: the certificate {pair.Certificate} expires in 4 days, on ", errors, StringComparison.Ordinal);
    }

    private static void Ask(Peer peer, string path)
    {
        peer.Send($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(path, Encoding.ASCII.GetString(peer.Answer().Body));
    }

    private void Configure(string protocol, string tls = " tls", string address = "127.0.0.1") => _ground.Configure(
        $"table <hosts> {{ 127.0.0.11 }}\nhttp protocol \"web\" {{\ntcp nodelay\n{protocol}}}\n"
        + $"relay \"web\" {{\nlisten on {address} port {Port}{tls}\nprotocol \"web\"\nforward to <hosts> port {Backend.Port}\n}}\n");

    private void Shake(Pair[] pairs) => Assert.All(pairs, pair => Assert.True(IsShaken(Path.GetFileNameWithoutExtension(pair.Key))));

    private bool IsShaken(string name) =>
        Place.Call("openssl", "s_client", "-connect", $"127.0.0.1:{Port}", "-servername", name) is { Status: 0 } call
        && call.Output.Contains($"subject=CN = {name}", StringComparison.Ordinal);

    private static void AssertHidden(Daemon daemon, KeySearch search)
    {
        IReadOnlyList<Child> children = daemon.Children;
        IReadOnlyList<string> inKeys = search.In(daemon.ChildNamed("keys").Id);
        Assert.Contains(inKeys, static found => found.StartsWith("rsa.key p", StringComparison.Ordinal));
        Assert.Contains(inKeys, static found => found.StartsWith("ecdsa.key scalar", StringComparison.Ordinal));
        Assert.Contains(inKeys, static found => found.StartsWith("ed25519.key seed", StringComparison.Ordinal));
        IEnumerable<(string Title, int Id)> others = children.Where(static child => child.Title is not "keys").Select(static child => (child.Title, child.Id)).Append(("parent", daemon.Id));
        Assert.Empty(others.SelectMany(process => search.In(process.Id).Select(found => $"{process.Title}: {found}")));
    }

    // A request is sent so that tickets of TLS 1.3, which come behind the handshake, arrive before the end.
    private void Begin(string version, string address = "127.0.0.1") => Ask(address, "-sess_out", version, "-sess_out", Session);

    private bool IsResumed(string version, params string[] words) =>
        Ask("127.0.0.1", "-sess_in", [version, "-sess_in", Session, .. words]).Contains("Reused, ", StringComparison.Ordinal);

    private string Ask(string address, string what, params string[] words)
    {
        string request = Path.Combine(Place.Folder, "request");
        File.WriteAllText(request, "GET /f HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        (int status, string output, string errors) = Place.Call(
            "/bin/sh", ["-c", $"exec openssl s_client -ign_eof -connect {address}:{Port} \"$@\" < " + request, what, .. words]);
        return status == 0 && output.Contains("200 OK", StringComparison.Ordinal) ? output : $"{status}: {output} {errors}";
    }
}
