using System;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.FastCgi;

/// <summary>What belongs to a request besides its parameters, and what its answer gets from the configuration.</summary>
[Compares]
public sealed class RequestTests(RequestGround ground) : IClassFixture<RequestGround>
{
    // H-FCGI-11: no body is the empty record alone.
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: test\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    public void A_request_without_a_body_has_one_empty_record(string request)
    {
        using Client client = ground.Connect();

        Assert.Equal("200 records=1", client.Ask(request).ToString());
    }

    // H-FCGI-48: upstream logs none.
    [Theory]
    [InlineData("/long?first", 70_000)]
    [InlineData("/none?second", 0)]
    public void The_bytes_of_a_body_are_logged(string path, int count)
    {
        using Client client = ground.Connect();
        Answer answer = client.Ask($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n");

        Assert.Equal(count, answer.Length);
        Await.Until(() => ground.LogLines.Any(line => line.EndsWith($" \"GET {path} HTTP/1.1\" 200 {count}", StringComparison.Ordinal)), "the line has the count");
    }

    // H-FCGI-41.
    [Fact]
    public void What_the_configuration_adds_is_added_to_an_answer()
    {
        string[] lines = ground.GetSecurely("/own").Split("\r\n");

        Assert.Contains("X-Own: httpd", lines, StringComparer.Ordinal);
        Assert.Contains("Strict-Transport-Security: max-age=9", lines, StringComparer.Ordinal);
        Assert.Equal(["Server: httpd", "Server: application"], lines.Where(line => line.StartsWith("Server:", StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(lines[1..^2].Order(StringComparer.OrdinalIgnoreCase).Select(NameOf), lines[1..^2].Select(NameOf), StringComparer.Ordinal);
    }

    private static string NameOf(string line) => line.Split(':')[0];
}

/// <summary>One httpd for all of them, with and without TLS.</summary>
public sealed class RequestGround : IDisposable
{
    private readonly FastCgiGround _ground = new(Serve);

    public RequestGround()
    {
        Pair pair = Pair.Make(_ground.Place, "ecdsa", "server", "test");
        _ground.Site.Configure($$"""
            server "test" {
            	listen on 127.0.0.1 port 80
            	log access "access.log"
            	{{FastCgiGround.Socket}}
            }
            server "test" {
            	listen on 127.0.0.1 tls port 443
            	{{pair.Lines}}
            	hsts max-age 9
            	header set "X-Own" "httpd"
            	{{FastCgiGround.Socket}}
            }
            """);
        _ground.Daemon.Reload();
    }

    internal global::System.Collections.Generic.IReadOnlyList<string> LogLines => _ground.Site.LogLines();

    public void Dispose() => _ground.Dispose();

    internal Client Connect() => _ground.Connect();

    internal string GetSecurely(string path)
    {
        using SecurePeer peer = new(_ground.Place, 443);
        return peer.Get(path).Head;
    }

    private static void Serve(Request request)
    {
        request.ReadRest();
        string answer = request["DOCUMENT_URI"] switch
        {
            "/long" => $"\r\n{new string('l', 60_000)}",
            "/none" => "\r\n",
            "/own" => "Server: application\r\nX-Own: application\r\nContent-Length: 1\r\n\r\na",
            _ => $"\r\nrecords={request.BodyRecords}",
        };
        request.Out("Content-Type: text/plain\r\n" + answer).Out(request["DOCUMENT_URI"] is "/long" ? new string('l', 10_000) : "").End();
    }
}
