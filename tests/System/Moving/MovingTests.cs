using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Threading;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Moving;

/// <summary>Tables that take hosts from names, SRV records and files while relayd runs (D-58).</summary>
public sealed class MovingTests(MovingGround ground) : IClassFixture<MovingGround>
{
    [Fact]
    public void A_record_that_changes_moves_the_table_and_no_request_fails()
    {
        ground.Zone.Replace("app.test", MovingGround.Address + MovingGround.Host(1));
        ground.AwaitHosts(MovingGround.ByName, 1);
        using Peer session = new(ground.Ground.Place, MovingGround.ByName);
        session.Send("who\n");
        Await.Until(() => ground.Ground.Sessions().Count > 0, Await.Usual, ground.Daemon.Words);

        ConcurrentQueue<string> answers = [];
        using CancellationTokenSource end = new();
        Thread traffic = new(() =>
        {
            while (!end.IsCancellationRequested)
            {
                answers.Enqueue(ground.Ask(MovingGround.ByName, 1)[0]);
            }
        });
        traffic.Start();
        ground.Zone.Replace("app.test", MovingGround.Address + MovingGround.Host(2), MovingGround.Address + MovingGround.Host(3));
        ground.AwaitHosts(MovingGround.ByName, 2, 3);
        ground.Zone.Replace("app.test", MovingGround.Address + MovingGround.Host(4));
        ground.AwaitHosts(MovingGround.ByName, 4);
        end.Cancel();
        traffic.Join();

        Assert.DoesNotContain("", answers, StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(1, 4).Select(MovingGround.Host), answers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal);

        // Who was connected stays, though the host is of no table any more.
        Assert.Equal(MovingGround.Host(1), RelayGround.Ask(session).Split('\n')[0]);
    }

    [Fact]
    public void Srv_records_say_ports_and_weights_and_the_best_priority_counts()
    {
        ground.Zone.Replace(
            "_who._tcp.test", "_who._tcp.test. 2 IN SRV 5 1 8080 two.test.", "_who._tcp.test. 2 IN SRV 5 3 8080 one.test.", "_who._tcp.test. 2 IN SRV 9 3 8080 three.test.");
        ground.AwaitHosts(MovingGround.ByService, 1, 2);
        // Three of four; two processes count for themselves.
        Assert.InRange(ground.Ask(MovingGround.ByService, 16).Count(static name => name == MovingGround.Host(1)), 10, 14);
        Assert.Contains($"{MovingGround.Host(1)}:8080", ground.Ground.Control("show", "summary").Output, StringComparison.Ordinal);

        // A target that moves is looked at again as well.
        ground.Zone.Replace("two.test", $"two.test. 2 IN A {MovingGround.Host(3)}");
        ground.AwaitHosts(MovingGround.ByService, 1, 3);
        ground.Zone.Replace("two.test", $"two.test. 2 IN A {MovingGround.Host(2)}");
    }

    [Fact]
    public void A_file_that_changes_moves_the_table_and_one_that_is_wrong_changes_nothing()
    {
        ground.WriteFile($"{MovingGround.Host(2)} weight 2\n{MovingGround.Host(3)} port 8080 # spare\n");
        ground.AwaitHosts(MovingGround.ByFile, 2, 3);
        Assert.InRange(ground.Ask(MovingGround.ByFile, 12).Count(static name => name == MovingGround.Host(2)), 7, 9);

        ground.WriteFile($"{MovingGround.Host(1)}\n{MovingGround.Host(4)} prt 8080\n");
        _ = ground.Daemon.AwaitLine($"{ground.FilePath}:2: prt is not understood: a line is: address [port number] [weight number]; tables keep the hosts that they have");
        ground.AwaitHosts(MovingGround.ByFile, 2, 3);
        (int status, _, string errors) = ground.Ground.Control("reload");
        Assert.Equal(1, status);
        Assert.Contains($"{ground.FilePath}:2: prt is not understood", errors, StringComparison.Ordinal);
        ground.AwaitHosts(MovingGround.ByFile, 2, 3);

        File.Delete(ground.FilePath);
        _ = ground.Daemon.AwaitLine($"{ground.FilePath}: ");
        ground.WriteFile($"{MovingGround.Host(4)}\n");
        ground.AwaitHosts(MovingGround.ByFile, 4);
    }

    [Fact]
    public void A_session_outlives_more_changes_of_hosts_than_configurations_live()
    {
        ground.WriteFile($"{MovingGround.Host(1)}\n");
        ground.AwaitHosts(MovingGround.ByFile, 1);
        using Peer session = new(ground.Ground.Place, MovingGround.ByFile);
        session.Send("who\n");
        Await.Until(() => ground.Ground.Sessions().Count > 0, Await.Usual, ground.Daemon.Words);
        for (int change = 0; change < 10; change++)
        {
            Assert.Equal((0, ""), Called("host", "add", "list", "127.0.0.19"));
            Assert.Equal((0, ""), Called("host", "remove", "127.0.0.19"));
        }

        Assert.Equal(MovingGround.Host(1), RelayGround.Ask(session).Split('\n')[0]);
    }

    [Fact]
    public void Without_name_servers_tables_stay_as_they_are_over_a_reload_too()
    {
        ground.Zone.Replace("app.test", MovingGround.Address + MovingGround.Host(1));
        ground.AwaitHosts(MovingGround.ByName, 1);
        ground.Zone.Silence();
        _ = ground.Daemon.AwaitLine("app.test has no address, or no name server answers; tables keep the hosts that they have");
        ground.WriteFile($"{MovingGround.Host(3)}\n");
        Assert.Equal(0, ground.Ground.Control("reload").Status);
        _ = ground.Daemon.AwaitLine("app.test has no address, or no name server answers: its tables keep the hosts that they have");
        ground.AwaitHosts(MovingGround.ByName, 1);
        ground.AwaitHosts(MovingGround.ByFile, 3);
        ground.Zone.Speak();
        ground.Zone.Replace("app.test", MovingGround.Address + MovingGround.Host(2));
        ground.AwaitHosts(MovingGround.ByName, 2);
    }

    [Fact]
    public void Who_looks_owns_nothing_and_is_replaced()
    {
        Child resolver = ground.Daemon.ChildNamed("resolver");
        string status = File.ReadAllText($"/proc/{resolver.Id}/status");
        string user = ground.Ground.Place.Tool("id", "-u", "_resolver").Trim();
        Assert.Contains($"Uid:\t{user}\t{user}\t{user}\t{user}", status, StringComparison.Ordinal);
        Assert.Contains("CapEff:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);

        Daemon.Signal(resolver.Id, Libc.SIGKILL);
        Await.Until(() => ground.Daemon.Children.Any(child => child.Title is "resolver" && child.Id != resolver.Id), Await.Usual, ground.Daemon.Words);
        ground.Zone.Replace("app.test", MovingGround.Address + MovingGround.Host(3));
        ground.AwaitHosts(MovingGround.ByName, 3);
    }

    private (int Status, string Errors) Called(params string[] words)
    {
        (int status, _, string errors) = ground.Ground.Control(words);
        return (status, errors);
    }
}
