using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Thousands of connections with messages that readers are known to take in different ways: what is sent on has one meaning, that of a strict reader.</summary>
[Compares]
public sealed class GeneratedRequestTests
{
    private const int Connections = 3000;
    private const int SharedConnections = 1000;
    private const int ConnectionsOfMutant = 300;
    private const int MostShown = 10;

    [Fact]
    public void Nothing_is_sent_on_with_two_meanings()
    {
        using ForwardingGround ground = new(Judge.Understood);
        string[] findings = [.. Findings(ground.Round, Connections).Take(MostShown)];

        Assert.True(findings.Length == 0, string.Join("\n", findings));
    }

    // What one client sent must never be a part of what another one asked.
    [Fact]
    public void Nor_over_connections_that_clients_share()
    {
        using ForwardingGround ground = new(Judge.Understood, "http reuse\nreturn error");
        string[] findings = [.. Findings(ground.SharedRound, SharedConnections).Take(MostShown)];

        Assert.True(findings.Length == 0, string.Join("\n", findings));
    }

    // A relay that sends all on as it comes is what the others are measured by: nearly every kind of finding is there.
    [Fact]
    public void What_is_sent_on_as_it_comes_is_found()
    {
        using ForwardingGround ground = new(Judge.Understood, "tcp nodelay", "tcp");
        string[] findings = [.. Findings(ground.Round, ConnectionsOfMutant)];

        Assert.InRange(findings.Length, ConnectionsOfMutant / 3, ConnectionsOfMutant);
        Assert.All((string[])["what is no message", "chunk line", "field line", "request line", "framed twice", "length", "coding", "Host"], kind =>
            Assert.Contains(findings, finding => finding.Contains(kind, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Findings(Func<string, string?> round, int connections) => Enumerable.Range(0, connections)
        .Select(seed => (Seed: seed, Sent: new RequestGenerator(seed).Connection()))
        .Select(each => (each.Seed, each.Sent, Finding: round(each.Sent)))
        .Where(each => each.Finding is not null)
        .Select(each => string.Create(CultureInfo.InvariantCulture, $"seed {each.Seed}: {each.Finding} / sent: {each.Sent}"));
}
