using System;
using System.Linq;
using System.Text;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>The parameters of a request: which, what they hold, and in which order; and what a client cannot make of them (hostile input 60).</summary>
[Compares]
public sealed class EnvironmentTests(EnvironmentGround ground) : IClassFixture<EnvironmentGround>
{
    [Fact]
    public void All_parameters_come_in_the_order_of_the_reference()
    {
        using Client client = ground.Connect();
        Answer answer = client.Ask(
            "POST /dir/script.php/extra%20path?a=%20b&c HTTP/1.1\r\nUser-Agent: u\r\nHost: other.example:80\r\nContent-Type: text/x\r\n" +
            "X-B: 2\r\nContent-Length: 3\r\nX-A: 1\r\nCookie: k=v\r\n\r\nabc");

        Assert.Equal(
            $"""
            PATH_INFO=/extra path
            SCRIPT_NAME=/dir/script.php
            SCRIPT_FILENAME=/htdocs/dir/script.php
            QUERY_STRING=a=%20b&c
            DOCUMENT_ROOT=/htdocs
            DOCUMENT_URI=/dir/script.php/extra path
            GATEWAY_INTERFACE=CGI/1.1
            CONTENT_LENGTH=3
            CONTENT_TYPE=text/x
            HTTP_COOKIE=k=v
            HTTP_HOST=other.example:80
            HTTP_USER_AGENT=u
            HTTP_X_A=1
            HTTP_X_B=2
            REMOTE_ADDR=127.0.0.1
            REMOTE_PORT={client.Port}
            REQUEST_METHOD=POST
            REQUEST_URI=/dir/script.php/extra%20path?a=%20b&c
            SERVER_ADDR=127.0.0.1
            SERVER_PORT=80
            SERVER_NAME=other.example
            SERVER_PROTOCOL=HTTP/1.1
            SERVER_SOFTWARE=httpd
            body=abc

            """,
            answer.Text);
    }

    [Theory]
    [InlineData("/nowhere/x", "SCRIPT_NAME=", "PATH_INFO=/nowhere/x", "SCRIPT_FILENAME=/htdocs")]
    [InlineData("/dir", "SCRIPT_NAME=/dir", "PATH_INFO=", "DOCUMENT_URI=/dir")] // no redirect (H-FCGI-13)
    [InlineData("/dir/", "DOCUMENT_URI=/dir/", "PATH_INFO=", "SCRIPT_FILENAME=/htdocs/dir/")] // no index file
    [InlineData("/dir/nothing", "SCRIPT_NAME=/dir", "PATH_INFO=/nothing", "SCRIPT_FILENAME=/htdocs/dir")]
    [InlineData("/dir/script.php", "SCRIPT_NAME=/dir/script.php", "PATH_INFO=", "SCRIPT_FILENAME=/htdocs/dir/script.php")]
    [InlineData("/dir/script.php/", "SCRIPT_NAME=/dir/script.php", "PATH_INFO=/", "DOCUMENT_URI=/dir/script.php/")]
    [InlineData("/dir/../dir/./script.php//p", "DOCUMENT_URI=/dir/script.php/p", "REQUEST_URI=/dir/../dir/./script.php//p", "PATH_INFO=/p")]
    [InlineData("/param/x", "FOO=bar baz", "EMPTY=", "HTTP_HOST=mine")]
    [InlineData("/strip/a.php/p", "SCRIPT_NAME=/strip/a.php", "PATH_INFO=/p", "SCRIPT_FILENAME=/deep/a.php")]
    [InlineData("/strip/a.php", "DOCUMENT_ROOT=/deep", "DOCUMENT_URI=/strip/a.php", "SCRIPT_FILENAME=/deep/a.php")]
    [InlineData("/fixed/a/b?q", "SCRIPT_FILENAME=/htdocs/front.php", "PATH_INFO=/fixed/a/b", "QUERY_STRING=q")]
    [InlineData("/rewritten/x?old", "SCRIPT_NAME=/there/front.php", "PATH_INFO=/new", "REQUEST_URI=/rewritten/x?old")]
    [InlineData("/rewritten/x?old", "QUERY_STRING=q=%25", "DOCUMENT_URI=/there/front.php/new", "DOCUMENT_ROOT=/htdocs")]
    [InlineData("/renamed/x?old", "QUERY_STRING=old", "DOCUMENT_URI=/there/front.php", "REQUEST_URI=/renamed/x?old")]
    public void A_path_is_split_into_script_and_the_rest(string path, string first, string second, string third)
    {
        string[] lines = Lines(path);

        Assert.Equal([first, second, third], ((string[])[first, second, third]).Where(each => lines.Contains(each, StringComparer.Ordinal)), StringComparer.Ordinal);
    }

