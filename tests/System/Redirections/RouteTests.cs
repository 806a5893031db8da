using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Redirections;

/// <summary>Direct server return: packets go to a host as they are, and the host answers the client itself.</summary>
public sealed class RouteTests(RouteGround ground) : IClassFixture<RouteGround>
{
    private const string Nothing = "counter packets 0 bytes 0";

    [Theory]
    [InlineData(Network.Virtual, RouteGround.From)]
    [InlineData(Network.Virtual6, RouteGround.From6)]
    public void Hosts_take_turns_and_answer_the_client_by_their_own_way(string to, string from)
    {
        ground.AwaitHosts(3);

        string[] answers = [.. Enumerable.Range(0, 6).Select(_ => ground.Network.Ask(Server.Port, from, to))];

        Assert.All(answers.CountBy(static answer => answer, StringComparer.Ordinal), static pair => Assert.Equal(2, pair.Value));
        Assert.All(answers, answer => Assert.EndsWith($" {from}", answer, StringComparison.Ordinal));
        Assert.Equal(2, ground.Witnessed.Split(Nothing).Length - 1);
    }

    [Fact]
    public void All_packets_of_a_connection_reach_its_host()
    {
        ground.AwaitHosts(3);
        List<(Socket Client, string Name)> clients = [.. Enumerable.Range(0, 6).Select(_ => Connected())];

        Assert.All(clients.Concat(clients), static client => AssertLives(client.Client, client.Name));

        clients.ForEach(static client => client.Client.Dispose());
    }

    [Fact]
    public void Datagrams_of_a_client_reach_one_host()
    {
        ground.AwaitHosts(3);
        using Socket client = ground.Network.Datagrams(Server.Port, from: RouteGround.From);
        string? first = null;
        Await.Until(() => (first = Network.AskOnce(client)) is not null, "a datagram is answered");

        string?[] answers = [.. Enumerable.Range(0, 5).Select(_ => Network.AskOnce(client))];

        Assert.All(answers, answer => Assert.Equal(first, answer));
    }

    [Fact]
    public void A_client_of_a_sticky_redirection_stays_with_its_host() =>
        Assert.Single(Enumerable.Range(0, 6).Select(_ => ground.Network.Ask(Server.InRange, RouteGround.From)).Distinct(StringComparer.Ordinal));

    [Fact]
    public void The_first_packet_of_a_flow_is_logged_and_no_other()
    {
        ground.AwaitHosts(3);
        using PacketLog log = new(ground.Network.Balancer, group: 1);

        _ = ground.Network.Ask(Server.InRange, RouteGround.From);
        _ = ground.Network.Ask(Server.InRange, "10.0.2.2");

        Assert.Equal([(RouteGround.From, PacketLog.Syn), ("10.0.2.2", PacketLog.Syn)], ((string, byte)[])[Logged(log.Next()), Logged(log.Next())]);
    }

    [Fact]
    public void A_host_that_fails_takes_no_flow_of_others_with_it()
    {
        ground.AwaitHosts(3);
        List<(Socket Client, string Name)> clients = [.. Enumerable.Range(0, 6).Select(_ => Connected())];
        Server failed = ground.Network.Hosts[1];
        int before = ground.Daemon.Said.Count;

        failed.Kill();
        ground.AwaitHosts(2);
        Await.Until(
            () => ground.Daemon.Said.Skip(before).Any(static line => line.Contains("table direct: 0 added, ", StringComparison.Ordinal) && !line.EndsWith(" 0 killed", StringComparison.Ordinal)),
            "its flows are taken out");
        string flows = ground.Flows;
        _ = failed.Begin();
        ground.AwaitHosts(3);

        Assert.All(clients.Where(client => client.Name != failed.Name), static client => AssertLives(client.Client, client.Name));
        Assert.DoesNotContain($": {failed.Addresses[0]}", flows, StringComparison.Ordinal);
        clients.ForEach(static client => client.Client.Dispose());
    }

    [Fact]
    public void Connections_outlive_a_reload_without_their_redirection_and_a_restart()
    {
        ground.AwaitHosts(3);
        (Socket client, string name) = Connected();

        ground.Write(ground.Other);
        Assert.Equal(0, ground.Control("reload").Status);
        Await.Until(() => !ground.Flows.Contains($" . {Server.Port} :", StringComparison.Ordinal), "nothing new is taken");
        AssertLives(client, name);
        Assert.Equal(0, ground.Daemon.Stop());
        AssertLives(client, name);
        ground.Write(ground.Whole);
        ground.StartAgain();
        ground.AwaitHosts(3);

        AssertLives(client, name);
        client.Dispose();
    }

