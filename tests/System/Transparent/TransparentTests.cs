using System;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;

using Sluice.System.Ground;
using Sluice.System.Redirections;

using Xunit;

namespace Sluice.System.Transparent;

/// <summary>Hosts see clients' addresses, clients reach whom they meant, and addresses are mapped into the other family, by the rules that relayctl shows.</summary>
public sealed class TransparentTests(TransparentGround ground) : IClassFixture<TransparentGround>
{
    private const int Connections = 4000;

    [Theory]
    [InlineData(TransparentGround.Plain, Network.Virtual, TransparentGround.Client, TransparentGround.Server)]
    [InlineData(TransparentGround.Plain, Network.Virtual, "10.0.1.77", TransparentGround.Server)]
    [InlineData(TransparentGround.Plain, Network.Virtual6, TransparentGround.Client6, TransparentGround.Server6)]
    public void A_host_sees_the_address_of_its_client(int port, string to, string client, string server) =>
        Assert.Equal(Seen(client, server, TransparentGround.Port), ground.Ask(port, to, client));

    [Theory]
    [InlineData(Network.Virtual, TransparentGround.Client)]
    [InlineData(Network.Virtual6, TransparentGround.Client6)]
    public void A_host_of_http_sees_the_address_of_its_client_with_each_request(string to, string client)
    {
        using Socket connection = ground.Network.Connect(TransparentGround.Http, to: to);

        string[] answers = [.. Enumerable.Range(0, 3).Select(_ => TransparentGround.Say(connection, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))];

        Assert.All(answers, answer => Assert.Contains($"\r\n\r\n{client} at ", answer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Network.Virtual, TransparentGround.Client)]
    [InlineData(Network.Virtual, "10.0.1.78")]
    [InlineData(Network.Virtual6, TransparentGround.Client6)]
    public void A_name_server_sees_the_address_of_its_client(string to, string client) =>
        Assert.Equal($"who.test {client}", ground.AskName(TransparentGround.TransparentNames, to, client));

    [Theory]
    [InlineData(TransparentGround.Diverted, TransparentGround.Server, TransparentGround.Balancer)]
    [InlineData(TransparentGround.Diverted, TransparentGround.Server6, TransparentGround.Balancer6)]
    [InlineData(TransparentGround.Translated, TransparentGround.Server, TransparentGround.Balancer)]
    [InlineData(TransparentGround.Translated, TransparentGround.Server6, TransparentGround.Balancer6)]
    [InlineData(TransparentGround.DivertedTransparent, TransparentGround.Server, TransparentGround.Client)]
    [InlineData(TransparentGround.DivertedTransparent, TransparentGround.Server6, TransparentGround.Client6)]
    public void A_client_reaches_through_the_relay_whom_it_meant(int port, string server, string seen)
    {
        long before = SessionsOf(port);

        Assert.Equal(Seen(seen, server, port), ground.Ask(port, server));
        Await.Until(() => SessionsOf(port) == before + 1, "the relay has had a session");
    }

    [Theory]
    [InlineData(TransparentGround.Server, TransparentGround.Balancer)]
    [InlineData(TransparentGround.Server6, TransparentGround.Balancer6)]
    public void A_name_server_that_a_client_meant_is_asked_by_the_relay(string server, string seen) =>
        Assert.Equal($"who.test {seen}", ground.AskName(53, server));

    [Fact]
    public void A_client_that_meant_the_relay_itself_is_closed_and_the_log_says_why()
    {
        using Socket client = ground.Network.Connect(TransparentGround.Translated, to: TransparentGround.Near);

        Assert.True(TransparentGround.IsClosed(client));

        ground.Daemon.AwaitLine("relay translated, session ");
        Assert.Contains(", session aborted", ground.Daemon.AwaitLine(", session aborted"), StringComparison.Ordinal);
        Assert.Contains("see relayctl show rules", ground.Daemon.AwaitLine("came straight to the relay"), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_client_meant_nobody_else_the_address_of_the_relay_serves() =>
        Assert.Equal(Seen(TransparentGround.Balancer, TransparentGround.Server, TransparentGround.Port), ground.Ask(TransparentGround.WithFallback, TransparentGround.Near));

    [Fact]
    public void Whom_a_client_meant_goes_before_the_address_of_the_relay() =>
        Assert.Equal(
            Seen(TransparentGround.Balancer, TransparentGround.Server, TransparentGround.WithFallback), ground.Ask(TransparentGround.WithFallback, TransparentGround.Server));

    [Theory]
    [InlineData(TransparentGround.Mapped, Network.Virtual, TransparentGround.Balancer6, TransparentGround.Mapping, TransparentGround.Port)]
    [InlineData(TransparentGround.Mapped, Network.Virtual6, TransparentGround.Balancer, TransparentGround.Server, TransparentGround.Port)]
    [InlineData(TransparentGround.MappedDiverted, TransparentGround.Mapping, TransparentGround.Balancer, TransparentGround.Server, TransparentGround.MappedDiverted)]
    public void Addresses_are_mapped_into_the_other_family(int port, string to, string seen, string server, int serverPort) =>
        Assert.Equal(Seen(seen, server, serverPort), ground.Ask(port, to));

    [Fact]
    public void Addresses_of_name_servers_are_mapped_too() =>
        Assert.Equal($"who.test {TransparentGround.Balancer}", ground.AskName(TransparentGround.MappedNames, Network.Virtual6));

    [Fact]
    public void A_host_of_another_family_than_its_client_has_no_sessions_and_is_named_at_start()
    {
        using Socket client = ground.Network.Connect(TransparentGround.OtherFamily);

        Assert.True(TransparentGround.IsClosed(client));

        Assert.Contains("Address family", ground.Daemon.AwaitLine("bindany failed, invalid socket"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Thousands_of_short_connections_run_out_of_nothing()
    {
        string[] seen = [.. Enumerable.Range(0, Connections).AsParallel().WithDegreeOfParallelism(8)
            .Select(number => ground.Ask(TransparentGround.Plain, Network.Virtual, string.Create(CultureInfo.InvariantCulture, $"10.0.1.{number % 250}")).Split(' ')[0])];

        Assert.Equal(
            Enumerable.Range(0, Connections).Select(static number => string.Create(CultureInfo.InvariantCulture, $"10.0.1.{number % 250}")).Order(StringComparer.Ordinal),
            seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Relays_have_no_right_of_root() => Assert.All(
        ground.Daemon.Children.Where(static child => child.Title.StartsWith("relay", StringComparison.Ordinal)),
        static child => Assert.All(child.OfThreads("CapEff", "CapPrm"), static rights => Assert.Equal("CapEff 0000000000000000; CapPrm 0000000000000000", rights)));

    private static string Seen(string client, string server, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{client} at {(server.Contains(':', StringComparison.Ordinal) ? $"[{server}]" : server)}:{port}");

    // Of the relays on a port, by the lines that the log has of their sessions.
    private long SessionsOf(int port) => ground.Daemon.Said.Count(line => line.Contains($":{port}, ", StringComparison.Ordinal) && line.Contains(", done", StringComparison.Ordinal));
}
