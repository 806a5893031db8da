using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>Who comes after whom: children that die again and again, and a program that was upgraded under its daemon (D-05, D-06).</summary>
[Waits]
public sealed class SuccessionTests : IDisposable
{
    private const int Deaths = 10;

    // From then on the parent takes a child of another build for an upgrade, and not for a broken installation.
    private static readonly TimeSpan _settled = TimeSpan.FromSeconds(11);

    private readonly Place _place = new();
    private readonly Site _site;

    public SuccessionTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer("", prefork: 2);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Ten_deaths_of_a_role_within_a_minute_end_the_daemon_and_name_the_role()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        IReadOnlyList<Child> others = [daemon.ChildNamed("logger")];

        KillAgainAndAgain(daemon, Deaths);

        Assert.Equal(1, daemon.AwaitEnd());
        Assert.Contains(daemon.Said, line => line.EndsWith("server died 10 times within a minute: httpd ends", StringComparison.Ordinal));
        Await.Until(() => others.All(child => !child.Lives), "the other children end too");
    }

    [Fact]
    public void Nine_deaths_do_not()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);

        KillAgainAndAgain(daemon, Deaths - 1);

        Assert.Equal(200, Ask());
        Assert.Equal(0, daemon.Stop());
    }

    /// <summary>H-PRIVSEP-11.</summary>
    [Fact]
    public void A_child_that_is_asked_to_end_ends_and_has_a_successor()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        Child child = daemon.ChildNamed("server 1");

        Daemon.Signal(child.Id, Libc.SIGTERM);

        daemon.AwaitSuccessor(child, Await.Usual);
        Assert.Equal(200, Ask());
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void After_an_upgrade_of_the_files_a_new_child_makes_the_parent_execute_itself_anew_with_the_same_listeners()
    {
        string program = _place.CopyOf("httpd");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration, program);
        Stopwatch age = Stopwatch.StartNew();
        IReadOnlyList<Child> children = daemon.Children;
        string listeners = Listeners(_place);
        Await.Until(() => age.Elapsed > _settled, _settled * 2, () => "the daemon is old enough");

        InstallAnotherBuild(program);
        Daemon.Signal(daemon.ChildNamed("server 1").Id, Libc.SIGKILL);
        daemon.AwaitLine("the program was upgraded: executing it anew");

        Assert.Equal(200, Ask());
        Await.Until(() => daemon.ReadyCount == 2, Await.Usual, daemon.Words);
        Assert.Equal(listeners, Listeners(_place));
        Assert.All(children, child => Assert.False(child.Lives));
        Assert.Equal(["logger", "server 1", "server 2"], daemon.Children.Select(child => child.Title), StringComparer.Ordinal);
        Assert.Equal(200, Ask());
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void After_an_upgrade_relayd_has_the_same_listeners_and_knows_its_hosts_and_counters()
    {
        using RelayGround ground = new();
        _ = ground.Host("127.0.0.11");
        _ = ground.Host("127.0.0.12");
        string program = ground.Place.CopyOf("relayd");
        using Daemon daemon = Daemon.Start(ground.Place, ground.Relay("127.0.0.11 127.0.0.12", "check tcp").Configuration, program);
        Stopwatch age = Stopwatch.StartNew();
        IReadOnlyList<Child> children = daemon.Children;
        string listeners = Listeners(ground.Place);
        Assert.Equal(0, ground.Control("host", "disable", "127.0.0.12").Status);
        Assert.Equal("127.0.0.11", string.Join(' ', ground.Count(20).Keys));
        ground.AwaitSessions("plain", 20);
        Await.Until(() => age.Elapsed > _settled, _settled * 2, () => "the daemon is old enough");

        InstallAnotherBuild(program);
        Daemon.Signal(daemon.ChildNamed("control").Id, Libc.SIGKILL);
        daemon.AwaitLine("the program was upgraded: executing it anew");
        // What the old ones accepted ends with them; from then on clients wait in the queues.
        Await.Until(() => children.All(child => !child.Lives), Await.Usual, daemon.Words);
        Assert.Equal("127.0.0.11", string.Join(' ', ground.Count(20).Keys));
        Await.Until(() => daemon.ReadyCount == 2, Await.Usual, daemon.Words);

        Assert.Equal(listeners, Listeners(ground.Place));
        Assert.All(children, child => Assert.False(child.Lives));
        Assert.Equal(["control", "hce", "relay 1", "relay 2"], daemon.Children.Select(child => child.Title), StringComparer.Ordinal);
        ground.AwaitSessions("plain", 40);
        Assert.Equal(["127.0.0.11 up", "127.0.0.12 disabled"], ground.Hosts().Select(host => $"{host.Address} {host.Status}"), StringComparer.Ordinal);
        Assert.Equal("127.0.0.11", string.Join(' ', ground.Count(20).Keys));
        Assert.Equal(0, daemon.Stop());
    }

    [Fact]
    public void Files_of_different_builds_right_after_the_start_end_the_daemon_with_a_message()
    {
        string program = _place.CopyOf("httpd");
        using Daemon daemon = Daemon.Start(_place, _site.Configuration, program);

        // Where the machine stands still for ten seconds the first is an upgrade, and the next comes right after that.
        for (int upgrades = 1; upgrades <= 3 && !daemon.HasEnded; upgrades++)
        {
            InstallAnotherBuild(program);
            Daemon.Signal(daemon.ChildNamed("server 1").Id, Libc.SIGKILL);
            Await.Until(() => daemon.HasEnded || daemon.ReadyCount > upgrades, Await.Usual, daemon.Words);
        }

        Assert.Equal(1, daemon.AwaitEnd());
        Assert.Contains(daemon.Said, line => line.EndsWith("the files of the program are of different builds: httpd ends", StringComparison.Ordinal));
    }

    private static void KillAgainAndAgain(Daemon daemon, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Child server = daemon.ChildNamed($"server {1 + (i % 2)}");
            Daemon.Signal(server.Id, Libc.SIGKILL);
            Await.Until(() => !server.Lives, "a killed child is gone");
        }
    }

    /// <summary>What tells builds apart is the identity that the compiler gives a module; an upgrade renames a new file over the old one.</summary>
    private static void InstallAnotherBuild(string program)
    {
        byte[] content = File.ReadAllBytes(program + ".dll");
        using PEReader file = new(ImmutableArray.Create(content));
        MetadataReader metadata = file.GetMetadataReader();
        byte[] identity = metadata.GetGuid(metadata.GetModuleDefinition().Mvid).ToByteArray();
        content[content.AsSpan().IndexOf(identity)] ^= 1;
        File.WriteAllBytes(program + ".new", content);
        File.Move(program + ".new", program + ".dll", overwrite: true);
    }

    /// <summary>The inodes of the sockets that listen.</summary>
    private static string Listeners(Place place) => string.Join(' ', place.Tool("ss", "-Hltne", "sport = :80").Split(' ', '\n')
        .Where(word => word.StartsWith("ino:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    private int Ask()
    {
        using Peer peer = new(_place, 80);
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        return Heads.Status(peer.Answer().Head);
    }
}
