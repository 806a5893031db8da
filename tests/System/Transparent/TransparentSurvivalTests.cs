using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Sockets;

using Sluice.System.Ground;
using Sluice.System.Redirections;

using Xunit;

namespace Sluice.System.Transparent;

/// <summary>What becomes of transparent relays when processes die, configurations change, and sockets are short.</summary>
public sealed class TransparentSurvivalTests(TransparentGround ground) : IClassFixture<TransparentGround>
{
    private const int AtOnce = 600;
    private const int Clients = 250;

    // Of a relay, with a batch of sockets for each of four kinds.
    private const int FewDescriptors = 64;

    [Fact]
    public void A_successor_of_a_relay_has_sockets_of_its_own()
    {
        Child[] killed = [.. ground.Daemon.Children.Where(static child => child.Title.StartsWith("relay ", StringComparison.Ordinal))];

        Array.ForEach(killed, static child => Daemon.Signal(child.Id, Libc.SIGKILL));
        Array.ForEach(killed, child => ground.Daemon.AwaitSuccessor(child, Await.Usual));

        Assert.All(Enumerable.Range(0, 20), _ => AssertServes());
    }

    [Fact]
    public void Children_end_with_the_parent_that_makes_their_sockets_and_the_next_one_serves()
    {
        Child[] children = [.. ground.Daemon.Children];

        ground.Daemon.Signal(Libc.SIGKILL);
        Await.Until(() => children.All(static child => !child.Lives), TimeSpan.FromSeconds(5), () => "the children end");
        ground.StartAgain();

        AssertServes();
        Assert.DoesNotContain(ground.Daemon.Said, static line => line.Contains("nothing brings packets", StringComparison.Ordinal));
    }

    [Fact]
    public void A_reload_gives_sockets_and_takes_them_away()
    {
        AssertServes();
        int before = ground.Daemon.ReadyCount;

        ground.Reload(ground.Text.Replace("transparent forward", "forward", StringComparison.Ordinal));
        Await.Until(() => ground.Daemon.ReadyCount > before, "the reload is over");
        string plainly = ground.Ask(TransparentGround.Plain, Network.Virtual);
        int sockets = SocketsOf(ground.Daemon.ChildNamed("relay 1"));
        ground.Reload(ground.Text);
        Await.Until(() => ground.Ask(TransparentGround.Plain, Network.Virtual).StartsWith(TransparentGround.Client, StringComparison.Ordinal), "it is transparent again");

        Assert.StartsWith($"{TransparentGround.Balancer} at ", plainly, StringComparison.Ordinal);
        Assert.InRange(sockets, 1, FewDescriptors);
    }

    [Fact]
    public void More_connections_at_once_than_sockets_are_here_all_get_one()
    {
        Socket[] clients = [.. Enumerable.Range(0, AtOnce).AsParallel().WithDegreeOfParallelism(8).Select(number => ground.Network.Connect(TransparentGround.Plain, Address(number)))];

        string[] seen = [.. clients.Select(static client => TransparentGround.Say(client, "?\n").Split(' ')[0])];

        Assert.Equal(clients.Select(static client => client.LocalEndPoint!.ToString()!.Split(':')[0]), seen, StringComparer.Ordinal);
        Array.ForEach(clients, static client => client.Dispose());
    }

    [Fact]
    public void A_name_server_sees_each_of_many_clients() => Assert.All(
        Enumerable.Range(0, Clients).AsParallel().WithDegreeOfParallelism(8)
            .Select(number => (Client: Address(number), Answer: ground.AskName(TransparentGround.TransparentNames, Network.Virtual, Address(number)))).ToArray(),
        static asked => Assert.Equal($"who.test {asked.Client}", asked.Answer));

    [Fact]
    public void Without_the_right_relayd_does_not_start_and_says_which_it_needs()
    {
        string own = Path.Combine(ground.Network.Balancer.Folder, "other.conf");
        File.WriteAllText(own, $"socket \"{own}.sock\"\nrelay \"r\" {{\nlisten on 127.0.0.1 port 8100\ntransparent forward to 127.0.0.1 port 8101\n}}\n");

        (int status, _, string errors) = ground.Network.Balancer.Call("setpriv", "--bounding-set", "-net_admin,-net_raw", Place.Program("relayd"), "-d", "-f", own);

        Assert.Equal(1, status);
        Assert.Contains("it takes CAP_NET_ADMIN or CAP_NET_RAW", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_start_without_rules_says_where_they_are()
    {
        ground.Network.Balancer.Tool("ip", "rule", "del", "preference", "5300");

        ground.StartAgain();
        ground.Apply(ground.Rules);

        Assert.Contains("in IPv4: relayctl show rules | sh", ground.Daemon.AwaitLine("nothing brings packets for others"), StringComparison.Ordinal);
        Assert.DoesNotContain(ground.Daemon.Said, static line => line.Contains("in IPv6: relayctl", StringComparison.Ordinal));
        AssertServes();
    }

    private void AssertServes() => Assert.StartsWith($"{TransparentGround.Client} at ", ground.Ask(TransparentGround.Plain, Network.Virtual), StringComparison.Ordinal);

    private static string Address(int number) => string.Create(CultureInfo.InvariantCulture, $"10.0.1.{number % Clients}");

    private static int SocketsOf(Child process) =>
        Directory.EnumerateFiles($"/proc/{process.Id}/fd").Count(static link => new FileInfo(link).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
