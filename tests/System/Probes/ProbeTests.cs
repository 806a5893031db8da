using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Probes;

/// <summary>
/// Requests that fool servers, from http11.tsv: an id, whether it counts, a pattern of the first status of a good server, the
/// statuses that ours answers with, and the request. A line holds if exactly these answers come, as messages that end where
/// they should, and then the end. Where ours is not a good server's, by-design.tsv says why.
/// </summary>
[Compares]
public sealed class ProbeTests(ProbeGround ground) : IClassFixture<ProbeGround>
{
    private const int ScoredProbes = 161;

    public static IEnumerable<TheoryDataRow<string, string, string>> All =>
        Probe.Lines("http11.tsv").Select(fields => new TheoryDataRow<string, string, string>(fields[0], fields[3], fields[4]));

    [Theory]
    [MemberData(nameof(All))]
    public void A_probe_is_answered_as_it_should_be(string id, string statuses, string request)
    {
        using Peer peer = ground.Connect();
        peer.Send(Probe.Bytes(request));
        peer.EndOutput();

        Assert.Equal((id, statuses), (id, Probe.Statuses(peer.ToEnd(), request)));
        ground.AssertServes();
    }

    [Fact]
    public void What_a_good_server_does_not_answer_is_by_design()
    {
        string[][] scored = [.. Probe.Lines("http11.tsv").Where(fields => fields[1] is "yes")];
        IEnumerable<string> failing = scored
            .Where(fields => !Probe.IsGood(fields[3], fields[2]))
            .Select(fields => fields[0]);

        Assert.Equal(ScoredProbes, scored.Length);
        Assert.Equal(Probe.Lines("by-design.tsv").Select(fields => fields[0]), failing, StringComparer.Ordinal);
    }
}

/// <summary>One httpd for all probes, with an index file and one more.</summary>
public sealed class ProbeGround : IDisposable
{
    private readonly Place _place = new();
    private readonly Daemon _daemon;

    public ProbeGround()
    {
        Site site = new Site(_place).Document("htdocs/index.html", "index\n"u8.ToArray()).ConfigureServer("");
        _daemon = Daemon.Start(_place, site.Configuration);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _place.Dispose();
    }

    internal Peer Connect() => new(_place, 80);

    internal void AssertServes()
    {
        using Peer peer = Connect();
        peer.Send("GET / HTTP/1.1\r\nHost: next\r\n\r\n");
        Assert.Equal(200, Heads.Status(peer.Answer().Head));
    }
}
