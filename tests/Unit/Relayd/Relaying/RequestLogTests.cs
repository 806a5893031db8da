using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Engine.Streams;
using Sluice.Http.Logging;
using Sluice.Relayd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>The access log of relays.</summary>
public sealed class RequestLogTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private readonly RelayRun _relay = new();

    public RequestLogTests()
    {
        Write(LogStyle.Common);
        _relay.ChangeProtocol(static protocol => protocol with { Type = ProtocolType.Http });
    }

    public void Dispose() => _relay.Dispose();

    [Fact]
    public void Each_request_of_a_session_has_its_line()
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            Connection host = await Ask(client, "GET /a%20b?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
            await Answer(client, host, Ok);
            _ = await TcpPair.Send(client, "HEAD /2 HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            await Answer(client, host, "HTTP/1.1 304 Not Modified\r\n\r\n");
        });

        Assert.Equal(
            ["test 127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] \"GET /a%20b?x=1 HTTP/1.1\" 200 5", "test 127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] \"HEAD /2 HTTP/1.1\" 304 0"],
            _relay.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 5)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello there", 11)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", 5)]
    public void Bytes_are_those_of_the_body_that_were_sent(string answer, int bytes)
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            Connection host = await Ask(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            _ = await TcpPair.Send(host, Encoding.ASCII.GetBytes(answer));
            host.ShutdownOutput();
            client.ShutdownOutput();
            _ = await RelayRun.End(client);
            await _relay.Emptied();
        });

        Assert.EndsWith($"\"GET / HTTP/1.1\" 200 {bytes}", Assert.Single(_relay.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_of_a_tunnel_are_those_that_came_out_of_it()
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            Connection host = await Ask(client, "CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n");
            _ = await TcpPair.Send(host, "HTTP/1.1 200 OK\r\n\r\nhello"u8);
            _ = await TcpPair.Receive(client, 24);
            _ = await TcpPair.Send(client, "hello, host"u8);
            _ = await TcpPair.Receive(host, 11);
            host.ShutdownOutput();
            client.ShutdownOutput();
            _ = await RelayRun.End(client);
            await _relay.Emptied();
        });

        Assert.EndsWith("\"CONNECT b:1 HTTP/1.1\" 200 5", Assert.Single(_relay.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_says_how_long_each_part_took_and_who_answered()
    {
        Write(LogStyle.Json);
        _relay.ChangeProtocol(static protocol => protocol with { Http = protocol.Http with { RequestIdField = "X-Id" } });
        string sent = "";
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, "GET / HTTP/1.1\r\n"u8);
            await _relay.Until(() => _relay.Sessions.Count == 1);
            await Turns();
            await _relay.Pass(TimeSpan.FromMilliseconds(10));
            _ = await TcpPair.Send(client, "Host: a\r\n\r\n"u8);
            Connection host = await _relay.AcceptHost();
            sent = Encoding.ASCII.GetString(await TcpPair.Receive(host, 67));
            await _relay.Pass(TimeSpan.FromMilliseconds(20));
            _ = await TcpPair.Send(host, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"u8);
            _ = await TcpPair.Receive(client, 38);
            await _relay.Pass(TimeSpan.FromMilliseconds(30));
            _ = await TcpPair.Send(host, "hello"u8);
            _ = await TcpPair.Receive(client, 5);
            await _relay.Until(() => _relay.Requests.Count == 1);
        });

        using JsonDocument line = JsonDocument.Parse(Assert.Single(_relay.Requests));
        JsonElement root = line.RootElement;
        Assert.Equal((10, 0, 20, 60), (Of("head_ms"), Of("host_ms"), Of("answer_ms"), Of("total_ms")));
        Assert.Equal(_relay.HostAddress.ToString(), root.GetProperty("host").GetString());
        Assert.Contains($"\r\nX-Id: {root.GetProperty("request_id").GetString()}\r\n", sent, StringComparison.Ordinal);
        Assert.False(root.TryGetProperty("proxy", out _));

        double Of(string name) => root.GetProperty(name).GetDouble();
    }

    [Fact]
    public void What_clients_send_is_cut_where_a_line_would_be_too_long()
    {
        Write(LogStyle.Json);
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            Connection host = await Ask(client, $"GET /{new string('a', 3000)}?{new string('b', 3000)} HTTP/1.1\r\nHost: a\r\nUser-Agent: {new string('"', 900)}\r\n\r\n");
            await Answer(client, host, Ok);
        });

        string said = Assert.Single(_relay.Requests);
        Assert.InRange(said.Length, 1000, Log.LongestText);
        using JsonDocument line = JsonDocument.Parse(said);
        Assert.StartsWith("/aaaa", line.RootElement.GetProperty("path").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, line.RootElement.GetProperty("status").GetInt32());
    }

    [Fact]
    public void A_host_that_is_not_there_is_502()
    {
        _relay.CloseHost();
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            _ = await RelayRun.End(client);
        });

        Assert.EndsWith("\"GET / HTTP/1.1\" 502 0", Assert.Single(_relay.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_request_is_400()
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, "GET / HTTP/1.1\r\nHost\"\r\n\r\n"u8);
            _ = await RelayRun.End(client);
        });

        Assert.EndsWith("\"GET / HTTP/1.1\" 400 0", Assert.Single(_relay.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_comes_too_slowly_is_408()
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, "GET /slow HTTP/1.1\r\n"u8);
            await Turns();
            await _relay.Pass(TimeSpan.FromMinutes(1));
            _ = await RelayRun.End(client);
        });

        Assert.EndsWith("\"GET /slow HTTP/1.1\" 408 0", Assert.Single(_relay.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_goes_away_is_499()
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            _ = await TcpPair.Send(client, "GET /part HTTP/1.1\r\n"u8);
            await Turns();
            client.Close();
            await _relay.Emptied();
        });

        Assert.EndsWith("\"GET /part HTTP/1.1\" 499 0", Assert.Single(_relay.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogStyle.Combined)]
    [InlineData(LogStyle.Json)]
    public void A_line_allocates_nothing(LogStyle style) => Assert.Equal(AllocatedBy(style: null), AllocatedBy(style));

    [Fact]
    public void A_connection_on_which_nothing_is_asked_has_no_line()
    {
        _relay.Run(async () =>
        {
            Connection client = await _relay.ConnectClient();
            await Turns();
            client.Close();
            await _relay.Emptied();
        });

        Assert.Empty(_relay.Requests);
    }

    // By an exchange, the test's part of it too; where it is least.
    private static long AllocatedBy(LogStyle? style)
    {
        using RelayRun relay = new();
        relay.KeepsRequests = false;
        relay.ChangeProtocol(static protocol => protocol with { Type = ProtocolType.Http });
        relay.Configuration = relay.Configuration with { Log = new LogSettings { Requests = style } };
        long least = long.MaxValue;
        relay.Run(async () =>
        {
            Connection client = await relay.ConnectClient();
            _ = await TcpPair.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            Connection host = await relay.AcceptHost();
            byte[] answer = Encoding.ASCII.GetBytes(Ok);
            for (int exchange = 0; exchange < 50; exchange++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                _ = await TcpPair.Receive(host, 27);
                _ = await TcpPair.Send(host, answer);
                _ = await TcpPair.Receive(client, answer.Length);
                _ = await TcpPair.Send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
                least = long.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        });
        Assert.Equal(style is null, relay.RequestCount == 0);
        return least;
    }

    private void Write(LogStyle style) => _relay.Configuration = _relay.Configuration with { Log = new LogSettings { Requests = style } };

    private async ValueTask<Connection> Ask(Connection client, string request)
    {
        _ = await TcpPair.Send(client, Encoding.ASCII.GetBytes(request));
        return await _relay.AcceptHost();
    }

    private async ValueTask Answer(Connection client, Connection host, string answer)
    {
        int lines = _relay.Requests.Count;
        _ = await TcpPair.Send(host, Encoding.ASCII.GetBytes(answer));
        _ = await TcpPair.Receive(client, answer.Length);
        await _relay.Until(() => _relay.Requests.Count > lines);
    }

    private async ValueTask Turns()
    {
        foreach (int _ in Enumerable.Range(0, 20))
        {
            await _relay.Loop.NextTurn();
        }
    }
}
