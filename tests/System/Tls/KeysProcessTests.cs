using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Authentication;

using Sluice.System.Faults;
using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>Where private keys are, and what the loss of the process that has them costs.</summary>
public sealed class KeysProcessTests : IDisposable
{
    private static readonly TimeSpan _whole = TimeSpan.FromSeconds(1);

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Pair[] _pairs;

    public KeysProcessTests()
    {
        _site = new Site(_place).Document("htdocs/f", "first"u8.ToArray());
        _pairs = [.. ((string[])["rsa", "ecdsa", "ed25519"]).Select(kind => Pair.Make(_place, kind, kind, kind))];
        Configure(prefork: 1);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Keys_are_in_the_memory_of_the_keys_process_and_of_no_other()
    {
        Configure(prefork: 2);
        KeySearch search = new();
        foreach (Pair pair in _pairs)
        {
            search.Add(pair.Key);
        }

        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Shake();
        AssertHidden(daemon, search);

        // New keys, one that does not fit, and a file that has both: a reload is read by a parent that runs.
        search.Add(Pair.Make(_place, "rsa", "rsa", "rsa").Key).Add(Pair.Make(_place, "ecdsa", "ecdsa", "ecdsa").Key);
        Pair wrong = Pair.Make(_place, "ecdsa", "wrong", "wrong");
        File.Copy(Pair.Make(_place, "ecdsa", "other", "other").Key, wrong.Key, overwrite: true);
        Pair both = Pair.Make(_place, "ecdsa", "both", "both");
        File.AppendAllText(both.Certificate, File.ReadAllText(both.Key));
        search.Add(wrong.Key).Add(both.Key);
        Configure(prefork: 2, wrong, both with { Key = both.Certificate });
        daemon.Reload();
        Shake();
        daemon.AwaitLine($"{wrong.Key} is not the key of {wrong.Certificate}");
        AssertHidden(daemon, search);

        Daemon.Signal(daemon.ChildNamed("server 1").Id, Libc.SIGKILL);
        Daemon.Signal(daemon.ChildNamed("keys").Id, Libc.SIGKILL);
        AwaitHandshake();
        AssertHidden(daemon, search);
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void The_keys_process_has_a_user_of_its_own_and_is_there_only_with_TLS()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child keys = daemon.ChildNamed("keys");
        Assert.NotEqual(daemon.ChildNamed("server 1").Status("Uid"), keys.Status("Uid"), StringComparer.Ordinal);
        Assert.Equal("2", keys.Status("Seccomp"));

        _site.ConfigureServer("");
        daemon.Reload();

        Await.Until(() => !keys.Lives, "the keys process ends");
    }

    [Fact]
    public void A_killed_keys_process_costs_handshakes_for_less_than_a_second_and_nothing_else()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer established = new(_place, 443, "rsa");
        Child keys = daemon.ChildNamed("keys");

        Stopwatch watch = Stopwatch.StartNew();
        Daemon.Signal(keys.Id, Libc.SIGKILL);
        Assert.Equal("first", established.Get("/f").Body);
        AwaitHandshake();

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, _whole);
        Assert.NotEqual(keys.Id, daemon.ChildNamed("keys").Id);
        Assert.Equal("first", established.Get("/f").Body);
        Shake();
    }

    [Fact]
    public void A_stopped_keys_process_costs_a_server_one_second()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using SecurePeer established = new(_place, 443, "rsa");
        Child keys = daemon.ChildNamed("keys");

        Daemon.Signal(keys.Id, Libc.SIGSTOP);
        _ = IsShaken();
        Stopwatch watch = Stopwatch.StartNew();
        bool[] shaken = [.. Enumerable.Range(0, 20).Select(_ => IsShaken())];
        Assert.DoesNotContain(true, shaken);
        Assert.Equal("first", established.Get("/f").Body);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, _whole);

        // The daemon would wait for it at its end.
        Daemon.Signal(keys.Id, Libc.SIGCONT);
    }

    [Fact]
    public void A_keys_process_that_goes_on_signs_again()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child keys = daemon.ChildNamed("keys");
        Daemon.Signal(keys.Id, Libc.SIGSTOP);
        Assert.False(IsShaken());

        Daemon.Signal(keys.Id, Libc.SIGCONT);

        AwaitHandshake();
        Assert.True(keys.Lives);
    }

    [Fact]
    public void The_successor_of_a_server_has_handshakes_signed()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child server = daemon.ChildNamed("server 1");

        Daemon.Signal(server.Id, Libc.SIGKILL);
        Await.Until(() => !server.Lives && daemon.Children.Any(child => child.Title is "server 1"), "there is a successor");

        Shake();
    }

    [Fact]
    public void Twenty_reloads_that_change_the_certificate_lose_no_request()
    {
        byte[] body = Site.Bytes(1024);
        _site.Document("htdocs/1k", body);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Load load = new(_place, 443, "/1k", body, Transport.Secure);

        for (int i = 0; i < 20; i++)
        {
            _ = Pair.Make(_place, "ecdsa", "rsa", "rsa");
            daemon.Reload();
            load.AwaitAnswers(100);
        }

        load.Stop();
        Assert.True(load.Losses.Count == 0, load.Describe());
        Assert.True(load.RequestsPerSecond > 300, $"the load was only {load.RequestsPerSecond:F0} requests a second");
    }

    [Fact]
    public void A_keys_process_killed_under_load_costs_new_connections_of_a_second_only()
    {
        byte[] body = Site.Bytes(1024);
        _site.Document("htdocs/1k", body);
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child keys = daemon.ChildNamed("keys");
        using Load load = new(_place, 443, "/1k", body, Transport.Secure);
        Assert.Empty(load.Losses);

        TimeSpan killed = load.Now;
        Daemon.Signal(keys.Id, Libc.SIGKILL);
        Await.Until(() => load.Now > killed + _whole, "the second in which service must be whole is over");
        load.AwaitAnswers(1000);
        load.Stop();

        Assert.DoesNotContain(load.Losses, loss => loss.Kind is not LossKind.Refused);
        Assert.DoesNotContain(load.Losses, loss => loss.At < killed || loss.At > killed + _whole);
    }

    private void Configure(int prefork, params Pair[] others) => _site.Configure(
        string.Concat(_pairs.Concat(others).Select(pair => HandshakeTests.Server(pair.Key, pair, "connection { max requests 1000000 }"))), prefork);

    // With each of the keys.
    private void Shake()
    {
        foreach (string name in (string[])["rsa", "ecdsa", "ed25519"])
        {
            Assert.StartsWith("subject=CN = " + name, _place.Tool("openssl", "s_client", "-connect", "127.0.0.1:443", "-servername", name).Split('\n')
                .First(line => line.StartsWith("subject=", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
    }

    private bool IsShaken()
    {
        try
        {
            using SecurePeer peer = new(_place, 443, "rsa");
            return true;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return false;
        }
    }

    private void AwaitHandshake() => Await.Until(IsShaken, "handshakes succeed again");

    private static void AssertHidden(Daemon daemon, KeySearch search)
    {
        IReadOnlyList<Child> children = daemon.Children;
        Assert.Equal(["keys", "logger", "server 1", "server 2"], children.Select(child => child.Title).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        IReadOnlyList<string> inKeys = search.In(daemon.ChildNamed("keys").Id);
        Assert.Contains(inKeys, found => found.StartsWith("rsa.key p", StringComparison.Ordinal));
        Assert.Contains(inKeys, found => found.StartsWith("ecdsa.key scalar", StringComparison.Ordinal));
        Assert.Contains(inKeys, found => found.StartsWith("ed25519.key seed", StringComparison.Ordinal));
        IEnumerable<(string Title, int Id)> others = children.Where(child => child.Title is not "keys").Select(child => (child.Title, child.Id)).Append(("parent", daemon.Id));
        Assert.Empty(others.SelectMany(process => search.In(process.Id).Select(found => $"{process.Title}: {found}")));
    }
}
