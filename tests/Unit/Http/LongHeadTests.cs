using System;
using System.Linq;
using System.Text;

using Sluice.Http;
using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http;

/// <summary>Heads that are longer than what a connection receives at once.</summary>
public sealed class LongHeadTests
{
    private const int Piece = 16 * 1024;

    private static readonly HeadLimits _limits = new() { LineBytes = 131_072 };

    // 100 fields of 1,000 bytes.
    private static readonly string _fields = string.Concat(Enumerable.Range(0, 100).Select(number => $"X-{number}: {new string((char)('a' + (number % 26)), 1000)}\r\n"));

    [Fact]
    public void A_request_head_is_gathered_piece_by_piece()
    {
        RequestHead head = new();
        string message = $"GET /long HTTP/1.1\r\nHost: a\r\n{_fields}Referer: last\r\n\r\n";
        int taken = Gather(message + "GET /next", head, input => RequestParser.Parse(input, head, _limits));

        Assert.Equal((message.Length, message.Length), (taken, head.Length));
        Assert.Equal(("/long", "last", 102), (Text(head.Path), Text(head.Value(KnownField.Referer)), head.FieldCount));
        Assert.Equal(("X-99", new string('v', 1000)), (Text(head.FieldName(100)), Text(head.FieldValue(100))));
    }

    [Fact]
    public void A_response_head_is_gathered_piece_by_piece()
    {
        ResponseHead head = new();
        string message = $"HTTP/1.1 200 OK\r\n{_fields}Content-Length: 5\r\n\r\n";
        int taken = Gather(message + "hello", head, input => ResponseParser.Parse(input, head, _limits));

        Assert.Equal((message.Length, 200, "OK", 101), (taken, head.Status, Text(head.Reason), head.FieldCount));
        Assert.Equal("5", Text(head.Value(KnownField.ContentLength)));
    }

    [Fact]
    public void A_long_value_is_found_behind_65536_bytes()
    {
        RequestHead head = new();
        string value = new('v', 100_000);
        Gather($"GET / HTTP/1.1\r\nHost: a\r\nCookie: {value}\r\nReferer: last\r\n\r\n", head, input => RequestParser.Parse(input, head, _limits));

        Assert.Equal((value, "last"), (Text(head.Value(KnownField.Cookie)), Text(head.Value(KnownField.Referer))));
    }

    [Fact]
    public void A_head_over_the_limit_is_rejected_when_it_was_gathered()
    {
        RequestHead head = new();
        string message = $"GET / HTTP/1.1\r\nHost: a\r\n{_fields}{_fields}";
        Gather(message, head, input => RequestParser.Parse(input, head, _limits));

        Assert.Equal(Rejection.FieldsTooLong, head.Rejection);
    }

    [Fact]
    public void Wherever_it_is_gathered_the_head_is_the_same()
    {
        string message = "GET /a?b HTTP/1.1\r\nHost: c:8\r\nX-A: d\r\n\r\n";

        Assert.All(Enumerable.Range(1, message.Length - 1), cut =>
        {
            RequestHead head = new();
            byte[] bytes = Encoding.Latin1.GetBytes(message + "rest");
            Assert.Equal(ParseStatus.NeedMore, RequestParser.Parse(bytes.AsSpan(0, cut), head, _limits));
            head.Gather(bytes.AsSpan(0, cut));
            Assert.Equal(ParseStatus.Complete, RequestParser.Parse(bytes.AsSpan(cut), head, _limits));
            Assert.Equal((message.Length, message.Length - cut, "/a", "b", "c", "d"), (head.Length, head.Taken, Text(head.Path), Text(head.Query), Text(head.Host), Text(head.FieldValue(1))));
        });
    }

    [Fact]
    public void A_head_that_is_cleared_gathers_anew()
    {
        RequestHead head = new();
        head.Gather("GET /secret"u8);
        head.Clear();

        Assert.Equal(ParseStatus.Complete, RequestParser.Parse("GET / HTTP/1.0\r\n\r\n"u8, head, _limits));
        Assert.Equal(("/", 18), (Text(head.Path), head.Taken));
    }

    [Fact]
    public void A_connection_serves_a_long_head_and_what_follows_it()
    {
        using HttpRun run = new(new HttpLimits { Head = _limits });
        string request = $"GET / HTTP/1.1\r\nHost: a\r\n{_fields}Authorization: Basic eA==\r\n\r\n";
        string answers = run.Answer(request + request + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Equal(3, answers.Split("HTTP/1.1 200 OK").Length - 1);
    }

    [Fact]
    public void A_connection_refuses_a_head_over_the_limit()
    {
        using HttpRun run = new(new HttpLimits { Head = _limits });

        Assert.StartsWith("HTTP/1.1 431 ", run.Answer($"GET / HTTP/1.1\r\nHost: a\r\n{_fields}{_fields}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_head_that_does_not_end_is_too_late()
    {
        using HttpRun run = new(new HttpLimits { Head = _limits });
        string begun = $"GET / HTTP/1.1\r\nHost: a\r\n{_fields}";

        Assert.StartsWith("HTTP/1.1 408 ", run.AnswerAfterSilence(begun[..(2 * Piece)]), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 408 ", run.AnswerAfterSilence(begun), StringComparison.Ordinal);
    }

    // As a connection does: the parser sees a piece from its first byte on, and what it did not take when the piece is full is gathered.
    private static int Gather(string message, MessageHead head, Func<byte[], ParseStatus> parse)
    {
        int at = 0;
        foreach (byte[] piece in Encoding.Latin1.GetBytes(message).Chunk(Piece))
        {
            if (parse(piece) != ParseStatus.NeedMore)
            {
                return at + head.Taken;
            }

            head.Gather(piece);
            at += piece.Length;
        }

        return at;
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text);
}