    [Fact]
    public void The_parameters_of_the_configuration_stand_between_those_of_the_request_and_those_of_the_connection()
    {
        string[] names = [.. Lines("/param/x").Select(line => line.Split('=')[0])];

        Assert.Equal(["HTTP_HOST", "FOO", "EMPTY", "HTTP_HOST", "REMOTE_ADDR", "REMOTE_ADDR", "REMOTE_PORT"], names.SkipWhile(name => name is not "HTTP_HOST").Take(7), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("Proxy: http://evil/")]
    [InlineData("PROXY: http://evil/")]
    [InlineData("pRoXy: http://evil/\r\nProxy: again")]
    public void A_client_cannot_name_a_proxy(string field) =>
        Assert.DoesNotContain(Lines("/", field + "\r\n"), line => line.StartsWith("HTTP_PROXY=", StringComparison.Ordinal));

    [Theory]
    [InlineData("X-A: 1\r\nX_A: 2", "HTTP_X_A=1", 1)]
    [InlineData("Proxy_: 1\r\n_Proxy: 2", "HTTP_PROXY=", 0)]
    [InlineData("X-A: 1\r\nX-A: 2", "HTTP_X_A=2", 1)]
    [InlineData("X-A: \u00e4\u00ff", "HTTP_X_A=\u00e4\u00ff", 1)]
    [InlineData("x!#$%&'*+.^_`|~-9: v", "HTTP_X!#$%&'*+.^_`|~_9=v", 1)]
    [InlineData("Content_Length: 5", "CONTENT_LENGTH=", 0)]
    [InlineData("Content_Type: text/evil", "CONTENT_TYPE=", 0)]
    [InlineData("Remote-User: root\r\nRemote-Addr: 1.1.1.1", "REMOTE_USER=", 0)]
    [InlineData("Script-Filename: /etc/passwd", "SCRIPT_FILENAME=/htdocs", 1)]
    [InlineData("Https: on", "HTTPS=", 0)]
    [InlineData("Authorization: Basic YTpi", "HTTP_AUTHORIZATION=Basic YTpi", 1)]
    public void Fields_of_a_client_become_nothing_but_fields(string fields, string beginning, int count) =>
        Assert.Equal(count, Lines("/", fields + "\r\n").Count(line => line.StartsWith(beginning, StringComparison.Ordinal)));

    [Theory]
    [InlineData("HTTP/1.0")]
    [InlineData("HTTP/1.1")]
    public void The_version_of_the_request_is_told(string version)
    {
        using Client client = ground.Connect();
        Assert.Contains($"SERVER_PROTOCOL={version}\n", client.Ask($"GET / {version}\r\nHost: test\r\n\r\n").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_8000_bytes_comes_whole()
    {
        string value = new('v', 7900);

        Assert.Contains($"HTTP_X={value}", Lines("/", $"X: {value}\r\n"), StringComparer.Ordinal);
    }

    private string[] Lines(string path, string fields = "") => ground.Get(path, fields).Text.Split('\n');
}

/// <summary>One httpd for all of them, whose application answers with its parameters, a line each.</summary>
public sealed class EnvironmentGround : IDisposable
{
    private const string Locations = """
        no banner
        	alias "other.example"
        	location "/param/*" { fastcgi { socket "/run/app.sock", param FOO "bar baz", param EMPTY "", param HTTP_HOST "mine", param REMOTE_ADDR "mine" } }
        	location "/strip/*" {
        		root "/htdocs/deep"
        		request strip 1
        		fastcgi { socket "/run/app.sock", strip 1 }
        	}
        	location "/strip3/*" { fastcgi { socket "/run/app.sock", strip 3 } }
        	location "/fixed/*" { fastcgi { socket "/run/app.sock", script "/front.php" } }
        	location "/rewritten/*" { request rewrite "/there/front.php/new?q=%25" }
        	location "/renamed/*" { request rewrite "/there/front.php" }
        """;

    private readonly FastCgiGround _ground = new(Dump, Locations);

    public EnvironmentGround()
    {
        foreach (string path in (string[])["dir/script.php", "deep/a.php", "there/front.php", "front.php"])
        {
            _ground.Site.Document($"htdocs/{path}", "not shown"u8.ToArray());
        }
    }

    public void Dispose() => _ground.Dispose();

    internal Client Connect() => _ground.Connect();

    internal Answer Get(string path, string fields) => _ground.Get(path, fields);

    internal static void Dump(Request request)
    {
        StringBuilder text = new();
        foreach ((string name, string value) in request.Parameters)
        {
            text.Append(name).Append('=').Append(value).Append('\n');
        }

        string body = text + $"body={Encoding.Latin1.GetString(request.Body())}\n";
        request.Out($"Content-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}").End();
    }
}
