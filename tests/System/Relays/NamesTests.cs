using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Relays;

/// <summary>Relays of the DNS: each client gets the answer to what it asked, and no other.</summary>
public sealed class NamesTests(NamesGround ground) : IClassFixture<NamesGround>
{
    private const int Clients = 8;
    private const int QueriesOfClient = 250;
    private const int Outstanding = 25;

    [Fact]
    public void Each_of_2000_queries_of_several_clients_gets_its_answer_and_counts_as_a_session()
    {
        long before = ground.Ground.Total("names");

        Task<int>[] clients = [.. Enumerable.Range(0, Clients).Select(client => Task.Run(() => AskAll(client)))];
        Assert.All(clients, static client => Assert.Equal(QueriesOfClient, client.Result));

        ground.Ground.AwaitSessions("names", before + (Clients * QueriesOfClient));
    }

    [Theory]
    [InlineData("127.0.0.1", NamesGround.Port)]
    [InlineData("::1", NamesGround.Port)]
    [InlineData("127.0.0.5", NamesGround.Everywhere)]
    [InlineData("::1", NamesGround.Everywhere)]
    [InlineData("fd00::53", NamesGround.Everywhere)]
    public void An_answer_comes_from_the_address_that_was_asked(string address, int port)
    {
        using Socket client = ground.Connect(address, port);

        Assert.StartsWith("www.example ", Names.TextOf(NamesGround.Ask(client, "www.example")), StringComparison.Ordinal);
    }

    // What is forged ends with an exclamation mark. From another source it does not even reach the relay.
    [Theory]
    [InlineData("forged-number")]
    [InlineData("forged-question")]
    [InlineData("forged-source")]
    [InlineData("question")]
    [InlineData("upper")]
    public void Nothing_but_the_hosts_own_answer_to_the_question_reaches_the_client(string manner)
    {
        string name = $"{manner}.example";
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);

        string text = Names.TextOf(NamesGround.Ask(client, name));

