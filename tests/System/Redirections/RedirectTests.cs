using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Redirections;

/// <summary>Redirections: the kernel passes on what clients send, and relayd says to whom.</summary>
public sealed class RedirectTests(RedirectGround ground) : IClassFixture<RedirectGround>
{
    private const int Connections = 3000;

    // The chance that this is exceeded by three servers at random is one in 10,000.
    private const double MostChiSquare = 18.4;

    [Fact]
    public void Random_connections_are_spread_evenly()
    {
        ground.AwaitHosts(3, RedirectGround.AtRandom);

        int[] counts = [.. Names(RedirectGround.AtRandom, Connections).CountBy(static name => name, StringComparer.Ordinal).Select(static pair => pair.Value)];

        Assert.Equal(3, counts.Length);
        Assert.InRange(counts.Sum(static count => Math.Pow(count - (Connections / 3.0), 2) / (Connections / 3.0)), 0, MostChiSquare);
    }

    [Theory]
    [InlineData(Network.Virtual)]
    [InlineData(Network.Virtual6)]
    public void Hosts_take_turns_and_see_the_client(string to)
    {
        ground.AwaitHosts(3);

        string[] answers = [.. Enumerable.Range(0, 6).Select(_ => ground.Network.Ask(RedirectGround.InTurn, to: to))];

        Assert.All(answers.CountBy(static answer => answer, StringComparer.Ordinal), static pair => Assert.Equal(2, pair.Value));
        Assert.All(answers, answer => Assert.EndsWith(to == Network.Virtual ? " 10.0.0.2" : " fd00::2", answer, StringComparison.Ordinal));
    }

    [Fact]
    public void A_hash_moves_the_share_of_a_host_that_failed_and_gives_it_back()
    {
        ground.AwaitHosts(3);
        Dictionary<string, string> before = BySource();
        Server failed = ground.Network.Hosts[1];

        ground.Kill(failed);
        Dictionary<string, string> meanwhile = BySource();
        ground.Revive(failed);

        Assert.Equal(3, before.Values.Distinct(StringComparer.Ordinal).Count());
        Assert.All(before.Where(pair => pair.Value != failed.Name), pair => Assert.Equal(pair.Value, meanwhile[pair.Key]));
        Assert.DoesNotContain(failed.Name, meanwhile.Values, StringComparer.Ordinal);
        Assert.Equal(before, BySource());
    }

    [Fact]
    public void Connections_to_other_hosts_are_untouched_when_one_fails()
    {
        ground.AwaitHosts(3);
        List<(Socket Client, string Name)> clients = [.. Enumerable.Range(0, 9).Select(_ => Connected(RedirectGround.InTurn))];
        Server failed = ground.Network.Hosts[2];

        ground.Kill(failed);

        Assert.All(clients.Where(client => client.Name != failed.Name), static client => Assert.Equal(client.Name, AskAgain(client.Client)));
        Assert.EndsWith(" killed", ground.Daemon.AwaitLine("table turn: 0 added, "), StringComparison.Ordinal);
        clients.ForEach(static client => client.Client.Dispose());
        ground.Revive(failed);
    }

    // One may be on its way when the host fails.
    [Fact]
    public void A_host_that_fails_is_out_after_the_next_check()
    {
        ground.AwaitHosts(3);
        Server failed = ground.Network.Hosts[0];
        long before = ground.ChecksOf(failed);

        ground.Kill(failed);

        Assert.InRange(ground.ChecksOf(failed) - before, 1, 2);
        ground.Revive(failed);
    }

