using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Forwarding;

/// <summary>Thousands of answers that readers are known to take in different ways: a client hears what a strict reader finds in them, or that something is wrong.</summary>
[Compares]
public sealed class GeneratedResponseTests
{
    private const int Answers = 3000;
    private const int AnswersOfMutant = 300;
    private const int MostShown = 10;

    // Over connections that clients share, nobody hears what another one asked for.
    [Theory]
    [InlineData("return error", Answers)]
    [InlineData("http reuse\nreturn error", Answers / 3)]
    public void Nothing_is_passed_on_with_two_meanings(string protocol, int answers)
    {
        using ForwardingGround ground = new(Answer, protocol);
        string[] findings = [.. Findings(ground, answers).Take(MostShown)];

        Assert.True(findings.Length == 0, string.Join("\n", findings));
    }

    // As for requests: a relay that passes all on as it comes.
    [Fact]
    public void What_is_passed_on_as_it_comes_is_found()
    {
        using ForwardingGround ground = new(Answer, "tcp nodelay", "tcp");
        string[] findings = [.. Findings(ground, AnswersOfMutant)];

        Assert.InRange(findings.Length, AnswersOfMutant / 3, AnswersOfMutant);
        Assert.All((string[])["what is no message", "chunk line", "field line", "status line", "framed twice", "length", "coding"], kind =>
            Assert.Contains(findings, finding => finding.Contains(kind, StringComparison.Ordinal)));
    }

    // The seed is in the target, so that the answer is made where it is sent.
    private static Answer Answer(Message request) => request.Target is "/second"
        ? Judge.Understood(request)
        : new ResponseGenerator(int.Parse(request.Target.AsSpan(1), CultureInfo.InvariantCulture)).Answer();

    private static IEnumerable<string> Findings(ForwardingGround ground, int answers)
    {
        foreach (int seed in Enumerable.Range(0, answers))
        {
            string method = (seed % 7) switch { 0 => "HEAD", 1 => "POST", _ => "GET" };
            Answer answer = new ResponseGenerator(seed).Answer();
            Heard heard = ground.HearAll($"{method} /{seed} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n");
            if (ResponseJudge.Finding(answer, method, heard) is { } finding)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {method}: {finding} / answered: {answer} / heard: {heard}");
            }
        }
    }
}
