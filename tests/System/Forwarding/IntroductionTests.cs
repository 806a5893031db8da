using System;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Whom a request is said to be of, and by which name it goes (<c>http forwarded</c>, <c>http request id</c>).</summary>
[Compares]
public sealed class IntroductionTests
{
    private const string Trusting = "log connection\ntrusted-proxies { \"127.0.0.0/8\", \"198.51.100.7\" }";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData("X-Forwarded-For: 192.0.2.9, 203.0.113.5, 198.51.100.7\r\n", "203.0.113.5")]
    [InlineData("X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-For: 203.0.113.5\r\n", "203.0.113.5")]
    [InlineData("X-Forwarded-For: 192.0.2.9, nonsense, 198.51.100.7\r\n", "198.51.100.7")]
    [InlineData("X-Forwarded-For: 2001:db8::5\r\n", "2001:db8::5")]
    [InlineData("", "127.0.0.1")]
    public void The_client_is_the_last_hop_that_is_not_trusted(string fields, string client)
    {
        using ForwardingGround ground = Ground("http forwarded\nmatch request header set \"X-Client\" value \"$REMOTE_ADDR\"", Trusting);

        Assert.Equal(client, Sent(ground, fields, "X-Client"));
        Assert.Contains($" {client} -> 127.0.0.11:", ground.AwaitLine("session 1 "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http forwarded", "log connection\ntrusted-proxies { \"198.51.100.7\" }")]
    [InlineData("http forwarded", "log connection")]
    [InlineData("http no forwarded", Trusting)]
    public void Who_is_not_trusted_speaks_for_himself(string option, string globals)
    {
        using ForwardingGround ground = Ground(option + "\nmatch request header set \"X-Client\" value \"$REMOTE_ADDR\"", globals);

        Assert.Equal("127.0.0.1", Sent(ground, "X-Forwarded-For: 203.0.113.5\r\n", "X-Client"));
        Assert.Contains(" 127.0.0.1 -> 127.0.0.11:", ground.AwaitLine("session 1 "), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_request_of_a_connection_has_a_client_of_its_own()
    {
        using ForwardingGround ground = Ground("http forwarded\nreturn error\nblock request from 203.0.113.0/24", Trusting);
        using Peer peer = ground.Connect();

        Assert.Equal(200, Status(peer, "X-Forwarded-For: 192.0.2.9\r\n"));
        Assert.Equal(200, Status(peer, ""));
        Assert.Equal(200, Status(peer, "X-Forwarded-For: 203.0.113.5, 192.0.2.9\r\n"));
        Assert.Equal(403, Status(peer, "X-Forwarded-For: 192.0.2.9, 203.0.113.5\r\n"));
    }

    [Theory]
    [InlineData("http request id", "X-Request-ID")]
    [InlineData("http request id header \"X-Trace\"", "X-Trace")]
    public void Each_request_without_a_name_gets_one_of_its_own(string option, string field)
    {
        using ForwardingGround ground = Ground(option, "log connection");
        _ = ground.Hear("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        _ = ground.Hear("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
        string[] names = [.. ground.Origin.Visits
            .SelectMany(static visit => Reader.Requests(visit.Received, Form.Sent).Messages).SelectMany(message => message.Values(field))];

        Assert.Equal(3, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, static name => Assert.Matches("^[0-9a-f]{32}$", name));
    }

    [Theory]
    [InlineData("http request id", "X-Request-ID: mine\r\n", "X-Request-ID")]
    [InlineData("http request id", "x-request-id: mine\r\n", "X-Request-ID")]
    [InlineData("http request id header \"X-Trace\"", "X-Trace: mine\r\n", "X-Trace")]
    public void A_request_keeps_the_name_that_it_has(string option, string fields, string field)
    {
        using ForwardingGround ground = Ground(option, "log connection");

        Assert.Equal("mine", Sent(ground, fields, field));
    }

    [Fact]
    public void Without_the_option_no_request_gets_a_name()
    {
        using ForwardingGround ground = Ground("return error", "log connection");

        Assert.Equal("", Sent(ground, "", "X-Request-ID"));
    }

    private static ForwardingGround Ground(string protocol, string globals) => new(static _ => new(Ok, Afterwards.Keep), protocol, globals: globals);

    // What a host gets of a field; several values with commas.
    private static string Sent(ForwardingGround ground, string fields, string field)
    {
        Assert.Equal(200, Heads.Status(ground.Hear($"GET /x HTTP/1.1\r\nHost: a\r\n{fields}\r\n")));
        Message message = Assert.Single(Reader.Requests(Assert.Single(ground.Origin.Visits).Received, Form.Sent).Messages);
        return string.Join(",", message.Values(field));
    }

    private static int Status(Peer peer, string fields)
    {
        peer.Send($"GET /x HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        return Heads.Status(peer.Answer().Head);
    }
}