        Assert.Equal(name, text[..text.IndexOf(' ')]);
        Assert.Contains(text[^1], "12");
    }

    [Fact]
    public void What_answers_nothing_is_said()
    {
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);

        _ = NamesGround.Ask(client, "forged-number.example");
        ground.AwaitLine("relay names, invalid response from 127.0.0.1");

        _ = NamesGround.Ask(client, "question.example");
        ground.AwaitLine("relay names, unknown response from 127.0.0.1");

        _ = client.Send(Names.Query(1, "www.example").AsSpan(0, 11));
        ground.AwaitLine("relay names, malformed query from 127.0.0.1:");
    }

    [Fact]
    public void A_second_answer_reaches_nobody()
    {
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);

        _ = NamesGround.Ask(client, "twice.example", 1);

        Assert.StartsWith("www.example ", Names.TextOf(NamesGround.Ask(client, "www.example", 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Datagrams_that_are_no_queries_are_passed_over_and_counted()
    {
        long before = ground.Ground.Dropped("names");
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);
        byte[] query = Names.Query(1, "www.example");
        _ = client.Send(Array.Empty<byte>());
        _ = client.Send(query.AsSpan(0, 11));
        _ = client.Send(query.AsSpan(0, query.Length - 1));
        _ = client.Send(Names.Answer(query, global::System.Net.IPAddress.Loopback));
        _ = client.Send([.. query.AsSpan(0, 12), 0xc0, 12, 0, 16, 0, 1]);

        Assert.StartsWith("www.example ", Names.TextOf(NamesGround.Ask(client, "www.example", 2)), StringComparison.Ordinal);
        Assert.Equal(5, ground.Ground.Dropped("names") - before);
    }

    [Fact]
    public void A_long_answer_passes_whole()
    {
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);

        Assert.Equal(NameServer.Longest, NamesGround.Ask(client, "long.example").Length);
    }

    [Fact]
    public void A_refusal_without_a_question_passes()
    {
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);

        Assert.Equal(12, NamesGround.Ask(client, "refused.example").Length);
    }

    // Then it asks again over TCP (RFC 7766 5), where another relay is.
    [Fact]
    public void A_client_learns_that_its_answer_was_cut_and_finds_a_relay_of_connections_on_the_same_port()
    {
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);
        Assert.Equal(0x02, NamesGround.Ask(client, "cut.example")[2] & 0x02);

        using Peer stream = new(ground.Ground.Place, NamesGround.Port);
        Assert.Equal("127.0.0.11", RelayGround.Ask(stream));
    }

    [Fact]
    public void A_query_without_an_answer_is_a_session_until_its_time_is_over()
    {
        using Socket patient = ground.Connect("127.0.0.1", NamesGround.Port);
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Impatient);

        _ = patient.Send(Names.Query(1, "silent.example"));
        _ = client.Send(Names.Query(1, "silent.example"));

        Await.Until(() => ground.Ground.Sessions().ContainsKey(PortOf(patient)), "it is shown");
        ground.AwaitLine("relay impatient, session ", ", 0, 127.0.0.1 -> 127.0.0.1", ":5300, udp timeout");
        Assert.DoesNotContain(PortOf(client), ground.Ground.Sessions().Keys);
    }

    // Each socket is told once that nobody is there, and the next query over it is sent all the same.
    [Fact]
    public void A_host_that_is_not_there_leaves_queries_unanswered_and_the_relay_whole()
    {
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Refusing);
        foreach (int id in Enumerable.Range(0, 50))
        {
            _ = client.Send(Names.Query((ushort)id, "www.example"));
        }

        ground.AwaitLine("relay refusing, session ", "-> 127.0.0.99:5300, udp timeout");
        using Socket other = ground.Connect("127.0.0.1", NamesGround.Port);
        Assert.NotEmpty(NamesGround.Ask(other, "www.example"));
    }

    [Fact]
    public void A_reload_keeps_the_queries_that_wait()
    {
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);
        _ = client.Send(Names.Query(7, "slow.example"));

        ground.Daemon.Reload();

        Assert.StartsWith("slow.example ", Names.TextOf(NamesGround.Receive(client, 7)), StringComparison.Ordinal);
        Assert.StartsWith("www.example ", Names.TextOf(NamesGround.Ask(client, "www.example", 8)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_relay_process_that_is_killed_has_a_successor_on_the_same_socket()
    {
        foreach (string title in (string[])["relay 1", "relay 2"])
        {
            Child child = ground.Daemon.ChildNamed(title);
            Daemon.Signal(child.Id, Libc.SIGKILL);
            ground.Daemon.AwaitSuccessor(child, Await.Usual);
        }

        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);
        Assert.StartsWith("www.example ", Names.TextOf(NamesGround.Ask(client, "www.example")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_the_operator_takes_out_is_asked_no_more()
    {
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Port);
        Assert.Equal(2, Servers(client).Count);

        Assert.Equal(0, ground.Ground.Control("host", "disable", "127.0.0.12").Status);
        Assert.Equal("127.0.0.11", Assert.Single(Servers(client)));

        Assert.Equal(0, ground.Ground.Control("host", "enable", "127.0.0.12").Status);
        Assert.Equal(2, Servers(client).Count);
    }

    [Fact]
    public void A_name_server_that_fell_silent_is_asked_no_more_after_its_check_and_no_query_is_lost_then()
    {
        AwaitHosts("up");
        using Socket client = ground.Connect("127.0.0.1", NamesGround.Checked);
        Assert.Equal(2, Servers(client).Count);

        ground.Mortal.Kill();
        AwaitHosts("down");
        Assert.Equal("127.0.0.11", Assert.Single(Servers(client)));
        ground.AwaitLine("host 127.0.0.13, check dns (", ",dns ", "), state up -> down");

        ground.Mortal.Begin();
        AwaitHosts("up");
        Assert.Equal(2, Servers(client).Count);
    }

    private void AwaitHosts(string status) => Await.Until(
        () => ground.Ground.Hosts().Any(host => host.Address is "127.0.0.13" && string.Equals(host.Status, status, StringComparison.Ordinal)),
        Await.Usual,
        () => $"127.0.0.13 is {status}: {ground.Daemon.Words()}");

    private static int PortOf(Socket client) => ((global::System.Net.IPEndPoint)client.LocalEndPoint!).Port;

    private static HashSet<string> Servers(Socket client) =>
        [.. Enumerable.Range(0, 6).Select(id => Names.TextOf(NamesGround.Ask(client, "www.example", (ushort)id)).Split(' ')[1])];

    // So many at a time, each for a name of its own; how many answers were right.
    private int AskAll(int client)
    {
        using Socket socket = ground.Connect("127.0.0.1", NamesGround.Port);
        int right = 0;
        foreach (int[] ids in Enumerable.Range(0, QueriesOfClient).Chunk(Outstanding))
        {
            foreach (int id in ids)
            {
                _ = socket.Send(Names.Query((ushort)id, $"n{id}.c{client}.example"));
            }

            byte[] answer = new byte[512];
            HashSet<int> missing = [.. ids];
            while (missing.Count > 0)
            {
                int length = socket.Receive(answer);
                int id = (answer[0] << 8) | answer[1];
                right += missing.Remove(id) && Names.TextOf(answer.AsSpan(0, length)).StartsWith($"n{id}.c{client}.example ", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        return right;
    }
}
