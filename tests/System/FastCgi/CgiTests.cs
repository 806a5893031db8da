using System;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>CGI programs behind fcgiwrap, which is to httpd what slowcgi is (H-FCGI-53).</summary>
[Compares]
public sealed class CgiTests(CgiGround ground) : IClassFixture<CgiGround>
{
    [Theory]
    [InlineData("/cgi-bin/hello", "200 hello /cgi-bin/hello  q=")]
    [InlineData("/cgi-bin/hello/a/b?x=1", "200 hello /cgi-bin/hello /a/b q=x=1")]
    [InlineData("/cgi-bin/silent", "502")]
    [InlineData("/cgi-bin/empty", "200 ")]
    [InlineData("/cgi-bin/missing", "403")]
    [InlineData("/cgi-bin/unavailable", "503")]
    public void A_program_answers(string path, string outcome) => Assert.Equal(outcome, ground.Get(path).ToString());

    // fcgiwrap, as slowcgi, sends an empty record before the end: the client must not see two ends.
    [Fact]
    public void An_answer_has_one_end()
    {
        using Client client = ground.Connect();

        Assert.Equal("200 hello /cgi-bin/hello  q=", client.Ask("GET /cgi-bin/hello HTTP/1.1\r\nHost: test\r\n\r\n").ToString());
        Assert.Equal("200 ", client.Ask("HEAD /cgi-bin/hello HTTP/1.1\r\nHost: test\r\n\r\n").ToString());
        Assert.Equal("200 hello /cgi-bin/hello  q=", client.Ask("GET /cgi-bin/hello HTTP/1.1\r\nHost: test\r\n\r\n").ToString());
    }

    [Fact]
    public void A_body_reaches_the_program()
    {
        byte[] body = Site.Bytes(3_000_000);
        using Client client = ground.Connect();
        client.Send("POST /cgi-bin/cat HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.Send(BodyGround.Chunks(body, 50_000));

        Assert.True(client.Read().Body.AsSpan().SequenceEqual(body), "what was sent comes back");
    }

    [Fact]
    public void What_a_program_writes_to_its_standard_error_is_logged()
    {
        Assert.Equal("200 complained", ground.Get("/cgi-bin/complain").ToString());
        Assert.NotEmpty(ground.AwaitLine("this program is sad"));
    }
}

/// <summary>One httpd and one fcgiwrap for all of them.</summary>
public sealed class CgiGround : IDisposable
{
    private const UnixFileMode Runs = Modes.Folder;
    private const string Lines = "connection max request body 10000000\n\tlocation \"/cgi-bin/*\" {\n\t\tfastcgi\n\t\troot \"/\"\n\t}";

    private readonly Place _place = new();
    private readonly Daemon _daemon;
    private readonly Application _cgi;

    public CgiGround()
    {
        Site site = new Site(_place).ConfigureServer(Lines);
        foreach ((string name, string text) in ((string, string)[])[
            ("hello", "printf 'Content-Type: text/plain\\r\\n\\r\\nhello %s %s q=%s' \"$SCRIPT_NAME\" \"$PATH_INFO\" \"$QUERY_STRING\""),
            ("silent", "exit 0"),
            ("empty", "printf 'Content-Type: text/plain\\r\\n\\r\\n'"),
            ("unavailable", "printf 'Status: 503 Later\\n\\n'"),
            ("cat", "printf 'Content-Type: application/octet-stream\\r\\n\\r\\n'; head -c \"$CONTENT_LENGTH\" > /tmp/body; cat /tmp/body"),
            ("complain", "echo this program is sad >&2; printf 'Content-Type: text/plain\\r\\n\\r\\ncomplained'")])
        {
            site.Document($"cgi-bin/{name}", Encoding.UTF8.GetBytes($"#!/bin/sh\n{text}\n"), Runs);
        }

        _daemon = Daemon.Start(_place, site.Configuration);
        _cgi = Application.Cgi(_place, site);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _cgi.Dispose();
        _place.Dispose();
    }

    internal Client Connect() => new(_place);

    internal Answer Get(string path) => Client.Get(_place, path);

    internal string AwaitLine(string text) => _daemon.AwaitLine(text);
}
