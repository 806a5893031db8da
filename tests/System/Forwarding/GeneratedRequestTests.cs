using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Thousands of connections with messages that readers are known to take in different ways: what is sent on has one meaning, that of a strict reader.</summary>
public sealed class GeneratedRequestTests
{
    private const int Connections = 3000;
    private const int ConnectionsOfMutant = 300;
    private const int MostShown = 10;

    [Fact]
    public void Nothing_is_sent_on_with_two_meanings()
    {
        using ForwardingGround ground = new(Judge.Understood);
        string[] findings = [.. Findings(ground, Connections).Take(MostShown)];

        Assert.True(findings.Length == 0, string.Join("\n", findings));
    }

    // A relay that sends all on as it comes is what the others are measured by: nearly every kind of finding is there.
    [Fact]
    public void What_is_sent_on_as_it_comes_is_found()
    {
        using ForwardingGround ground = new(Judge.Understood, "tcp nodelay", "tcp");
        string[] findings = [.. Findings(ground, ConnectionsOfMutant)];

        Assert.InRange(findings.Length, ConnectionsOfMutant / 3, ConnectionsOfMutant);
        Assert.All((string[])["what is no message", "chunk line", "field line", "request line", "framed twice", "length", "coding", "Host"], kind =>
            Assert.Contains(findings, finding => finding.Contains(kind, global::System.StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Findings(ForwardingGround ground, int connections) => Enumerable.Range(0, connections)
        .Select(seed => (Seed: seed, Sent: new RequestGenerator(seed).Connection()))
        .Select(round => (round.Seed, round.Sent, Finding: ground.Round(round.Sent)))
        .Where(round => round.Finding is not null)
        .Select(round => string.Create(CultureInfo.InvariantCulture, $"seed {round.Seed}: {round.Finding} / sent: {round.Sent}"));
}
