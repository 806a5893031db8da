using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.System.Ground;
using Sluice.System.Probes;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>The requests of http11.tsv through a relay to a small strict origin: those that count are answered as by a good server, and none is sent on with two meanings.</summary>
[Compares]
public sealed class RelayedProbeTests(RelayedProbeGround ground) : IClassFixture<RelayedProbeGround>
{
    private const int ScoredProbes = 161;

    public static IEnumerable<TheoryDataRow<string, string, string>> All => Probes().Select(static probe => new TheoryDataRow<string, string, string>(probe.Id, probe.Should, probe.Request));

    [Theory]
    [MemberData(nameof(All))]
    public void A_probe_is_answered_as_by_a_good_server_and_sent_on_with_one_meaning(string id, string should, string request)
    {
        string sent = Encoding.Latin1.GetString(Probe.Bytes(request));
        string heard = ground.Forwarding.Hear(sent);
        string status = heard.Length == 0 ? "none" : heard.Split(' ').ElementAtOrDefault(1) ?? heard;

        Assert.Null(Judge.Finding(sent, ground.Forwarding.TakeVisits(), heard));
        Assert.True(should.Length == 0 || Probe.IsGood(status, should), $"{id}: {status} is not one of {should}");
    }

    [Fact]
    public void All_that_count_were_played() => Assert.Equal(ScoredProbes, Probes().Count(static probe => probe.Should.Length > 0));

    // What a good server answers is in the file; where that is a file's server it is a good application's, as behind FastCGI. relayed.tsv has what is by design.
    private static IEnumerable<(string Id, string Should, string Request)> Probes()
    {
        Dictionary<string, string> own = Probe.Lines("fastcgi.tsv").Concat(Probe.Lines("relayed.tsv"))
            .ToDictionary(static fields => fields[0], static fields => fields[1], StringComparer.Ordinal);
        return Probe.Lines("http11.tsv").Select(fields => (fields[0], fields[1] is "yes" ? own.GetValueOrDefault(fields[0], fields[2]) : "", fields[4]));
    }
}

/// <summary>One relay for all probes.</summary>
public sealed class RelayedProbeGround : IDisposable
{
    internal ForwardingGround Forwarding { get; } = new(Answer);

    public void Dispose() => Forwarding.Dispose();

    private static Answer Answer(Message request)
    {
        Answer understood = Judge.Understood(request);
        string line = request.Method switch
        {
            "GET" or "HEAD" or "POST" => "HTTP/1.1 200 OK\r\n",
            _ => "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD, POST, OPTIONS\r\n",
        };
        return request.Method is "OPTIONS"
            ? understood with { Bytes = $"HTTP/1.1 204 No Content\r\n{Judge.Mark}: yes\r\nAllow: GET, HEAD, POST, OPTIONS\r\n\r\n" }
            : understood with { Bytes = understood.Bytes.Replace("HTTP/1.1 200 OK\r\n", line, StringComparison.Ordinal) };
    }
}
