using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Connections to hosts that serve one client after the other (<c>http reuse</c>).</summary>
public sealed class ReuseTests
{
    private const string Protocol = "http reuse\nreturn error";
    private const string Changed = Protocol + "\nmatch request header set \"X-Changed\" value \"yes\"";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Wrong = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong";

    // Shorter than idle connections are kept, far longer than closing one takes.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(20);

    [Fact]
    public void Clients_share_one_connection_that_none_of_them_closes()
    {
        using ForwardingGround ground = Ground(static _ => Kept(Ok));

        Assert.Equal(200, Ask(ground, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"));
        Assert.Equal(200, Ask(ground, "GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.Equal(200, Ask(ground, "POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"));
        Assert.Equal(200, Ask(ground, "GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));

        Visit visit = Assert.Single(ground.Origin.Visits);
        Assert.Equal(["/1", "/2", "/3", "/4"], Targets(visit));
        Assert.DoesNotContain("close", visit.Received, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Requests_of_one_client_and_others_take_turns_on_it()
    {
        using ForwardingGround ground = Ground(static _ => Kept(Ok));
        using Peer first = ground.Connect();

        Assert.Equal((200, 200, 200), (Ask(first, "/1"), Get(ground, "/2"), Ask(first, "/3")));
        Assert.Equal(["/1", "/2", "/3"], Targets(Assert.Single(ground.Origin.Visits)));
    }

    [Fact]
    public void Clients_at_the_same_time_have_connections_of_their_own()
    {
        using CountdownEvent all = new(3);
        using ForwardingGround ground = Ground(message =>
        {
            bool isLast = string.Equals(message.Target, "/last", StringComparison.Ordinal) || all.Signal() || all.Wait(Await.Usual);
            return Kept(isLast ? Ok : Wrong);
        });
        using Peer one = ground.Connect();
        using Peer two = ground.Connect();
        using Peer three = ground.Connect();
        Peer[] peers = [one, two, three];
        Array.ForEach(peers, static peer => peer.Send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n"));
        Assert.All(peers, static peer => Assert.Equal("ok"u8, peer.Answer().Body));

        Assert.Equal(200, Get(ground, "/last"));
        Assert.Equal(3, ground.Origin.Visits.Count);
    }

    [Fact]
    public void One_that_the_host_closed_while_it_was_idle_costs_the_next_client_nothing()
    {
        using ForwardingGround ground = Ground(static _ => Kept(Ok));
        _ = Get(ground, "/1");
        Visit first = ground.Origin.Visits[0];
        first.Socket.Shutdown(SocketShutdown.Send);
        Await.Until(() => first.HasEnded, _soon, () => "the relay closes it");

        Assert.Equal(200, Ask(ground, "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"));
        Assert.Equal([["/1"], ["/2"]], ground.Origin.Visits.Select(Targets));
    }

    [Theory]
    [InlineData(Afterwards.Close, "GET")]
    [InlineData(Afterwards.Reset, "GET")]
    [InlineData(Afterwards.Reset, "HEAD")]
    public void A_request_that_changes_nothing_is_sent_again_where_its_connection_dies(object afterwards, string method)
    {
        int asked = 0;
        using ForwardingGround ground = Ground(message => message.Target is "/dies" && Interlocked.Increment(ref asked) == 1 ? new("", (Afterwards)afterwards) : Kept(Ok));

        Assert.Equal(200, Get(ground, "/1"));
        string heard = ground.Hear($"{method} /dies HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(200, Heads.Status(heard));
        Assert.Equal([["/1", "/dies"], ["/dies"]], ground.Origin.Visits.Select(Targets));
    }

    [Theory]
    [InlineData("GET /dies HTTP/1.1\r\nHost: a\r\n\r\n", "", 2)]
    [InlineData("POST /dies HTTP/1.1\r\nHost: a\r\n\r\n", "", 1)]
    [InlineData("POST /dies HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "", 1)]
    [InlineData("PUT /dies HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", "", 1)]
    [InlineData("GET /dies HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 20", 1)]
    [InlineData("GET /dies HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n", 1)]
    public void No_request_is_sent_more_often_than_that(string request, string answer, int times)
    {
        using ForwardingGround ground = Ground(message => message.Target is "/dies" ? new(answer, Afterwards.Close) : Kept(Ok));

        Assert.Equal(200, Get(ground, "/1"));
        string heard = ground.Hear(request);

        Assert.Contains(" 502 Bad Gateway\r\n", heard, StringComparison.Ordinal);
        Assert.Equal(times, ground.Origin.Visits.SelectMany(Targets).Count(static target => target is "/dies"));
    }

    [Fact]
    public void What_a_host_says_unasked_answers_nobody()
    {
        using ForwardingGround ground = Ground(static _ => Kept(Ok));
        _ = Get(ground, "/1");
        Visit first = ground.Origin.Visits[0];
        ground.Origin.Say(Wrong);
        Await.Until(() => ground.Place.Run(HasAllArrived), "it has arrived");

        Assert.EndsWith("\r\n\r\nok", ground.Hear("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal([["/1"], ["/2"]], ground.Origin.Visits.Select(Targets));
        Await.Until(() => first.HasEnded, _soon, () => "the relay closes it");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", Afterwards.Keep)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", Afterwards.Keep)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + Wrong, Afterwards.Keep)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nok", Afterwards.Close)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", Afterwards.Close)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", Afterwards.Close)]
    public void A_connection_is_not_used_again_after_such_an_answer(string answer, object afterwards)
    {
        using ForwardingGround ground = Ground(message => message.Target is "/x" ? new(answer, (Afterwards)afterwards) : Kept(Ok));
        _ = ground.Hear("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.EndsWith("\r\n\r\nok", ground.Hear("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal([["/x"], ["/2"]], ground.Origin.Visits.Select(Targets));
    }

    [Fact]
    public void A_reload_closes_those_that_are_idle()
    {
        using ForwardingGround ground = Ground(static _ => Kept(Ok));
        _ = Get(ground, "/1");
        Visit first = ground.Origin.Visits[0];
        ground.Reload(Changed);
        Await.Until(() => first.HasEnded, _soon, () => "the relay closes it");

        Assert.Equal(200, Get(ground, "/2"));
        Assert.Equal([["/1"], ["/2"]], ground.Origin.Visits.Select(Targets));
    }

    [Fact]
    public void A_reload_that_changes_nothing_keeps_those_that_are_idle()
    {
        using ForwardingGround ground = Ground(static _ => Kept(Ok));
        _ = Get(ground, "/1");
        ground.Reload();

        Assert.Equal(200, Get(ground, "/2"));
        Assert.Equal([["/1", "/2"]], ground.Origin.Visits.Select(Targets));
    }

    [Fact]
    public void One_of_a_request_that_a_reload_met_is_closed()
    {
        using ManualResetEventSlim reloaded = new();
        using ForwardingGround ground = Ground(message => Kept(message.Target is not "/1" || reloaded.Wait(Await.Usual) ? Ok : Wrong));
        using Peer peer = ground.Connect();
        peer.Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        Await.Until(() => ground.Origin.HasVisit("GET /1"), "the request is there");
        ground.Reload(Changed);
        reloaded.Set();

        Assert.Equal("ok"u8, peer.Answer().Body);
        Await.Until(() => ground.Origin.Visits[0].HasEnded, _soon, () => "the relay closes it");
        Assert.Equal(200, Ask(peer, "/2"));
        Assert.Equal([["/1"], ["/2"]], ground.Origin.Visits.Select(Targets));
    }

    [Fact]
    public void Those_to_a_host_that_went_down_are_closed()
    {
        using ForwardingGround ground = new(static _ => Kept(Ok), Protocol, options: "check tcp", globals: "interval 1\ntimeout 300\ntable <hosts> { 127.0.0.11 }", target: "<hosts>");
        Await.Until(() => Get(ground, "/1") == 200, "the host is up");
        Visit first = ground.Origin.Visits[0];
        ground.Origin.Dispose();

        Await.Until(() => first.HasEnded, _soon, () => "the relay closes it");
    }

    private static ForwardingGround Ground(Func<Message, Answer> script) => new(script, Protocol);

    private static Answer Kept(string bytes) => new(bytes, Afterwards.Keep);

    private static int Get(ForwardingGround ground, string target) => Ask(ground, $"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");

    private static int Ask(ForwardingGround ground, string request) => Heads.Status(ground.Hear(request));

    private static int Ask(Peer peer, string target)
    {
        peer.Send($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        return Heads.Status(peer.Answer().Head);
    }

    private static string[] Targets(Visit visit) => [.. Reader.Requests(visit.Received, Form.Sent).Messages.Select(static message => message.Target)];

    // proc_net_tcp: nothing that was sent has not been acknowledged.
    private static bool HasAllArrived() => File.ReadLines("/proc/thread-self/net/tcp").Skip(1)
        .All(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4].StartsWith("00000000:", StringComparison.Ordinal));
}
