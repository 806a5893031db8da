using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Tls;

/// <summary>The configuration cases that need certificates, with real ones: tests/Unit/Cases/httpd, where the unit tests stub them.</summary>
[Compares]
public sealed partial class CertificateCaseTests : IDisposable
{
    private const string Certificates = "/etc/ssl";

    private static readonly string _cases = Path.Combine(Place.Clone, "tests", "Unit", "Cases", "httpd");

    private readonly Place _place = new();

    public void Dispose() => _place.Dispose();

    /// <summary>File, verdict with the line of the first error, and what the host has or lacks.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string>> Cases() =>
        File.ReadLines(Path.Combine(_cases, "index.tsv")).Skip(1)
            .Select(static line => line.Split('\t'))
            .Where(static row => row[5].Contains("cert", StringComparison.Ordinal))
            .Select(static row => new TheoryDataRow<string, string, string>(row[0]["httpd/".Length..], $"{row[1]} {row[2]}".Trim(), row[5]));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_verdict_and_its_line_are_upstreams(string file, string expected, string needs)
    {
        // A file in the root of the file system is moved to the others.
        string text = File.ReadAllText(Path.Combine(_cases, file)).Replace("\"/a.pem", $"\"{Certificates}/a.pem", StringComparison.Ordinal)
            .Replace("\"/b.pem", $"\"{Certificates}/b.pem", StringComparison.Ordinal);
        string configuration = Path.Combine(_place.Folder, "httpd.conf");
        File.WriteAllText(configuration, text);
        File.SetUnixFileMode(configuration, Modes.File);
        Provide(text, needs.Split(','));

        (int status, _, string errors) = _place.Call(Place.Program("httpd"), "-n", "-f", configuration);

        Match? first = Message().Matches(errors).FirstOrDefault(static match => match.Groups["word"].Value is not "warning");
        Assert.Equal(expected, status == 0 ? "accept" : $"reject {first?.Groups["line"].Value}");
    }

    [GeneratedRegex(@"^\S*/httpd\.conf:(?<line>\d+):\d+: (?<word>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Message();

    [GeneratedRegex("(?<kind>certificate|key|ca|crl|ocsp) \"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NamedFile();

    private void Provide(string text, string[] needs)
    {
        Pair pair = Pair.Make(_place, "ecdsa", "pair", "www.example.org");
        Dictionary<string, (string Content, string Lack)> kinds = new(StringComparer.Ordinal)
        {
            ["certificate"] = (pair.Certificate, "no-cert"),
            ["key"] = (pair.Key, "no-cert"),
            ["ca"] = (pair.Certificate, "no-ca"),
            ["crl"] = (pair.Revoke(_place), "no-crl"),
            ["ocsp"] = (pair.Key, "no-ocsp"),
        };
        _place.Tool("mount", "-t", "tmpfs", "certificates", Certificates);
        IEnumerable<(string Kind, string Path)> named = NamedFile().Matches(text).Select(match => (match.Groups["kind"].Value, match.Groups["path"].Value));
        foreach ((string kind, string path) in named.Append(("certificate", $"{Certificates}/server.crt")).Append(("key", $"{Certificates}/private/server.key")))
        {
            if (!needs.Contains(kinds[kind].Lack, StringComparer.Ordinal))
            {
                _place.Tool("install", "-D", "-m", "600", kinds[kind].Content, path);
            }
        }
    }
}
