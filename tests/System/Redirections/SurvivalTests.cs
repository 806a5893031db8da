using System;
using System.Linq;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Redirections;

/// <summary>Rules outlive whatever happens to processes and to the packet filter, and none is left behind.</summary>
public sealed class SurvivalTests(RedirectGround ground) : IClassFixture<RedirectGround>
{
    [Fact]
    public void A_successor_of_the_packet_filter_process_finds_everything_and_doubles_nothing()
    {
        ground.AwaitHosts(3);
        string rules = ground.ListRules();
        using Socket client = Connect();
        Child killed = ground.Daemon.ChildNamed("pfe");

        int before = Uses();
        Daemon.Signal(killed.Id, Libc.SIGKILL);
        ground.Daemon.AwaitSuccessor(killed, Await.Usual);
        Await.Until(() => Uses() > before, "the successor works");

        ground.AwaitHosts(3);
        Await.Until(() => ground.ListRules() == rules, "the rules are as before");
        AssertLives(client);
    }

    [Fact]
    public void What_somebody_flushes_is_put_back_and_connections_live()
    {
        ground.AwaitHosts(3);
        string rules = ground.ListRules();
        using Socket client = Connect();

        ground.Network.Balancer.Tool("nft", "delete", "table", "inet", "sluice");

        ground.Daemon.AwaitLine("somebody else changed the rules of redirections");

        // Again at once, while it pauses.
        Await.Until(() => ground.Network.Balancer.Call("nft", "delete", "table", "inet", "sluice").Status == 0, "the rules are back");
        ground.AwaitHosts(3);
        Assert.Equal(rules, ground.ListRules());
        AssertLives(client);
    }

    [Fact]
    public void After_the_end_connections_live_and_nothing_new_is_redirected_until_the_next_start()
    {
        ground.AwaitHosts(3);
        using Socket client = Connect();

        Assert.Equal(0, ground.Daemon.Stop());

        AssertLives(client);
        Assert.Null(ground.TryAsk(RedirectGround.InTurn));
        ground.StartAgain();
        ground.AwaitHosts(3);
        AssertLives(client);
    }

    [Fact]
    public void After_the_parent_was_killed_too()
    {
        ground.AwaitHosts(3);
        using Socket client = Connect();

        ground.Daemon.Signal(Libc.SIGKILL);

        Await.Until(() => ground.TryAsk(RedirectGround.InTurn) is null, "nothing new is redirected");
        AssertLives(client);
        ground.StartAgain();
        ground.AwaitHosts(3);
        AssertLives(client);
    }

    // Nobody is left to empty the maps; the test takes away what the kernel takes away after a minute.
    [Fact]
    public void After_all_were_killed_at_once_the_kernel_redirects_for_a_minute_more_at_most()
    {
        ground.AwaitHosts(3);
        using Socket client = Connect();

        Daemon.Signal(ground.Daemon.ChildNamed("pfe").Id, Libc.SIGKILL);
        ground.Daemon.Signal(Libc.SIGKILL);

        Assert.Matches("ip expires [1-5]?[0-9]s", ground.Network.Balancer.Tool("nft", "list", "set", "inet", "sluice", "alive"));
        ground.Network.Balancer.Tool("nft", "delete element inet sluice alive { ip, ip6 }");
        Assert.Null(ground.TryAsk(RedirectGround.InTurn));
        AssertLives(client);
        ground.StartAgain();
        ground.AwaitHosts(3);
        AssertLives(client);
    }

    [Fact]
    public void Purge_removes_all_that_is_left_where_no_relayd_runs()
    {
        ground.AwaitHosts(3);
        (int refused, _, string reason) = ground.Control("purge");
        Assert.Equal(0, ground.Daemon.Stop());

        (int done, string output, _) = ground.Control("purge");

        Assert.Equal((1, 0, "command succeeded\n"), (refused, done, output));
        Assert.Contains("relayctl stop", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("sluice", ground.Network.Balancer.Tool("nft", "list", "ruleset"), StringComparison.Ordinal);
        Assert.Equal(ground.ForeignRules, ground.ListForeign());
        ground.StartAgain();
    }

    [Fact]
    public void Connections_live_over_a_reload_that_moves_removes_and_adds_redirections()
    {
        ground.AwaitHosts(3);
        using Socket moved = Connect();
        using Socket removed = Connect(RedirectGround.AtRandom);
        string text = ground.Text;

        ground.Reload(text.Replace($"port {RedirectGround.InTurn}\n", "port 180\n", StringComparison.Ordinal).Replace($"port {RedirectGround.AtRandom}\n", "port 181\n", StringComparison.Ordinal)
            .Replace("redirect \"random\"", "redirect \"added\"", StringComparison.Ordinal));

        ground.AwaitHosts(3, 180);
        ground.AwaitHosts(3, 181);
        Assert.Null(ground.TryAsk(RedirectGround.InTurn));
        AssertLives(moved);
        AssertLives(removed);
        ground.Reload(text);
        ground.AwaitHosts(3);
    }

    [Fact]
    public void The_process_has_one_capability_and_no_file_system()
    {
        Child process = ground.Daemon.ChildNamed("pfe");

        string status = global::System.IO.File.ReadAllText($"/proc/{process.Id}/status");

        Assert.Contains("CapEff:\t0000000000001000\n", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2\n", status, StringComparison.Ordinal);
        Assert.Equal("/var/empty", new global::System.IO.FileInfo($"/proc/{process.Id}/root").LinkTarget);
    }

    // All processes work by the configuration then.
    private int Uses() => ground.Daemon.Said.Count(static line => line.EndsWith(" in use", StringComparison.Ordinal));

    private Socket Connect(int port = RedirectGround.InTurn)
    {
        Socket client = ground.Network.Connect(port);
        _ = Network.Read(client);
        return client;
    }

    private static void AssertLives(Socket client)
    {
        _ = client.Send("again\n"u8);
        Assert.StartsWith("s", Network.Read(client), StringComparison.Ordinal);
    }
}