    // A check begins each second and takes 0.3 at most; the latter once more for a busy machine.
    [Fact]
    public void Clients_notice_a_host_that_failed_until_the_next_check_at_most()
    {
        ground.AwaitHosts(3);
        TimeSpan limit = TimeSpan.FromMilliseconds(1600);
        List<(Socket Client, string Name)> clients = [.. Enumerable.Range(0, 9).Select(_ => Connected(RedirectGround.InTurn))];
        Server failed = ground.Network.Hosts[1];
        using SteadyClient client = new(() => ground.TryAsk(RedirectGround.InTurn));
        Await.Until(() => client.Attempts.Count >= 9, "the client asks");

        TimeSpan killed = client.Now;
        failed.Kill();

        Await.Until(() => client.Attempts.Count(attempt => attempt.Began > killed + limit) >= 25, "the client goes on");
        Assert.Equal(3, client.Attempts.Where(attempt => attempt.Began < killed).Select(static attempt => attempt.Name).OfType<string>().Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(client.Attempts, attempt => attempt.Name is null && attempt.Began > killed + limit);
        Assert.All(clients.Where(kept => kept.Name != failed.Name), static kept => Assert.Equal(kept.Name, AskAgain(kept.Client)));
        clients.ForEach(static kept => kept.Client.Dispose());
        ground.Revive(failed);
    }

    [Fact]
    public void What_opens_a_flow_is_logged_where_the_file_says_so_and_nothing_else()
    {
        ground.AwaitHosts(3);
        using PacketLog log = new(ground.Network.Balancer, group: 1);

        (Socket client, _) = Connected(RedirectGround.OfDevice);
        _ = AskAgain(client);
        _ = ground.TryAsk(RedirectGround.InTurn);
        _ = ground.Network.Ask(RedirectGround.OfDevice, "10.0.1.9");

        Assert.Equal(
            [Logged("10.0.0.2"), Logged("10.0.1.9")],
            (LoggedPacket[])[log.Next(), log.Next()]);
        client.Dispose();
    }

    // The kernel has them or not; the rules are there.
    [Fact]
    public void Other_protocols_with_ports_are_redirected()
    {
        ground.AwaitHosts(3);

        string rules = ground.ListRules();

        Assert.All(
            (string[])[$"{Network.Virtual} . sctp . {RedirectGround.Sctp} : goto redirect-", $"{Network.Virtual6} . dccp . {RedirectGround.Dccp} : goto redirect-", $"{Network.Virtual} . udplite . {RedirectGround.UdpLite} : goto redirect-"],
            element => Assert.Contains(element, rules, StringComparison.Ordinal));
    }

    [Fact]
    public void A_client_of_a_sticky_redirection_stays_until_its_host_fails()
    {
        ground.AwaitHosts(3);
        string first = Names(RedirectGround.Sticky, 9).Distinct(StringComparer.Ordinal).Single();
        Server host = ground.Network.Hosts.Single(server => server.Name == first);

        ground.Kill(host);
        Await.Until(() => ground.TryAsk(RedirectGround.Sticky) is { } name && name != first, "the client has another host");
        string second = Names(RedirectGround.Sticky, 9).Distinct(StringComparer.Ordinal).Single();
        ground.Revive(host);

        Assert.NotEqual(first, second, StringComparer.Ordinal);
        Assert.Equal([second], Names(RedirectGround.Sticky, 9).Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    // Clients are forgotten behind the change of the rules, some hundreds at a time: until its turn comes a client has such an entry.
    [Theory]
    [InlineData("10.0.0.2", Network.Virtual, 0)]
    [InlineData("fd00::2", Network.Virtual6, 1)]
    public void A_client_that_is_remembered_with_a_host_that_serves_no_more_has_another_one_at_once(string client, string to, int family)
    {
        ground.AwaitHosts(3);
        Server failed = ground.Network.Hosts[0];
        ground.Kill(failed);
        ground.Remember(client, failed.Addresses[family]);

        string[] names = [.. Enumerable.Range(0, 6).Select(_ => RedirectGround.Name(ground.Network.Ask(RedirectGround.Sticky, to: to)))];

        ground.Revive(failed);
        Assert.NotEqual(failed.Name, Assert.Single(names.Distinct(StringComparer.Ordinal)), StringComparer.Ordinal);
        Assert.Equal(names[0], RedirectGround.Name(ground.Network.Ask(RedirectGround.Sticky, to: to)));
    }

    [Fact]
    public void Datagrams_of_a_client_that_is_remembered_have_one_host_and_then_another_one()
    {
        ground.AwaitHosts(3);
        Server failed = ground.Network.Hosts[1];
        ground.Remember("10.0.0.2", failed.Addresses[0]);
        string?[] before = Datagrams();
        ground.Kill(failed);
        ground.Remember("10.0.0.2", failed.Addresses[0]);
        string?[] after = Datagrams();
        ground.Revive(failed);

        Assert.Equal([failed.Name], before.Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.NotEqual(failed.Name, Assert.Single(after.Distinct(StringComparer.Ordinal)), StringComparer.Ordinal);
        Assert.NotNull(after[0]);
    }

    [Fact]
    public void A_backup_table_serves_where_the_first_has_nobody()
    {
        Await.Until(() => ground.TryAsk(RedirectGround.BackedUp) == "s1", "the backup serves");

        Assert.Equal("backup", ground.Shown("backed").Status);
    }

    private string?[] Datagrams() => [.. Enumerable.Range(0, 4).Select(_ =>
    {
        using Socket client = ground.Network.Datagrams(RedirectGround.Sticky);
        return Network.AskOnce(client)?.Split(' ')[0];
    })];

    [Fact]
    public void A_range_keeps_its_ports()
    {
        Await.Until(() => ground.TryAsk(Server.InRange) is not null, "the range is redirected");

        Assert.Contains(ground.TryAsk(Server.InRange), ground.Network.Hosts.Select(static server => server.Name), StringComparer.Ordinal);
        Assert.Null(ground.TryAsk(9006));
        Assert.Null(ground.TryAsk(9011));
    }

    [Fact]
    public void Only_what_comes_through_its_device_counts()
    {
        ground.AwaitHosts(3);

        Assert.NotNull(ground.TryAsk(RedirectGround.OfDevice));
        Assert.Null(ground.TryAsk(RedirectGround.OfOtherDevice));
    }

    [Theory]
    [InlineData(Network.Virtual)]
    [InlineData(Network.Virtual6)]
    public void Datagrams_reach_a_host_and_answers_the_client(string to)
    {
        ground.AwaitHosts(3);
        using Socket client = ground.Network.Datagrams(RedirectGround.Datagrams, to);
        string? answer = null;

        Await.Until(() => (answer = Network.AskOnce(client)) is not null, "a datagram is answered");

        Assert.StartsWith("s", answer, StringComparison.Ordinal);
    }

    // While nobody is up their flow is that of the balancer itself, whose entry would catch them for ever.
    [Fact]
    public void Datagrams_that_were_sent_while_all_were_down_arrive_when_one_is_up()
    {
        ground.AwaitHosts(3);
        using Socket client = ground.Network.Datagrams(RedirectGround.Datagrams);
        Assert.All(ground.Network.Hosts, static server => server.Kill());
        Await.Until(() => ground.Shown("names").Status == "down", "the redirection is down");
        Await.Until(() => Network.AskOnce(client) is null, "nobody answers");

        Assert.All(ground.Network.Hosts, static server => server.Begin());

        Await.Until(() => Network.AskOnce(client) is not null, "the same client is answered again");
        ground.AwaitHosts(3);
    }

    [Fact]
    public void An_operator_takes_a_redirection_out_and_brings_it_back()
    {
        ground.AwaitHosts(3);

        Assert.Equal("command succeeded\n", ground.Control("redirect", "disable", "random").Output);
        Await.Until(() => ground.TryAsk(RedirectGround.AtRandom) is null, "nothing is redirected");
        Assert.Equal("disabled", ground.Shown("random").Status);
        Assert.Equal("command succeeded\n", ground.Control("redirect", "enable", "random").Output);

        Await.Until(() => ground.TryAsk(RedirectGround.AtRandom) is not null, "it is redirected again");
        Assert.Equal("command failed\n", ground.Control("redirect", "enable", "nowhere").Output);
        ground.AwaitHosts(3);
    }

    [Fact]
    public void An_operator_takes_a_host_out_and_its_connections_go_on()
    {
        ground.AwaitHosts(3);
        List<(Socket Client, string Name)> clients = [.. Enumerable.Range(0, 3).Select(_ => Connected(RedirectGround.InTurn))];

        Assert.Equal("command succeeded\n", ground.Control("host", "disable", "10.1.1.2").Output);
        ground.AwaitHosts(2);
        Assert.All(clients, static client => Assert.Equal(client.Name, AskAgain(client.Client)));
        Assert.Equal("command succeeded\n", ground.Control("host", "enable", "10.1.1.2").Output);

        ground.AwaitHosts(3);
        clients.ForEach(static client => client.Client.Dispose());
    }

    [Fact]
    public void Flows_are_counted()
    {
        ground.AwaitHosts(3);

        Assert.Equal(7, Names(RedirectGround.Counted, 7).Length);

        Await.Until(() => ground.Shown("counted").Total == 7, Await.Usual, () => $"7 are counted: {ground.Shown("counted").Total}");
    }

    [Fact]
    public void Rules_of_the_administrator_see_the_tag_beside_his_own_bits()
    {
        ground.AwaitHosts(3);
        long opened = ground.CountOf("opened");

        (Socket client, _) = Connected(RedirectGround.Tagged);

        Assert.Equal(opened + 1, ground.CountOf("opened"));
        long followed = ground.CountOf("followed");
        _ = AskAgain(client);
        Assert.True(ground.CountOf("followed") > followed);
        client.Dispose();
    }

    [Fact]
    public void With_match_rules_of_the_administrator_decide_first()
    {
        ground.AwaitHosts(3, RedirectGround.Matched);

        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal("s3 10.0.1.7", ground.Network.Ask(RedirectGround.Matched, "10.0.1.7")));
    }

    // A host that is sent to itself would get packets from its own address.
    [Fact]
    public void Clients_in_a_network_of_the_hosts_come_from_the_balancer()
    {
        ground.AwaitHosts(3, RedirectGround.Hairpin);

        string[] answers = [.. Enumerable.Range(0, 3).Select(_ => Network.AskFrom(ground.Network.Hosts[0], RedirectGround.Hairpin))];

        Assert.Equal(["s1 10.1.1.1", "s2 10.1.2.1", "s3 10.1.3.1"], answers.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.EndsWith(" 10.0.0.2", ground.Network.Ask(RedirectGround.Hairpin), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_administrator_has_stays_as_it_is()
    {
        ground.AwaitHosts(3);

        Assert.Equal(ground.ForeignRules, ground.ListForeign());
        Assert.Equal(ground.Routes, ground.ListRoutes());
    }

    private static LoggedPacket Logged(string from) =>
        new("redirect device ", IPAddress.Parse(from), new IPEndPoint(IPAddress.Parse(Network.Virtual), RedirectGround.OfDevice), PacketLog.Syn);

    private Dictionary<string, string> BySource() => Enumerable.Range(1, 120)
        .Select(static number => $"10.0.1.{number}")
        .ToDictionary(static source => source, source => RedirectGround.Name(ground.Network.Ask(RedirectGround.Hashed, source)), StringComparer.Ordinal);

    private string[] Names(int port, int count) => [.. Enumerable.Range(0, count).Select(_ => RedirectGround.Name(ground.Network.Ask(port)))];

    private (Socket Client, string Name) Connected(int port)
    {
        Socket client = ground.Network.Connect(port);
        return (client, RedirectGround.Name(Network.Read(client)));
    }

    private static string AskAgain(Socket client)
    {
        _ = client.Send("again\n"u8);
        return RedirectGround.Name(Network.Read(client));
    }
}
