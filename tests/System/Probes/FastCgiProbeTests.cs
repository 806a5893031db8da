using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.System.FastCgi;
using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Probes;

/// <summary>
/// The requests of http11.tsv to an application behind FastCGI that echoes bodies, fields and cookies. All that count are answered as by a
/// good server, with no exception. fastcgi.tsv has what differs from an answer with a file.
/// </summary>
[Compares]
public sealed class FastCgiProbeTests(EchoGround ground) : IClassFixture<EchoGround>
{
    public static IEnumerable<TheoryDataRow<string, string, string>> All => Expected.Select(probe => new TheoryDataRow<string, string, string>(probe.Id, probe.Statuses, probe.Request));

    private static IEnumerable<(string Id, bool IsScored, string Should, string Statuses, string Request)> Expected
    {
        get
        {
            Dictionary<string, string[]> own = Probe.Lines("fastcgi.tsv").ToDictionary(fields => fields[0], StringComparer.Ordinal);
            return Probe.Lines("http11.tsv")
                .Select(fields => (Fields: fields, Own: own.GetValueOrDefault(fields[0], [fields[0], fields[2], fields[3]])))
                .Select(probe => (probe.Own[0], probe.Fields[1] is "yes", probe.Own[1], probe.Own[2], probe.Fields[4]));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_probe_is_answered_as_it_should_be(string id, string statuses, string request)
    {
        byte[] answers = statuses is "none" ? ground.AskAndLeave(request) : ground.AskAndGoOn(request);

        Assert.Equal((id, statuses), (id, Probe.Statuses(answers, request)));
        Assert.True(ground.ServesOthers(), "others are served");
    }

    [Fact]
    public void Every_probe_that_counts_is_answered_as_by_a_good_server()
    {
        (string Id, bool IsScored, string Should, string Statuses, string Request)[] scored = [.. Expected.Where(probe => probe.IsScored)];

        Assert.Equal(161, scored.Length);
        Assert.Empty(scored.Where(probe => !Probe.IsGood(probe.Statuses, probe.Should)).Select(probe => probe.Id));
    }

    // It would be told as the field that has a hyphen there.
    [Theory]
    [InlineData("NORM-UNDERSCORE-CL", "99")]
    [InlineData("NORM-UNDERSCORE-TE", "chunked")]
    public void A_name_with_an_underscore_does_not_pass_for_another(string id, string value)
    {
        using Peer peer = ground.Connect();
        peer.Send(Probe.Bytes(Expected.Single(probe => probe.Id == id).Request));

        Assert.Equal("Host: probe\n", Encoding.Latin1.GetString(peer.Answer().Body).Replace(value, "seen", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("COMP-POST-CL-BODY", "hello")]
    [InlineData("COMP-CHUNKED-BODY", "hello")]
    [InlineData("COMP-CHUNKED-MULTI", "hello world")]
    [InlineData("COMP-CHUNKED-TRAILER-VALID", "hello")]
    [InlineData("COMP-CHUNKED-HEX-UPPERCASE", "helloworld")]
    [InlineData("COMP-CHUNKED-EXTENSION", "hello")]
    [InlineData("COOK-ECHO", "Cookie: foo=bar\n")]
    [InlineData("COOK-MULTI-HEADER", "Cookie: a=1\nCookie: b=2\n")]
    [InlineData("COOK-PARSED-BASIC", "foo=bar\n")]
    [InlineData("COOK-PARSED-MULTI", "a=1\nb=2\nc=3\n")]
    public void The_application_got_what_was_sent(string id, string echo)
    {
        using Peer peer = ground.Connect();
        peer.Send(Probe.Bytes(Expected.Single(probe => probe.Id == id).Request));

        Assert.StartsWith(echo, Encoding.Latin1.GetString(peer.Answer().Body), StringComparison.Ordinal);
    }
}

/// <summary>One httpd for all of them, whose application echoes.</summary>
public sealed class EchoGround : IDisposable
{
    private const string Last = "GET /f HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n";

    private readonly FastCgiGround _ground = new(Echo, "connection { max requests 100000, max request body 1000000000 }");

    public void Dispose() => _ground.Dispose();

    internal Peer Connect() => new(_ground.Place, 80);

    /// <summary>What comes for a request behind which the client ends its output.</summary>
    internal byte[] AskAndLeave(string request)
    {
        using Peer peer = Connect();
        peer.Send(Probe.Bytes(request));
        peer.EndOutput();
        return peer.ToEnd();
    }

    /// <summary>What comes for a request, before the answer to another one behind it: whoever ends its output at once gives an application's answer up.</summary>
    internal byte[] AskAndGoOn(string request)
    {
        using Peer peer = Connect();
        peer.Send(Probe.Bytes(request));
        string head = peer.Head();
        byte[] body = request.StartsWith("HEAD", StringComparison.Ordinal) ? [] : peer.Exactly(Heads.Length(head) ?? 0);
        bool goesOn = Heads.Field(head, "Connection") is not "close";
        peer.Send(goesOn ? Last : "");
        byte[] rest = peer.ToEnd();
        string text = Encoding.Latin1.GetString(rest);
        int last = goesOn && text.EndsWith("\r\n\r\nf", StringComparison.Ordinal) ? text.LastIndexOf("HTTP/1.1 200 ", StringComparison.Ordinal) : rest.Length;
        return [.. Encoding.Latin1.GetBytes(head), .. body, .. rest[..last]];
    }

    internal bool ServesOthers() => _ground.ServesFiles();

    /// <summary>At /echo the fields, at /cookie the cookies, elsewhere the body; and methods as an application should answer them.</summary>
    private static void Echo(Request request)
    {
        string body = Encoding.Latin1.GetString(request.Body());
        switch (request["REQUEST_METHOD"])
        {
            case "OPTIONS":
                request.Out("Status: 204 No Content\r\nAllow: GET, HEAD, POST, OPTIONS\r\n\r\n").End();
                return;
            case "GET" or "HEAD" or "POST":
                break;
            default:
                request.Out("Status: 405 Method Not Allowed\r\nAllow: GET, HEAD, POST, OPTIONS\r\nContent-Length: 0\r\n\r\n").End();
                return;
        }

        string text = request["DOCUMENT_URI"] switch
        {
            "/echo" => string.Concat(request.Parameters.Where(pair => pair.Name.StartsWith("HTTP_", StringComparison.Ordinal)).Select(pair => $"{Field(pair.Name)}: {pair.Value}\n")),
            "/cookie" => string.Concat((request["HTTP_COOKIE"] ?? "").Split(';').Select(cookie => cookie.Trim() + "\n")),
            _ => body,
        };
        request.Out($"Content-Type: text/plain\r\nContent-Length: {text.Length}\r\n\r\n").Out(text).End();
    }

    // HTTP_USER_AGENT is User-Agent.
    private static string Field(string name) =>
        string.Join('-', name["HTTP_".Length..].Split('_').Select(word => word.Length == 0 ? "" : word[..1] + word[1..].ToLowerInvariant()));
}
