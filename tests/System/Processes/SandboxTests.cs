using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Processes;

/// <summary>What each process of a running httpd may do, read from /proc after it has served.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly Place _place = new();
    private readonly Site _site;
    private readonly Daemon _daemon;

    public SandboxTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray())
            .ConfigureServer("notify-on-block { socket \"/run/s\", message \"m\" }", prefork: 2);
        _daemon = Daemon.Start(_place, _site.Configuration);
        for (int i = 0; i < 20; i++)
        {
            using Peer peer = new(_place, 80);
            peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
            peer.Answer();
        }
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void Only_the_processes_that_the_configuration_needs_are_there()
    {
        Assert.Equal("logger notifier server 1 server 2", string.Join(' ', _daemon.Children.Select(child => child.Title)));
        Assert.Equal("httpd: parent", File.ReadAllText($"/proc/{_daemon.Id}/cmdline").Split('\0')[0]);
    }

    /// <summary>H-PRIVSEP-01 and -25: who is root listens to nobody, and is not confined.</summary>
    [Fact]
    public void The_parent_is_root_outside_the_chroot_and_nobody_can_talk_to_it()
    {
        Assert.Equal("/", _place.Tool("readlink", $"/proc/{_daemon.Id}/root").Trim());
        Assert.Equal("0", _place.Tool("stat", "-c", "%u", $"/proc/{_daemon.Id}").Trim());
        Assert.Equal("", _place.Tool("ss", "-Hlx").Trim());
    }

    /// <summary>H-LIMIT-07.</summary>
    [Fact]
    public void A_server_may_have_as_many_descriptors_as_the_system_lets_it()
    {
        string[] words = File.ReadLines($"/proc/{_daemon.ChildNamed("server 1").Id}/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(words[4], words[3]);
    }

    [Theory]
    [InlineData("logger")]
    [InlineData("notifier")]
    [InlineData("server 1")]
    [InlineData("server 2")]
    public void Every_thread_has_given_up_everything(string title)
    {
        Child child = _daemon.ChildNamed(title);
        string user = _place.Tool("id", "-u", "www").Trim();
        string group = _place.Tool("id", "-g", "www").Trim();

        IReadOnlyList<string> facts = child.OfThreads("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp");

        Assert.NotEmpty(facts);
        Assert.All(facts, fact => Assert.Equal(
            $"Uid {user} {user} {user} {user}; Gid {group} {group} {group} {group}; Groups ; " +
            "CapInh 0000000000000000; CapPrm 0000000000000000; CapEff 0000000000000000; CapAmb 0000000000000000; " +
            "NoNewPrivs 1; Seccomp 2",
            fact));
    }

    [Theory]
    [InlineData("logger")]
    [InlineData("notifier")]
    [InlineData("server 1")]
    [InlineData("server 2")]
    public void The_root_folder_is_the_chroot(string title)
    {
        Child child = _daemon.ChildNamed(title);

        Assert.Equal(_site.Root, LinkOf(child, "root"));
        Assert.Equal(_site.Root, LinkOf(child, "cwd"));
    }

    [Theory]
    [InlineData("logger")]
    [InlineData("notifier")]
    [InlineData("server 1")]
    public void No_descriptor_leads_to_a_folder(string title)
    {
        Child child = _daemon.ChildNamed(title);

        List<string> targets = [.. Directory.EnumerateFileSystemEntries($"/proc/{child.Id}/fd")
            .Select(path => _place.Call("stat", "-L", "-c", "%F", path).Output.Trim())];

        Assert.DoesNotContain(targets, target => target is "directory");
    }

    [Theory]
    [InlineData("logger")]
    [InlineData("notifier")]
    [InlineData("server 1")]
    public void Another_process_of_the_same_user_cannot_look_in(string title)
    {
        Child child = _daemon.ChildNamed(title);

        // Not dumpable, so that what /proc shows of it belongs to root: proc(5), prctl(2).
        Assert.Equal("0", _place.Tool("stat", "-c", "%u", $"/proc/{child.Id}/environ").Trim());
    }

    [Theory]
    [InlineData("logger")]
    [InlineData("notifier")]
    [InlineData("server 1")]
    public void The_environment_is_a_small_one(string title)
    {
        Child child = _daemon.ChildNamed(title);

        IEnumerable<string> names = File.ReadAllText($"/proc/{child.Id}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=')[0]);

        Assert.All(names, name => Assert.Matches("^(PATH|TZ|LANG|(DOTNET|SLUICE)_[A-Za-z0-9_]+)$", name));
    }

    [Fact]
    public void No_diagnostics_socket_is_left_in_the_folder_for_temporary_files()
    {
        int[] ids = [_daemon.Id, .. _daemon.Children.Select(child => child.Id)];

        IEnumerable<string> left = Directory.EnumerateFileSystemEntries(Path.GetTempPath())
            .Where(path => ids.Any(id => path.Contains(FormattableString.Invariant($"-{id}-"), StringComparison.Ordinal)));

        Assert.Empty(left);
    }

    private string LinkOf(Child child, string name) => _place.Tool("readlink", $"/proc/{child.Id}/{name}").Trim();
}
