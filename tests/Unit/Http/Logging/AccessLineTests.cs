using System;
using System.Text;

using Sluice.Http.Logging;

using Xunit;

namespace Sluice.Unit.Http.Logging;

public sealed class AccessLineTests
{
    [Fact]
    public void Common_is_as_documented() => Assert.Equal(
        "www.example.com 192.0.2.7 - - [03/Mar/2026:14:05:09 +0100] \"GET /docs/a%20b.html?x=1 HTTP/1.1\" 200 5120\n",
        Line(LogStyle.Common, path: "/docs/a b.html", query: "x=1"));

    [Fact]
    public void Combined_adds_referrer_and_user_agent() => Assert.EndsWith(
        "\" 200 5120 \"https://www.example.com/\" \"Mozilla/5.0 (X11; Linux)\"\n",
        Line(LogStyle.Combined, referer: "https://www.example.com/", userAgent: "Mozilla/5.0 (X11; Linux)"),
        StringComparison.Ordinal);

    [Fact]
    public void A_percent_sign_of_the_referrer_is_encoded() => Assert.EndsWith(
        "\" 200 5120 \"https://www.example.com/%2541\" \"\"\n",
        Line(LogStyle.Combined, referer: "https://www.example.com/%41"),
        StringComparison.Ordinal);

    [Fact]
    public void Forwarded_shows_a_dash_for_what_is_absent() =>
        Assert.EndsWith(" \"\" \"\" - -\n", Line(LogStyle.Forwarded), StringComparison.Ordinal);

    [Fact]
    public void A_field_between_blanks_holds_no_blank() =>
        Assert.EndsWith("10.0.0.1,\\s10.0.0.2 -\n", Line(LogStyle.Forwarded, forwardedFor: "10.0.0.1, 10.0.0.2"), StringComparison.Ordinal);

    [Fact]
    public void A_user_agent_cannot_end_line_or_quote() => Assert.EndsWith(
        "\"a\\tb\\nc\\rd\\^Ae\\^?f\\M-C\\M-)g\\240h\\\"i\\\\j\"\n",
        Line(LogStyle.Combined, userAgent: "a\tb\nc\rd\u0001e\u007ff\u00c3\u00a9g\u00a0h\"i\\j"),
        StringComparison.Ordinal);

    [Fact]
    public void A_query_cannot_end_the_request() =>
        Assert.Contains("/?a%22%20b HTTP/1.1\"", Line(LogStyle.Common, path: "/", query: "a\" b"), StringComparison.Ordinal);

    [Fact]
    public void An_empty_query_keeps_its_question_mark() =>
        Assert.Contains("\"GET /? HTTP/1.1\"", Line(LogStyle.Common, path: "/", query: ""), StringComparison.Ordinal);

    [Fact]
    public void A_request_without_version_ends_with_its_path() =>
        Assert.Contains("\"GET /\" 400 0\n", Rejected("GET", "/"), StringComparison.Ordinal);

    [Fact]
    public void A_request_without_method_is_unknown() =>
        Assert.Contains("\"<UNKNOWN> \" 400 0\n", Rejected("", ""), StringComparison.Ordinal);

    [Fact]
    public void A_path_as_sent_keeps_its_encoding_and_cannot_end_the_request()
    {
        AccessEntry entry = new()
        {
            Host = "web"u8,
            Client = "192.0.2.7"u8,
            Time = "now"u8,
            Method = "GET"u8,
            Path = "/a%20b\" c"u8,
            IsPathAsSent = true,
            Status = 200,
            Bytes = 0,
        };

        Assert.Equal("web 192.0.2.7 - - [now] \"GET /a%20b%22%20c\" 200 0\n", Write(LogStyle.Common, entry));
    }

    [Fact]
    public void An_object_of_a_relay_says_who_answered_and_when()
    {
        AccessEntry entry = new()
        {
            Host = "web"u8,
            Client = "192.0.2.7"u8,
            Time = "now"u8,
            Method = "GET"u8,
            Path = "/"u8,
            Version = "HTTP/1.1"u8,
            Status = 502,
            Bytes = 0,
            Target = "10.0.0.11:8080"u8,
            RequestId = "a\"b"u8,
            Times = new RelayTimes(TimeSpan.Zero, TimeSpan.FromMicroseconds(1234567), Answer: null, TimeSpan.FromMicroseconds(1234602)),
        };

        Assert.Equal(
            "{\"time\":\"now\",\"server\":\"web\",\"client\":\"192.0.2.7\",\"method\":\"GET\",\"path\":\"/\",\"version\":\"HTTP/1.1\",\"status\":502,\"bytes\":0,"
            + "\"host\":\"10.0.0.11:8080\",\"request_id\":\"a\\\"b\",\"head_ms\":0.000,\"host_ms\":1234.567,\"total_ms\":1234.602}\n",
            Write(LogStyle.Json, entry));
    }

    private static string Line(
        LogStyle style, string path = "/", string? query = null, string referer = "", string userAgent = "", string forwardedFor = "")
    {
        AccessEntry entry = new()
        {
            Host = "www.example.com"u8,
            Client = "192.0.2.7"u8,
            Time = "03/Mar/2026:14:05:09 +0100"u8,
            Method = "GET"u8,
            Path = Encoding.Latin1.GetBytes(path),
            HasQuery = query is not null,
            Query = Encoding.Latin1.GetBytes(query ?? ""),
            Version = "HTTP/1.1"u8,
            Status = 200,
            Bytes = 5120,
            Referer = Encoding.Latin1.GetBytes(referer),
            UserAgent = Encoding.Latin1.GetBytes(userAgent),
            ForwardedFor = Encoding.Latin1.GetBytes(forwardedFor),
        };
        return Write(style, entry);
    }

    private static string Rejected(string method, string target)
    {
        AccessEntry entry = new()
        {
            Host = "www.example.com"u8,
            Client = "192.0.2.7"u8,
            Time = "03/Mar/2026:14:05:09 +0100"u8,
            Method = Encoding.Latin1.GetBytes(method),
            Path = Encoding.Latin1.GetBytes(target),
            Status = 400,
            Bytes = 0,
        };
        return Write(LogStyle.Common, entry);
    }

    private static string Write(LogStyle style, in AccessEntry entry)
    {
        byte[] line = new byte[AccessLine.Bound(style, entry)];
        return Encoding.Latin1.GetString(line, 0, AccessLine.Write(style, entry, line));
    }
}
