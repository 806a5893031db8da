using System;
using System.Globalization;
using System.IO;
using System.Linq;

using Sluice.System.Forwarding;
using Sluice.System.Ground;
using Sluice.System.Relays;
using Sluice.System.Tls;

using Xunit;

namespace Sluice.System.Encrypted;

/// <summary>Certificates, keys, responses and secrets that are replaced on disk while relayd runs, and nobody says reload (D-46).</summary>
[Compares]
public sealed class ReplacementTests : IDisposable
{
    private const int Port = 443, HostPort = 8443;

    private static readonly byte[] _response = [0x30, 0x03, 0x0a, 0x01, 0x00];

    private readonly RelayGround _ground = new();
    private readonly Origin _origin;
    private readonly Pair _pair;

    public ReplacementTests()
    {
        _origin = new Origin(_ground.Place, "127.0.0.11", static message => new Answer($"HTTP/1.1 200 OK\r\nContent-Length: {message.Target.Length}\r\n\r\n{message.Target}", Afterwards.Keep));
        _pair = Pair.Make(Place, "rsa", "server", "old");
    }

    private Place Place => _ground.Place;

    public void Dispose()
    {
        _origin.Dispose();
        _ground.Dispose();
    }

    [Fact]
    public void A_new_pair_is_shown_to_new_clients_and_ends_no_session()
    {
        Configure();
        using Daemon daemon = _ground.Start();
        using SecurePeer before = new(Place, Port);
        Assert.Equal(("old", "/1"), (before.ServerName, before.Get("/1").Body));

        Make("new", days: 200);
        string end = DateTimeOffset.UtcNow.AddDays(200).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        daemon.AwaitLine($"relay web: the certificate {_pair.Certificate} was replaced and is in use, it expires on {end}");

        AwaitShown("new");
        Assert.Equal("/2", before.Get("/2").Body);
        Assert.Contains(end, _ground.Control("show", "relays", "--json").Output, StringComparison.Ordinal);

        // The new key is where the old one is, and nowhere else (D-65).
        KeySearch search = new KeySearch().Add(_pair.Key);
        Assert.NotEmpty(search.In(daemon.ChildNamed("keys").Id));
        Assert.Empty(daemon.Children.Where(static child => child.Title is not "keys").Select(static child => child.Id).Append(daemon.Id).SelectMany(search.In));

        // Successors of children have the new pair too, and a reload finds nothing new.
        Child keys = daemon.ChildNamed("keys");
        Daemon.Signal(keys.Id, Libc.SIGKILL);
        Await.Until(() => !keys.Lives, "the process with the keys is replaced");
        AwaitShown("new");
        daemon.Reload();
        AwaitShown("new");
        Assert.Equal("/3", before.Get("/3").Body);
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void What_does_not_fit_or_is_not_whole_changes_nothing_and_is_said()
    {
        Configure();
        using Daemon daemon = _ground.Start();
        string whole = File.ReadAllText(Pair.Make(Place, "ecdsa", "other", "new").Certificate);

        File.WriteAllText(_pair.Certificate, whole[..(whole.Length / 2)]);
        daemon.AwaitLine($"relay web: {_pair.Certificate}: ");
        daemon.AwaitLine("what was replaced is not used, the certificate before it still is");
        Assert.True(IsShown("old"));

        File.WriteAllText(_pair.Certificate, whole);
        daemon.AwaitLine($"relay web: {_pair.Key} is not the key of {_pair.Certificate}: what was replaced is not used, the certificate before it still is");
        Assert.True(IsShown("old"));

        File.Copy(Path.Combine(Place.Folder, "other.key"), _pair.Key, overwrite: true);
        daemon.AwaitLine($"relay web: the certificate {_pair.Certificate} was replaced and is in use");
        AwaitShown("new");
    }

    [Fact]
    public void A_new_response_is_stapled_and_a_new_secret_seals_tickets()
    {
        string response = Path.Combine(Place.Folder, "staple.der"), secret = Path.Combine(Place.Folder, "tickets");
        File.WriteAllBytes(response, [.. _response, 0x00]);
        Keep(secret, "0123456789abcdef0123456789abcdef\n");
        Configure($"tls {{ keypair k ocsp \"{response}\", session tickets from \"{secret}\" }}\n");
        using Daemon daemon = _ground.Start();
        string session = Path.Combine(Place.Folder, "session");
        Assert.Contains("Cipher", Shake("-tls1_2", "-sess_out", session), StringComparison.Ordinal);
        Assert.Contains("Reused, ", Shake("-tls1_2", "-sess_in", session), StringComparison.Ordinal);

        File.WriteAllBytes(response, _response);
        Keep(secret, "fedcba9876543210fedcba9876543210\n");
        daemon.AwaitLine($"relay web: the response {response} was replaced and is in use");
        daemon.AwaitLine($"session tickets: the secret {secret} was replaced and is in use");
        Await.Until(() => Shake("-tls1_2", "-sess_in", session).Contains("New, ", StringComparison.Ordinal), "a ticket of before is of no use");
        Assert.Contains("OCSP Response Status: successful", Shake("-status"), StringComparison.Ordinal);

        File.WriteAllBytes(response, _response[..^1]);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        daemon.AwaitLine($"relay web: {response}: it is no whole response, in DER: what was replaced is not used, the response before it still is");
        daemon.AwaitLine($"session tickets: {secret} is open to its group or others");
        Assert.Contains("OCSP Response Status: successful", Shake("-status"), StringComparison.Ordinal);

        File.Delete(response);
        daemon.AwaitLine($"relay web: {response}: it cannot be read: what was replaced is not used");
        Assert.Contains("OCSP Response Status: successful", Shake("-status"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_authority_issues_copies_for_new_clients()
    {
        Pair authority = Pair.Make(Place, "ecdsa", "authority", "inspecting");
        Pair original = Pair.Make(Place, "ecdsa", "host", "www.example");
        using SecureHost host = new(Place, HostPort, SecureManner.Http, original);
        Configure($"tls {{ ca cert \"{authority.Certificate}\", ca key \"{authority.Key}\" password \"\", ca file \"{original.Certificate}\" }}\n", $"with tls to 127.0.0.1 port {HostPort}");
        using Daemon daemon = _ground.Start();
        Assert.Contains("issuer=CN = inspecting", Shake("-servername", "www.example"), StringComparison.Ordinal);

        _ = Pair.Make(Place, "rsa", "authority", "newer");
        daemon.AwaitLine($"protocol web: the certificate {authority.Certificate} was replaced and is in use");

        Await.Until(() => Shake("-servername", "www.example").Contains("issuer=CN = newer", StringComparison.Ordinal), "it issues");
    }

    private void Configure(string protocol = "", string to = "to <hosts> port 8080") => _ground.Configure(
        $"table <hosts> {{ 127.0.0.11 }}\nhttp protocol \"web\" {{\n{EncryptedGround.Keypair("k", _pair)}{protocol}}}\n"
        + $"relay \"web\" {{\nlisten on 127.0.0.1 port {Port} tls\nprotocol \"web\"\nforward {to}\n}}\n");

    private void Make(string name, int days) => Place.Tool(
        "openssl", "req", "-x509", "-batch", "-nodes", "-days", $"{days}", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", $"/CN={name}", "-keyout", _pair.Key, "-out", _pair.Certificate);

    // The log says it before the relays have heard of it.
    private void AwaitShown(string name) => Await.Until(() => IsShown(name), $"{name} is shown");

    private bool IsShown(string name) => Shake().Contains($"subject=CN = {name}", StringComparison.Ordinal);

    private string Shake(params string[] words) => Place.Call("openssl", ["s_client", "-connect", $"127.0.0.1:{Port}", .. words]).Output;

    private static void Keep(string path, string secret)
    {
        File.WriteAllText(path, secret);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
