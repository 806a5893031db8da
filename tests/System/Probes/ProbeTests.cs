using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Probes;

/// <summary>
/// Requests that fool servers, from http11.tsv: an id, whether it counts, a pattern of the first status of a good server, the
/// statuses that ours answers with, and the request. A line holds if exactly these answers come, as messages that end where
/// they should, and then the end. Where ours is not a good server's, by-design.tsv says why.
/// </summary>
public sealed partial class ProbeTests(ProbeGround ground) : IClassFixture<ProbeGround>
{
    private const int ScoredProbes = 161;

    public static IEnumerable<TheoryDataRow<string, string, string>> All =>
        Lines("http11.tsv").Select(fields => new TheoryDataRow<string, string, string>(fields[0], fields[3], fields[4]));

    [Theory]
    [MemberData(nameof(All))]
    public void A_probe_is_answered_as_it_should_be(string id, string statuses, string request)
    {
        using Peer peer = ground.Connect();
        peer.Send(Encoding.Latin1.GetBytes(Decode(request)));
        peer.EndOutput();

        Assert.Equal((id, statuses), (id, Statuses(peer.ToEnd(), request.StartsWith("HEAD", StringComparison.Ordinal))));
        ground.AssertServes();
    }

    [Fact]
    public void What_a_good_server_does_not_answer_is_by_design()
    {
        string[][] scored = [.. Lines("http11.tsv").Where(fields => fields[1] is "yes")];
        IEnumerable<string> failing = scored
            .Where(fields => !Regex.IsMatch(fields[3].Split(' ')[0], $"^(?:{fields[2]})$", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Select(fields => fields[0]);

        Assert.Equal(ScoredProbes, scored.Length);
        Assert.Equal(Lines("by-design.tsv").Select(fields => fields[0]), failing, StringComparer.Ordinal);
    }

    private static IEnumerable<string[]> Lines(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Probes", file)).Skip(1).Select(line => line.Split('\t'));

    /// <summary>The statuses of the answers, <c>none</c> without any; <c>+</c> where bytes follow that are no answer.</summary>
    private static string Statuses(byte[] bytes, bool withoutBody)
    {
        string rest = Encoding.Latin1.GetString(bytes);
        List<string> statuses = [];
        while (rest.Length > 0)
        {
            int end = rest.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 || !rest.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
            {
                statuses.Add("+");
                break;
            }

            string head = rest[..end];
            int length = withoutBody ? 0 : Heads.Length(head) ?? 0;
            statuses.Add(head.Substring(9, 3));
            rest = rest[Math.Min(rest.Length, end + 4 + length)..];
        }

        return statuses.Count == 0 ? "none" : string.Join(' ', statuses);
    }

    private static string Decode(string request) => Escapes().Replace(Expand(request), match => match.Value[1] switch
    {
        'r' => "\r",
        'n' => "\n",
        't' => "\t",
        '\\' => "\\",
        _ => ((char)Convert.ToByte(match.Value[2..], 16)).ToString(),
    });

    /// <summary><c>\{9:text}</c> is nine times the text.</summary>
    private static string Expand(string request) => Repetition().Replace(request, match =>
        string.Concat(Enumerable.Repeat(match.Groups["text"].Value, int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture))));

    [GeneratedRegex(@"\\\{(?<count>\d+):(?<text>[^}]+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Repetition();

    [GeneratedRegex(@"\\(?:[rnt\\]|x[0-9a-f]{2})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Escapes();
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
