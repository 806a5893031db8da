using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

using Xunit.Sdk;

namespace Sluice.System.Cases;

/// <summary>
/// Plays one case, strictly: each byte that comes must be one that the case names, a connection that the case does not
/// call closed must serve one more request at once, and each line in the access log must be one that the case names.
/// </summary>
internal sealed class CasePlay(CaseGround ground, Case play) : IDisposable
{
    private static int _sentinels;

    private readonly int _firstLine = ground.Site.LogLines().Count;
    private readonly StringBuilder _output = new();
    private Peer? _peer;
    private string _head = "";
    private string _sentinel = "";

    public void Run()
    {
        foreach (Step step in play.Steps)
        {
            try
            {
                Do(step);
            }
            catch (XunitException exception)
            {
                throw new XunitException($"{ground.File.Name}.case:{step.Line}: {exception.Message}", exception);
            }
        }

        LeaveInOrder();
        CheckLog();
    }

    public void Dispose() => _peer?.Dispose();

    private void Do(Step step)
    {
        if (step.Kind == StepKind.Connect)
        {
            LeaveInOrder();
            string[] words = step.Text.Split(' ');
            _peer = ground.Connect(words[0], int.Parse(words[1], CultureInfo.InvariantCulture));
            return;
        }

        _peer ??= ground.Connect("127.0.0.1", 80);
        if (step.Kind == StepKind.Send)
        {
            _output.Append(step.Text);
            return;
        }

        Flush(_peer);
        switch (step.Kind)
        {
            case StepKind.EndOutput:
                _peer.EndOutput();
                break;
            case StepKind.Head:
                _head = _peer.Head();
                CompareHead(step.Text.Split('\n'), _head[..^4].Split("\r\n"));
                break;
            case StepKind.Body:
                Compare(step.Text, Encoding.Latin1.GetString(_peer.Exactly(step.Text.Length)));
                break;
            case StepKind.BodyOfFile:
                byte[] wanted = File.ReadAllBytes(Path.Combine(ground.Site.Root, step.Text));
                Compare("the file", wanted.AsSpan().SequenceEqual(_peer.Exactly(wanted.Length)) ? "the file" : "other bytes");
                break;
            case StepKind.BodyContains or StepKind.BodyLacks or StepKind.BodyLike:
                CompareBody(step, Encoding.Latin1.GetString(_peer.Exactly(Heads.Length(_head) ?? 0)));
                break;
            case StepKind.Closed:
                Compare("", Encoding.Latin1.GetString(_peer.ToEnd()));
                Close();
                break;
            case StepKind.Connect:
            case StepKind.Send:
            default:
                throw new InvalidOperationException(step.Kind.ToString());
        }
    }

    private static void CompareBody(Step step, string body)
    {
        bool holds = step.Kind switch
        {
            StepKind.BodyContains => body.Contains(step.Text, StringComparison.Ordinal),
            StepKind.BodyLacks => !body.Contains(step.Text, StringComparison.Ordinal),
            _ => Matches(step.Text, body),
        };
        Compare(step.Text, holds ? step.Text : body);
    }

    /// <summary>
    /// What a client says in a row leaves in one piece: were it sent line by line, a daemon that closes after the first
    /// would make the next one fail, or not, as the machine is busy.
    /// </summary>
    private void Flush(Peer peer)
    {
        if (_output.Length > 0)
        {
            peer.Send(_output.ToString());
            _output.Clear();
        }
    }

    /// <summary>What is not closed serves one more request, and nothing comes before its answer.</summary>
    private void LeaveInOrder()
    {
        if (_peer is not null)
        {
            Flush(_peer);
            Sentinel(_peer);
            Close();
        }
    }

    private void Close()
    {
        _peer?.Dispose();
        _peer = null;
    }

    private void Sentinel(Peer peer)
    {
        _sentinel = $"/sentinel-{++_sentinels}";
        peer.Send($"GET {_sentinel} HTTP/1.1\r\nHost: sentinel\r\n\r\n");
        string head = peer.Answer().Head;
        Compare("HTTP/1.1 404 Not Found", head.Split("\r\n")[0]);
    }

    private void CheckLog()
    {
        // The line of a request that comes after all others shows that theirs are written.
        using (Peer last = ground.Connect("127.0.0.1", ground.File.SentinelPort))
        {
            Sentinel(last);
        }

        Await.Until(() => ground.Site.LogLines().Any(IsSentinel), $"the line of {_sentinel} is in the access log");
        List<string> lines = [.. ground.Site.LogLines().Skip(_firstLine).Where(line => !line.Contains("/sentinel-", StringComparison.Ordinal))];
        for (int i = 0; i < Math.Max(lines.Count, play.Log.Count); i++)
        {
            string wanted = play.Log.ElementAtOrDefault(i) ?? "(no line)";
            ComparePattern(wanted.Replace("{length}", $"{Heads.Length(_head)}", StringComparison.Ordinal), lines.ElementAtOrDefault(i) ?? "(no line)");
        }

        bool IsSentinel(string line) => line.Contains(_sentinel + " ", StringComparison.Ordinal);
    }

    private static void CompareHead(string[] wanted, string[] came)
    {
        string all = string.Join('\n', came);
        for (int i = 0; i < Math.Max(wanted.Length, came.Length); i++)
        {
            string line = came.ElementAtOrDefault(i) ?? "(end of head)";
            if (!Matches(wanted.ElementAtOrDefault(i) ?? "(end of head)", line))
            {
                throw new XunitException($"wanted '{wanted.ElementAtOrDefault(i) ?? "the end of the head"}', came '{line}' in\n{all}");
            }
        }
    }

    private static void ComparePattern(string wanted, string came)
    {
        if (!Matches(wanted, came))
        {
            throw new XunitException($"access log: wanted\n{wanted}\ncame\n{came}");
        }
    }

    private static bool Matches(string pattern, string text) => Regex.IsMatch(
        text,
        "^" + string.Join(".*", pattern.Split('*').Select(Regex.Escape)) + "$",
        RegexOptions.Singleline | RegexOptions.CultureInvariant,
        Await.Usual);

    private static void Compare(string wanted, string came)
    {
        if (wanted != came)
        {
            throw new XunitException($"wanted '{wanted}', came '{came}'");
        }
    }
}
