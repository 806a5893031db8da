using System;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Certificates, keys and responses that are replaced on disk while httpd runs, and nobody says reload (D-46).</summary>
[Compares]
public sealed class ReplacementTests : IDisposable
{
    private static readonly byte[] _response = [0x30, 0x03, 0x0a, 0x01, 0x00];

    private readonly Place _place = new();
    private readonly Site _site;

    public ReplacementTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_new_pair_is_shown_to_new_clients_and_ends_no_session()
    {
        Pair pair = Pair.Make(_place, "rsa", "server", "old");
        _site.Configure(HandshakeTests.Server("test", pair) + HandshakeTests.Server("other", Pair.Make(_place, "ecdsa", "other", "other")));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer before = new(_place, 443);
        Assert.Equal(("old", "first"), (before.ServerName, before.Get("/f").Body));

        _ = Pair.Make(_place, "ecdsa", "server", "new");
        daemon.AwaitLine($"server \"test\": the certificate {pair.Certificate} was replaced and is in use, it expires on ");

        AwaitShown("new", "test");
        Assert.True(IsShown("other", "other"));
        Assert.Equal("first", before.Get("/f").Body);

        // The new key is where the old one is, and nowhere else (D-65).
        KeySearch search = new KeySearch().Add(pair.Key);
        Assert.NotEmpty(search.In(daemon.ChildNamed("keys").Id));
        Assert.Empty(daemon.Children.Where(static child => child.Title is not "keys").Select(static child => child.Id).Append(daemon.Id).SelectMany(search.In));

        // A successor of the process with the keys has the new one too, and a reload finds nothing new.
        Child keys = daemon.ChildNamed("keys");
        Daemon.Signal(keys.Id, Libc.SIGKILL);
        Await.Until(() => !keys.Lives, "the process with the keys is replaced");
        AwaitShown("new", "test");
        daemon.Reload();
        AwaitShown("new", "test");
        Assert.Equal("first", before.Get("/f").Body);

        // A name that comes second on its socket is replaced as well.
        _ = Pair.Make(_place, "rsa", "other", "another");
        AwaitShown("another", "another");
        Assert.True(IsShown("new", "test"));
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void What_does_not_fit_or_is_not_whole_changes_nothing_and_is_said()
    {
        Pair pair = Pair.Make(_place, "rsa", "server", "old");
        _site.Configure(HandshakeTests.Server("test", pair));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Pair other = Pair.Make(_place, "ecdsa", "other", "new");
        string whole = File.ReadAllText(other.Certificate);

        File.WriteAllText(pair.Certificate, whole[..(whole.Length / 2)]);
        daemon.AwaitLine($"server \"test\": {pair.Certificate}: ");
        daemon.AwaitLine("what was replaced is not used, the certificate before it still is");
        Assert.True(IsShown("old", "test"));

        File.WriteAllText(pair.Certificate, whole);
        daemon.AwaitLine($"server \"test\": {pair.Key} is not the key of {pair.Certificate}: what was replaced is not used, the certificate before it still is");
        Assert.True(IsShown("old", "test"));

        File.Copy(other.Key, pair.Key, overwrite: true);
        AwaitShown("new", "test");
    }

    [Fact]
    public void A_new_response_is_stapled()
    {
        string response = Path.Combine(_place.Folder, "staple.der");
        File.WriteAllBytes(response, [.. _response, 0x00]);
        _site.Configure(HandshakeTests.Server("test", Pair.Make(_place, "rsa", "server", "test"), $"tls ocsp \"{response}\""));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        File.WriteAllBytes(response, _response);
        daemon.AwaitLine($"server \"test\": the response {response} was replaced and is in use");
        Await.Until(() => Shake("test", "-status").Contains("OCSP Response Status: successful", StringComparison.Ordinal), "it is stapled");

        File.WriteAllBytes(response, _response[..^1]);
        daemon.AwaitLine($"server \"test\": {response}: it is no whole response, in DER: what was replaced is not used, the response before it still is");
        File.Delete(response);
        daemon.AwaitLine($"server \"test\": {response}: it cannot be read: what was replaced is not used");
        Assert.Contains("OCSP Response Status: successful", Shake("test", "-status"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_that_was_of_no_use_serves_when_it_is_put_right()
    {
        Pair pair = Pair.Make(_place, "ecdsa", "server", "test");
        pair.Spoil(_place, "broken");
        _site.Configure(HandshakeTests.Server("good", Pair.Make(_place, "ecdsa", "good", "good")) + HandshakeTests.Server("test", pair));
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Assert.True(IsShown("good", "test"));

        _ = Pair.Make(_place, "ecdsa", "server", "test");

        AwaitShown("test", "test");
    }

    // The log says it before the servers have heard of it.
    private void AwaitShown(string name, string asked) => Await.Until(() => IsShown(name, asked), $"{name} is shown");

    private bool IsShown(string name, string asked) => Shake(asked).Contains($"subject=CN = {name}\n", StringComparison.Ordinal);

    private string Shake(string asked, params string[] words) =>
        _place.Call("openssl", ["s_client", "-connect", "127.0.0.1:443", "-servername", asked, .. words]).Output;
}