    // The kernel takes seconds to list so many, and what it tells at once held up everything else.
    [Fact]
    public void However_many_flows_a_host_has_that_fails_the_process_does_everything_else_while_they_are_forgotten()
    {
        const int OfEach = 40_000;
        const int OfEach6 = 1000;
        ground.AwaitHosts(3);
        (string map, string map6) = (ground.MapOf("ip"), ground.MapOf("ip6"));
        ground.NoteDown("ip", map, OfEach);
        ground.NoteDown("ip6", map6, OfEach6);
        ground.AwaitHosts(3);
        Child process = ground.Daemon.ChildNamed("pfe");
        (Server failed, Server disabled) = (ground.Network.Hosts[0], ground.Network.Hosts[1]);
        int before = ground.Daemon.Said.Count;

        failed.Kill();
        ground.AwaitHosts(2);
        Assert.Equal(0, ground.Control("host", "disable", disabled.Addresses[0]).Status);
        Await.Until(() => ground.TryAsk(Server.Port) == ground.TryAsk(Server.Port), TimeSpan.FromSeconds(2), () => $"the rules follow meanwhile: {ground.Daemon.Words()}");
        ground.AwaitHosts(1);
        string said = ground.Daemon.AwaitLine("table direct: 0 added, 2 deleted, 0 changed, ", before);
        Assert.InRange(int.Parse(said.Split(' ')[^2], CultureInfo.InvariantCulture), OfEach + OfEach6, OfEach + OfEach6 + 1000);
        Assert.Equal(process.Id, ground.Daemon.ChildNamed("pfe").Id);
        Daemon.Signal(process.Id, Libc.SIGKILL);
        ground.Daemon.AwaitSuccessor(process, Await.Usual);
        ground.AwaitHosts(1);

        string[] present = [.. ((string[])["ip", "ip6"]).Select(family => ground.Network.Balancer.Tool("nft", "list", "map", family, "sluice", family == "ip" ? map : map6))];
        Assert.Equal([0, OfEach, OfEach, 0, OfEach6, OfEach6], Enumerable.Range(0, 6).Select(index => Noted(present[index / 3], ground.Network.Hosts[index % 3].Addresses[index / 3])));
        ground.Network.Balancer.Tool("nft", $"flush map ip sluice {map}; flush map ip6 sluice {map6}");
        _ = failed.Begin();
        Assert.Equal(0, ground.Control("host", "enable", disabled.Addresses[0]).Status);
        ground.AwaitHosts(3);
    }

    [Fact]
    public void A_redirection_that_a_reload_removes_while_its_flows_are_looked_through_does_no_harm()
    {
        ground.AwaitHosts(3);
        string map = ground.MapOf("ip");
        ground.NoteDown("ip", map, 30_000);
        ground.AwaitHosts(3);
        Child process = ground.Daemon.ChildNamed("pfe");
        Server failed = ground.Network.Hosts[2];
        int before = ground.Daemon.Said.Count;

        failed.Kill();
        ground.AwaitHosts(2);
        ground.Write(ground.Other);
        Assert.Equal(0, ground.Control("reload").Status);
        Await.Until(() => !ground.Caught.Contains($" . {Server.Port} :", StringComparison.Ordinal), "nothing new is taken");
        ground.Write(ground.Whole);
        Assert.Equal(0, ground.Control("reload").Status);
        ground.AwaitHosts(2);

        Assert.Equal(process.Id, ground.Daemon.ChildNamed("pfe").Id);
        Assert.DoesNotContain(ground.Daemon.Said.Skip(before), static line => line.Contains("could not", StringComparison.Ordinal) || line.Contains("refused", StringComparison.Ordinal) || line.Contains("the rules of redirections stay", StringComparison.Ordinal));
        ground.Network.Balancer.Tool("nft", $"flush map ip sluice {map}");
        _ = failed.Begin();
        ground.AwaitHosts(3);
    }

    private static int Noted(string map, string host) => Regex.Count(map, $"timeout 10m expires \\S+ : {Regex.Escape(host)}(?![0-9])", RegexOptions.None, TimeSpan.FromSeconds(10));

    // One of three hosts has all states, for the others were out; then they get what comes.
    [Fact]
    public void Hosts_with_fewest_states_get_the_next_connections()
    {
        ground.AwaitHosts(3);
        string[] others = [ground.Network.Hosts[1].Addresses[0], ground.Network.Hosts[2].Addresses[0]];
        Assert.All(others, other => Assert.Equal(0, ground.Control("host", "disable", other).Status));
        Await.Until(() => !Array.Exists(others, ground.Translated.Contains), "one host serves");
        _ = Least(60);

        Assert.All(others, other => Assert.Equal(0, ground.Control("host", "enable", other).Status));

        Await.Until(() => Array.TrueForAll(others, ground.Translated.Contains) && !ground.Translated.Contains(ground.Network.Hosts[0].Addresses[0], StringComparison.Ordinal), "the others serve");
        Assert.Equal(["s2", "s3"], Least(4).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private string[] Least(int count) => [.. Enumerable.Range(0, count).Select(_ => RedirectGround.Name(ground.Network.Ask(RouteGround.Least)))];

    [Fact]
    public void What_a_side_has_ended_is_noted_down_briefly()
    {
        ground.AwaitHosts(3);
        using (Connected().Client)
        {
        }

        Assert.Contains("timeout 1m ", ground.Flows, StringComparison.Ordinal);
    }

    private static (string From, byte Flags) Logged(LoggedPacket packet) => (packet.From.ToString(), packet.Flags);

    private (Socket Client, string Name) Connected()
    {
        Socket client = ground.Network.Connect(Server.Port, RouteGround.From);
        return (client, RedirectGround.Name(Network.Read(client)));
    }

    private static void AssertLives(Socket client, string name)
    {
        _ = client.Send("again\n"u8);
        Assert.Equal(name, RedirectGround.Name(Network.Read(client)));
    }
}
