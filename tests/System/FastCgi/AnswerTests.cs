using System;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>What becomes of an application's answer on its way to the client: fields, framing, parts.</summary>
[Compares]
public sealed class AnswerTests(AnswerGround ground) : IClassFixture<AnswerGround>
{
    private const string Get = "GET / HTTP/1.1\r\nHost: test\r\n\r\n", Head = "HEAD / HTTP/1.1\r\nHost: test\r\n\r\n", Old = "GET / HTTP/1.0\r\n\r\n";

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "Transfer-Encoding", "chunked")]
    [InlineData("Transfer-Encoding: gzip", "Transfer-Encoding", "chunked")]
    [InlineData("Connection: close", "Connection", "keep-alive")]
    [InlineData("Connection: upgrade", "Connection", "keep-alive")]
    [InlineData("Keep-Alive: timeout=5", "Keep-Alive", "")]
    [InlineData("Proxy-Connection: close", "Proxy-Connection", "")]
    [InlineData("Upgrade: h2c", "Upgrade", "")]
    [InlineData("TE: trailers", "TE", "")]
    [InlineData("Trailer: X", "Trailer", "")]
    [InlineData("Status: 200", "Status", "")]
    [InlineData("Set-Cookie: a=1\r\nSet-Cookie: b=2", "Set-Cookie", "a=1|b=2")]
    [InlineData("Date: Tue, 14 Nov 2023 22:13:20 GMT", "Date", "Tue, 14 Nov 2023 22:13:20 GMT")]
    [InlineData("X-Empty:", "X-Empty", "")]
    [InlineData("X-Blank:  a  ", "X-Blank", "a")]
    [InlineData("Status: 200 OK\r\nLocation: http://elsewhere.example/", "Location", "http://elsewhere.example/")]
    public void A_field_of_the_application_is_passed_on_unless_it_is_about_the_connection(string field, string name, string values)
    {
        ground.Answer = $"{field}\r\nContent-Type: text/plain\r\n\r\nbody";
        using Client client = ground.Connect();

        Answer answer = client.Ask(Get);

        Assert.Equal(values, string.Join('|', Values(answer.Head, name)));
        Assert.Equal("200 body", answer.ToString());
        Assert.Equal("200 body", client.Ask(Get).ToString());
    }

    [Theory]
    [InlineData("X-A: a\rX-B: b\r\n")]
    [InlineData("X-A: a\r\r\n")]
    [InlineData("X-A: \rSet-Cookie: evil=1\r\n")]
    [InlineData("X-A: a\nSet-Cookie: b=1\n")]
    public void A_line_end_in_a_value_never_reaches_the_client_as_it_is(string field)
    {
        ground.Answer = $"{field}Content-Type: text/plain\r\n\r\nbody";
        using Client client = ground.Connect();

        string head = client.Ask(Get).Head.Replace("\r\n", "", StringComparison.Ordinal);

        Assert.DoesNotContain('\r', head);
        Assert.DoesNotContain('\n', head);
    }

    [Theory]
    [InlineData(Get, "\r\nbody", "chunked", "", "200 body")]
    [InlineData(Get, "Content-Length: 4\r\n\r\nbody", "", "4", "200 body")]
    [InlineData(Get, "\r\n", "", "0", "200 ")]
    [InlineData(Head, "\r\nbody", "chunked", "", "200 ")]
    [InlineData(Head, "Content-Length: 4\r\n\r\nbody", "", "4", "200 ")]
    [InlineData(Head, "Content-Length: 4\r\n\r\n", "", "4", "200 ")]
    [InlineData(Old, "\r\nbody", "", "", "200 body")]
    [InlineData(Old, "Content-Length: 4\r\n\r\nbody", "", "4", "200 body")]
    [InlineData(Get, "Status: 204 No Content\r\n\r\nbody", "", "", "204")]
    [InlineData(Get, "Status: 304 Not Modified\r\n\r\nbody", "", "", "304")]
    [InlineData(Get, "Status: 404 Nothing\r\nContent-Length: 4\r\n\r\nbody", "", "4", "404")]
    [InlineData(Get, "Location: /there\r\n\r\nbody", "chunked", "", "302")]
    public void A_body_is_framed_as_the_request_allows(string request, string answer, string coding, string length, string outcome)
    {
        ground.Answer = "Content-Type: text/plain\r\n" + answer;
        using Client client = ground.Connect();

        Answer came = client.Ask(request);

        Assert.Equal((outcome, coding, length), (came.ToString(), string.Concat(Values(came.Head, "Transfer-Encoding")), string.Concat(Values(came.Head, "Content-Length"))));
        Assert.Equal(request is Old, client.Ends(Get));
    }

    /// <summary>H-HTTP-23, D-22.</summary>
    [Theory]
    [InlineData("\r\nbody", true)]
    [InlineData("Content-Length: 4\r\n\r\nbody", false)]
    public void A_client_of_HTTP_1_0_keeps_its_connection_only_where_the_length_is_known(string answer, bool ends)
    {
        ground.Answer = "Content-Type: text/plain\r\n" + answer;
        using Client client = ground.Connect();

        Assert.Equal("200 body", client.Ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").ToString());

        Assert.Equal(ends, client.Ends(Get));
    }

    [Fact]
    public void Httpd_adds_its_own_fields_and_no_type_and_no_time()
    {
        ground.Answer = "X-A: 1\r\n\r\nbody";

        string[] names = [.. ground.Get().Head.Split("\r\n").Skip(1).Select(line => line.Split(':')[0]).Where(name => name.Length > 0)];

        Assert.Equal(["Connection", "Date", "Server", "Transfer-Encoding", "X-A"], names);
    }

    /// <summary>H-HTTP-51.</summary>
    [Theory]
    [InlineData("200 201 204 206 301 302 303 304 307 308", "1")]
    [InlineData("202 203 205 207 300 400 403 404 500 503", "")]
    public void A_rule_without_always_is_for_some_codes_whoever_gives_them(string codes, string value)
    {
        using Client client = ground.Connect();

        Assert.All(codes.Split(' '), code =>
        {
            ground.Answer = $"Status: {code}\r\nX-Old: application\r\n\r\n";
            string head = client.Ask("GET /ruled HTTP/1.1\r\nHost: test\r\n\r\n").Head;
            Assert.Equal((code, value, "2"), (head.Split(' ')[1], string.Concat(Values(head, "X-Rule")), string.Concat(Values(head, "X-Always"))));
            Assert.Equal(value.Length == 0, Values(head, "X-Old").Length > 0);
        });
    }

    [Fact]
    public void The_reason_is_that_of_the_table()
    {
        ground.Answer = "Status: 404 Odd Words\r\nContent-Length: 0\r\n\r\n";

        Assert.StartsWith("HTTP/1.1 404 Not Found\r\n", ground.Get().Head, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_in_one_packet_are_answered_in_order()
    {
        ground.Answer = "Content-Type: text/plain\r\n\r\nbody";
        using Client client = ground.Connect();
        client.Send(string.Concat(Enumerable.Repeat(Get + Head + "GET /f HTTP/1.1\r\nHost: test\r\n\r\n", 20)));

        string[] answers = [.. Enumerable.Range(0, 60).Select(i => client.Read(i % 3 == 1 ? "HEAD" : "GET").ToString())];

        Assert.Equal(Enumerable.Range(0, 20).SelectMany(_ => (string[])["200 body", "200 ", "200 f"]), answers, StringComparer.Ordinal);
    }

    [Fact]
    public void Ten_thousand_records_make_one_body()
    {
        using FastCgiGround own = new(request => Enumerable.Range(0, 10_000).Aggregate(request.Out("Content-Type: text/plain\r\n\r\n"), (to, i) => to.Out(Encoding.Latin1.GetBytes($"{i},"), (byte)(i % 256))).End());

        Assert.Equal("200 " + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i},")), own.Get().ToString());
    }

    private static string[] Values(string head, string name) =>
        [.. head.Split("\r\n").Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim())];
}

/// <summary>One httpd for all of them, whose application answers what the test says.</summary>
public sealed class AnswerGround : IDisposable
{
    private readonly FastCgiGround _ground;

    public AnswerGround()
    {
        _ground = new FastCgiGround(
            request => request.Answer(Answer),
            "location \"/ruled\" {\n\theader set \"X-Rule\" \"1\"\n\theader set \"X-Always\" \"2\" always\n\theader remove \"X-Old\"\n\t}");
    }

    /// <summary>Head and body.</summary>
    public string Answer { get; set; } = "";

    public void Dispose() => _ground.Dispose();

    internal Client Connect() => _ground.Connect();

    internal Answer Get() => _ground.Get();
}
