using System;
using System.Text.Json;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>The access log of relays, as it leaves the daemon (<c>log json</c>).</summary>
[Compares]
public sealed class RequestLogTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly ForwardingGround _ground = new(
        static _ => new(Ok, Afterwards.Keep),
        "return error\nhttp request id\nmatch request header log \"X-Request-ID\"\nblock request path \"/no*\"\nmatch request header \"X-Request-ID\" value \"ours-*\" tag OURS",
        globals: "log json\nlog connection");

    public void Dispose() => _ground.Dispose();

    [Fact]
    public void The_name_of_a_request_is_the_same_for_the_host_for_rules_and_in_the_log()
    {
        _ = _ground.Hear("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        string name = Line("/1").GetProperty("request_id").GetString()!;

        Assert.Matches("^[0-9a-f]{32}$", name);
        Assert.Contains($"\r\nX-Request-ID: {name}\r\n", Assert.Single(_ground.Origin.Visits).Received, StringComparison.Ordinal);
        Assert.Contains($"[X-Request-ID: {name}]", _ground.AwaitLine("session 1 "), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_cannot_be_forged_and_says_what_was_asked_for_and_how_it_ended()
    {
        _ = _ground.Hear("GET /no\"\\?a=\"} HTTP/1.1\r\nHost: a\r\nX-Request-ID: ours-1\r\nUser-Agent: a\"},{\\\t\u00e9\r\n\r\n");
        JsonElement line = Line("/no%22%5C");

        Assert.Equal((403, 0), (line.GetProperty("status").GetInt32(), line.GetProperty("bytes").GetInt32()));
        Assert.Equal(("a=\"}", "a\"},{\\\t\u00e9"), (line.GetProperty("query").GetString(), line.GetProperty("user_agent").GetString()));
        Assert.Equal(("ours-1", "web"), (line.GetProperty("request_id").GetString(), line.GetProperty("server").GetString()));
        Assert.False(line.TryGetProperty("host", out _));
        Assert.Contains(", OURS, ", _ground.AwaitLine("session "), StringComparison.Ordinal);
    }

    private JsonElement Line(string path)
    {
        string said = _ground.AwaitLine($"\"path\":\"{path}\"");
        using JsonDocument line = JsonDocument.Parse(said[said.IndexOf('{', StringComparison.Ordinal)..]);
        return line.RootElement.Clone();
    }
}
