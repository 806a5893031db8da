using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

using Sluice.Http;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

using Xunit;

namespace Sluice.Unit.Http;

public sealed class HttpConnectionTests : IDisposable
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Hello = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello";
    private const string BadRequest = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 2\r\nContent-Type: text/html\r\n\r\nno";

    private readonly HttpRun _run = new();

    [Fact]
    public void A_request_is_answered() => Assert.Equal(Hello, _run.Answer(Get));

    [Fact]
    public void A_hundred_pipelined_requests_are_answered_in_order()
    {
        _run.Serve = exchange => exchange.Response.Send(200, Encoding.Latin1.GetBytes(exchange.Number.ToString("D5", CultureInfo.InvariantCulture)));

        string answer = _run.Answer(string.Concat(Enumerable.Repeat(Get, 100)));

        Assert.Equal(string.Concat(Enumerable.Range(1, 100).Select(number => Hello.Replace("hello", $"{number:D5}", StringComparison.Ordinal))), answer);
    }

    [Fact]
    public void A_user_is_that_of_one_request_alone()
    {
        List<string> users = [];
        _run.Serve = exchange =>
        {
            users.Add($"{Encoding.Latin1.GetString(exchange.Log.User.Span)} {Encoding.Latin1.GetString(exchange.RemoteUser.Span)}");
            exchange.ClaimUser("ada"u8);
            users.Add($"{Encoding.Latin1.GetString(exchange.Log.User.Span)} {Encoding.Latin1.GetString(exchange.RemoteUser.Span)}");
            exchange.AdmitUser();
            users.Add($"{Encoding.Latin1.GetString(exchange.Log.User.Span)} {Encoding.Latin1.GetString(exchange.RemoteUser.Span)}");
            return exchange.Response.Send(200, "hello"u8.ToArray());
        };

        _run.Answer(Get + Get);

        Assert.Equal([" ", "ada ", "ada ada", " ", "ada ", "ada ada"], users, StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_wiped_from_a_head_is_empty_and_still_there()
    {
        List<string> values = [];
        _run.Serve = exchange =>
        {
            values.Add(Encoding.Latin1.GetString(exchange.Head.Value(KnownField.Authorization)));
            exchange.Head.Wipe(KnownField.Authorization);
            values.Add($"{Encoding.Latin1.GetString(exchange.Head.Value(KnownField.Authorization))}{exchange.Head.Has(KnownField.Authorization)}");
            values.Add(Encoding.Latin1.GetString(exchange.Head.Value(KnownField.Cookie)));
            return exchange.Response.Send(200, "hello"u8.ToArray());
        };

        _run.Answer("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eA==\r\nCookie: c\r\nAuthorization: y\r\n\r\n" + Get);

        Assert.Equal(["Basic eA==", "True", "c", "", "False", ""], values, StringComparer.Ordinal);
    }

    [Fact]
    public void Nothing_stands_behind_the_head_of_an_answer_to_HEAD() =>
        Assert.Equal(Hello[..^5], _run.Answer(Get.Replace("GET", "HEAD", StringComparison.Ordinal)));

    [Fact]
    public void A_connection_is_closed_when_the_client_asks_for_it() =>
        Assert.Equal(
            Hello.Replace("keep-alive", "close", StringComparison.Ordinal),
            _run.Answer("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + Get));

    [Fact]
    public void A_bad_request_behind_a_good_one_gets_its_own_answer() => Assert.Equal(Hello + BadRequest, _run.Answer(Get + "GET /\0\r\n\r\n" + Get));

    [Fact]
    public void An_unknown_method_keeps_the_connection() =>
        Assert.EndsWith(Hello, _run.Answer("BREW / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + Get), StringComparison.Ordinal);

    [Fact]
    public void A_body_that_nobody_read_is_no_request() =>
        Assert.Equal(Hello + Hello, _run.Answer($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {Get.Length}\r\n\r\n{Get}{Get}"));

    [Fact]
    public void A_chunked_body_that_nobody_read_is_no_request() =>
        Assert.Equal(Hello + Hello, _run.Answer($"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\n\r\n{Get}"));

    [Fact]
    public void A_body_that_is_too_long_to_read_over_ends_the_connection_after_the_answer()
    {
        string body = new('x', 3 * 1024 * 1024);

        Assert.Equal(
            Hello.Replace("keep-alive", "close", StringComparison.Ordinal),
            _run.Answer($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a\r\nllo\r\n0\r\nT: v\r\n\r\n")]
    public void A_body_is_read_as_it_comes(string rest)
    {
        _run.Serve = Echo;

        Assert.Equal(Hello + Hello, _run.Answer($"POST / HTTP/1.1\r\nHost: a\r\n{rest}POST / HTTP/1.1\r\nHost: a\r\n{rest}"));
    }

    [Fact]
    public void A_body_is_asked_for_when_it_is_read()
    {
        _run.Serve = Echo;

        string answer = _run.AnswerAfterSilence("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_over_its_limit_is_rejected()
    {
        _run.Serve = exchange =>
        {
            exchange.Body.Limit = 4;
            return Echo(exchange);
        };

        Assert.StartsWith(
            "HTTP/1.1 413 ",
            _run.Answer("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1", "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.0", "Connection: close\r\n\r\nabcde")]
    public void An_answer_of_unknown_length_is_chunked_or_ends_with_the_connection(string version, string rest)
    {
        _run.Serve = exchange => Stream(exchange, length: null);

        Assert.Equal($"HTTP/1.1 200 OK\r\n{rest}", _run.Answer($"GET / {version}\r\nHost: a\r\n\r\n"));
    }

    [Fact]
    public void An_answer_that_is_shorter_than_announced_is_never_taken_for_whole()
    {
        _run.Serve = exchange => Stream(exchange, 6);

        Assert.DoesNotContain(Hello, _run.Answer(Get + Get), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(204, "No Content")]
    [InlineData(304, "Not Modified")]
    public void A_status_without_a_body_has_no_length(int status, string reason)
    {
        _run.Serve = exchange => exchange.Response.Send(status, "hello"u8.ToArray());

        Assert.Equal($"HTTP/1.1 {status} {reason}\r\nConnection: keep-alive\r\n\r\n", _run.Answer(Get));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(16 * 1024)]
    [InlineData(64 * 1024)]
    [InlineData(5 * 1024 * 1024)]
    public void A_body_in_memory_arrives_whole(int length)
    {
        byte[] body = new byte[length];
        body.AsSpan().Fill((byte)'b');
        _run.Serve = exchange => exchange.Response.Send(200, body);

        Assert.EndsWith($"\r\nContent-Length: {length}\r\n\r\n{new string('b', length)}", _run.Answer(Get + Get), StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_is_longer_than_the_output_block_arrives_whole()
    {
        _run.Serve = exchange =>
        {
            exchange.Response.Fields.Add("X"u8, Encoding.Latin1.GetBytes(new string('x', 40000)));
            return exchange.Response.Send(200, "hello"u8.ToArray());
        };

        Assert.EndsWith($"\r\nX: {new string('x', 40000)}\r\n\r\nhello", _run.Answer(Get + Get), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("GE", "")]
    [InlineData("GET / HTTP/1.1\r\nHos", "HTTP/1.1 408 Request Timeout")]
    public void A_client_that_stops_within_a_head_is_told_and_a_silent_one_is_not(string start, string expected) =>
        Assert.Equal(expected, _run.AnswerAfterSilence(start).Split('\r')[0]);

    [Fact]
    public void A_client_that_stops_within_a_body_is_told_when_its_pace_is_not_kept()
    {
        TimeSpan told = default;
        _run.Serve = async exchange =>
        {
            exchange.Body.Pace = new Pace(_run.Loop.Timeouts(TimeSpan.FromSeconds(2)), 100);
            Outcome outcome = await Echo(exchange);
            told = _run.Loop.Now - exchange.Started;
            return outcome;
        };

        Assert.StartsWith("HTTP/1.1 408 ", _run.AnswerAfterSilence("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"), StringComparison.Ordinal);
        Assert.InRange(told.TotalSeconds, 1, 4);
    }

    public void Dispose() => _run.Dispose();

    private static async ValueTask<Outcome> Echo(Exchange exchange)
    {
        StringBuilder body = new();
        BodyStatus status;
        while ((status = await exchange.Body.Read()) == BodyStatus.Content)
        {
            body.Append(Encoding.Latin1.GetString(exchange.Body.Content));
        }

        int code = status switch
        {
            BodyStatus.End => 200,
            BodyStatus.Rejected => RejectionStatus.Of(exchange.Body.Rejection).Status,
            _ => 408,
        };
        return await exchange.Response.Send(code, Encoding.Latin1.GetBytes(body.ToString()));
    }

    private static async ValueTask<Outcome> Stream(Exchange exchange, long? length)
    {
        _ = await exchange.Response.Start(200, length);
        _ = await exchange.Response.Write("abc"u8.ToArray());
        _ = await exchange.Response.Write("de"u8.ToArray());
        return await exchange.Response.Finish();
    }
}
