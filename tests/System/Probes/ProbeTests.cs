using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Probes;

/// <summary>
/// Requests that fool servers, from http11.tsv: an id, what a good server may do, the statuses that ours answers with, and
/// the request. A line holds if exactly these answers come, as messages that end where they should, and then the end.
/// </summary>
public sealed partial class ProbeTests(ProbeGround ground) : IClassFixture<ProbeGround>
{
    public static IEnumerable<TheoryDataRow<string, string, string>> All =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Probes", "http11.tsv"))
            .Skip(1)
            .Select(line => line.Split('\t'))
            .Select(fields => new TheoryDataRow<string, string, string>(fields[0], fields[2], fields[3]));

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

    private static string Decode(string request) => Escapes().Replace(request, match => match.Value[1] switch
    {
        'r' => "\r",
        'n' => "\n",
        't' => "\t",
        '\\' => "\\",
        _ => ((char)Convert.ToByte(match.Value[2..], 16)).ToString(),
    });

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
