using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Starting;

/// <summary>
/// The configuration cases that httpd accepts also run: tests/Unit/Cases/httpd, but for those with certificates, which have tests of their
/// own. The first is started; the others are loaded one after the other, each by a reload or, where it moves folders, by a start.
/// </summary>
[Compares]
public sealed class CaseStartTests(CaseStartGround ground) : IClassFixture<CaseStartGround>
{
    public static IEnumerable<TheoryDataRow<string>> Accepted =>
        File.ReadLines(Path.Combine(CaseStartGround.Cases, "index.tsv")).Skip(1)
            .Select(line => line.Split('\t'))
            .Where(row => row[1] is "accept" && !row[5].Contains("cert", StringComparison.Ordinal))
            .Select(row => new TheoryDataRow<string>(row[0]["httpd/".Length..]));

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_the_check_accepts_runs(string file) => Assert.Equal($"{file} runs", $"{file} {ground.Load(file)}");
}

/// <summary>A machine as the cases take it: folders, an interface, and httpd in the folder of the cases.</summary>
public sealed class CaseStartGround : IDisposable
{
    private readonly Place _place = new();
    private readonly string _configuration;
    private Daemon? _daemon;

    public CaseStartGround()
    {
        _configuration = Path.Combine(_place.Folder, "httpd.conf");
        Directory.CreateSymbolicLink(Path.Combine(_place.Folder, "inc"), Path.Combine(Cases, "inc"));
        _place.Tool("mount", "-t", "tmpfs", "var", "/var");
        _place.Tool("mount", "-t", "tmpfs", "srv", "/srv");
        foreach (string folder in (string[])["/var/empty", "/var/www/htdocs", "/var/www/logs", "/var/log/late", "/var/log/docs.example.net", "/srv/jail/htdocs", "/srv/jail/logs"])
        {
            _place.Tool("install", "-d", folder);
        }

        // The group egress has the interface of the default route.
        _place.Tool("ip", "link", "add", "outer", "type", "veth", "peer", "name", "inner");
        _place.Tool("ip", "addr", "add", "192.0.2.1/24", "dev", "outer");
        _place.Tool("ip", "link", "set", "outer", "up");
        _place.Tool("ip", "link", "set", "inner", "up");
        _place.Tool("ip", "route", "add", "default", "dev", "outer");
    }

    internal static string Cases { get; } = Path.Combine(Place.Clone, "tests", "Unit", "Cases", "httpd");

    public void Dispose()
    {
        _daemon?.Dispose();
        _place.Dispose();
    }

    /// <summary>Loads a case; <c>runs</c>, or what is wrong.</summary>
    internal string Load(string file)
    {
        string text = File.ReadAllText(Path.Combine(Cases, file));
        File.WriteAllText(_configuration, text);
        File.SetUnixFileMode(_configuration, Modes.File);
        if (_daemon is null || text.Contains("chroot ", StringComparison.Ordinal) || text.Contains("logdir ", StringComparison.Ordinal))
        {
            _daemon?.Dispose();
            _daemon = Daemon.Start(_place, _configuration);
        }
        else
        {
            _daemon.Reload();
        }

        string status = _daemon.Told.Last(line => line.StartsWith("STATUS=", StringComparison.Ordinal));
        return status.Contains("httpd.conf:", StringComparison.Ordinal) || _daemon.HasEnded ? $"{status}: {_daemon.Words()}" : "runs";
    }
}
