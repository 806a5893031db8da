using System;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Relays;

/// <summary>The processes of a real relayd: who they are, what they may, and how they come and go.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly RelayGround _ground = new();

    public ProcessTests()
    {
        _ = _ground.Host("127.0.0.11");
        _ = _ground.Relay("127.0.0.11", "check script \"/bin/true\"");
    }

    public void Dispose() => _ground.Dispose();

    [Fact]
    public void Each_process_has_its_user_an_empty_root_and_no_right()
    {
        using Daemon daemon = _ground.Start();

        Assert.Equal("control hce relay 1 relay 2 script", string.Join(' ', daemon.Children.Select(static child => child.Title)));
        Assert.All(daemon.Children, AssertConfined);
        Assert.All(daemon.Children.Where(static child => child.Title != "script"), static child => Assert.Equal("/var/empty", new FileInfo($"/proc/{child.Id}/root").LinkTarget));
        Assert.All(daemon.Children.Where(static child => child.Title is not "script"), child => AssertDescriptors(child, daemon.Id));
    }

    [Fact]
    public void It_says_how_it_comes_and_goes_and_passes_other_signals_over()
    {
        using Daemon daemon = _ground.Start();
        File.WriteAllText(_ground.Configuration, File.ReadAllText(_ground.Configuration).Replace("prefork 2", "prefork 4", StringComparison.Ordinal));
        string[] before = [.. daemon.Children.Select(static child => $"{child.Title} {child.Id}")];

        daemon.Signal(Libc.SIGUSR1);
        daemon.Signal(Libc.SIGPIPE);
        daemon.Reload();

        Assert.Equal(before, daemon.Children.Select(static child => $"{child.Title} {child.Id}"), StringComparer.Ordinal);
        Assert.Equal(0, daemon.Stop(Libc.SIGINT));
        Assert.Contains("startup", daemon.Said, StringComparer.Ordinal);
        Assert.Contains($"parent terminating, pid {daemon.Id}", daemon.Said, StringComparer.Ordinal);
        Assert.All(before, child => Assert.Contains(Exiting(child), daemon.Said, StringComparer.Ordinal));
    }

    private static string Exiting(string child) => $"{child[..child.LastIndexOf(' ')]} exiting, pid {child[(child.LastIndexOf(' ') + 1)..]}";

    private void AssertConfined(Child child)
    {
        string user = _ground.Place.Tool("id", "-u", child.Title == "script" ? "_relayd_script" : "_relayd").Trim();
        Assert.All(
            child.OfThreads("Uid", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp"),
            facts => Assert.Equal($"Uid {user} {user} {user} {user}; CapPrm 0000000000000000; CapEff 0000000000000000; CapAmb 0000000000000000; NoNewPrivs 1; Seccomp 2", facts));
    }

    // As many as the parent may have, which has as many as it may get.
    private static void AssertDescriptors(Child child, int parent) => Assert.Equal(LimitOf(parent), LimitOf(child.Id));

    private static string LimitOf(int process) => File.ReadLines($"/proc/{process}/limits").First(static line => line.StartsWith("Max open files", StringComparison.Ordinal));
}
