using System;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>Errors of an application that are answered by pages of ours, where <c>fastcgi</c> says <c>errdocs</c>.</summary>
[Compares]
public sealed class ReplacedErrorTests
{
    private const string Lines = "errdocs \"/errors\"\n\tlocation \"/replaced\" { fastcgi { socket \"/run/app.sock\", errdocs } }";

    [Theory]
    [InlineData("/own", "404 Nothing Here", 404, "own")]
    [InlineData("/replaced", "404 Nothing Here", 404, "the administrator's")]
    [InlineData("/replaced", "503 Later", 503, "<h1>503 Service Unavailable</h1>")]
    [InlineData("/replaced", "201 Created", 201, "own")]
    public void Only_errors_are_replaced_and_only_where_it_is_asked_for(string path, string said, int status, string page)
    {
        using FastCgiGround ground = Ground(said);

        Answer answer = ground.Get(path);

        Assert.Equal((status, true), (answer.Status, answer.IsWhole));
        Assert.Contains(page, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_about_the_body_stays_and_the_connection_goes_on()
    {
        using FastCgiGround ground = Ground("404 Nothing Here");
        using Client client = ground.Connect();

        Answer answer = client.Ask("GET /replaced HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.Equal("1", Heads.Field(answer.Head, "X-Kept"));
        Assert.Equal("text/html", Heads.Field(answer.Head, "Content-Type"));
        Assert.Equal(("", ""), (Heads.Field(answer.Head, "ETag") ?? "", Heads.Field(answer.Head, "Content-Encoding") ?? ""));
        Assert.Equal("200 f", client.Ask("GET /f HTTP/1.1\r\nHost: test\r\n\r\n").ToString());
    }

    private static FastCgiGround Ground(string status)
    {
        FastCgiGround ground = new(
            request => request.Answer($"Status: {status}\r\nContent-Type: text/plain\r\nX-Kept: 1\r\nETag: \"a\"\r\nContent-Encoding: x\r\n\r\n{string.Concat(Enumerable.Repeat("own", 10_000))}"),
            Lines);
        ground.Site.Document("errors/404.html", Encoding.ASCII.GetBytes("the administrator's"));
        return ground;
    }
}
