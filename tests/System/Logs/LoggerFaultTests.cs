using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Logs;

/// <summary>A logger that is away: what comes meanwhile is kept or counted, and nobody waits for it (D-10).</summary>
[Waits]
public sealed partial class LoggerFaultTests : IDisposable
{
    private const int FewLines = 500;
    private const int ManyLines = 10_000;
    private const int InARow = 100;

    private readonly Place _place = new();
    private readonly Site _site;

    public LoggerFaultTests()
    {
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).ConfigureServer("connection max requests 1000000");
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Lines_that_come_while_there_is_no_logger_are_written_by_its_successor()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Ask(peer, FewLines, "before");
        AwaitLines("before", FewLines);
        Child logger = daemon.ChildNamed("logger");

        Daemon.Signal(logger.Id, Libc.SIGKILL);
        Await.Until(() => !logger.Lives, "the logger is gone");
        Ask(peer, FewLines, "meanwhile");

        AwaitLines("meanwhile", FewLines);
        Assert.All(_site.LogLines(), line => Assert.Matches(Whole(), line));
    }

    [Fact]
    public void Of_the_lines_that_a_stopped_logger_does_not_take_each_is_written_or_counted()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Child logger = daemon.ChildNamed("logger");

        Daemon.Signal(logger.Id, Libc.SIGSTOP);
        Ask(peer, ManyLines, "flood");
        Daemon.Signal(logger.Id, Libc.SIGCONT);

        Await.Until(
            () => _site.LogLines().Count + Dropped(daemon) == ManyLines,
            Await.Usual,
            () => $"{ManyLines} lines: {_site.LogLines().Count} and {Dropped(daemon)} were dropped; {daemon.Words()}");
        Assert.InRange(Dropped(daemon), 1, ManyLines - FewLines);
        Assert.All(_site.LogLines(), line => Assert.Matches(Whole(), line));
    }

    [Fact]
    public void After_a_logger_that_stays_stopped_was_replaced_every_line_is_written()
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        Child logger = daemon.ChildNamed("logger");

        Daemon.Signal(logger.Id, Libc.SIGSTOP);
        Ask(peer, ManyLines, "flood");
        Await.Until(() => !logger.Lives, TimeSpan.FromSeconds(30), () => "the logger is replaced");
        daemon.AwaitLine("access log lines were dropped: the logger did not keep up");
        Ask(peer, FewLines, "after");

        AwaitLines("after", FewLines);
        Assert.All(_site.LogLines(), line => Assert.Matches(Whole(), line));
    }

    private static void Ask(Peer peer, int count, string mark)
    {
        string requests = string.Concat(Enumerable.Range(0, InARow).Select(_ => $"GET /f?{mark} HTTP/1.1\r\nHost: f\r\n\r\n"));
        Assert.All(Enumerable.Range(0, count / InARow), _ =>
        {
            peer.Send(requests);
            Assert.All(Enumerable.Range(0, InARow), _ => Assert.Equal(200, Heads.Status(peer.Answer().Head)));
        });
    }

    private void AwaitLines(string mark, int count) => Await.Until(
        () => Count(mark) == count,
        Await.Usual,
        () => $"{count} lines with {mark}, not {Count(mark)}");

    private int Count(string mark) => _site.LogLines().Count(line => line.Contains($"/f?{mark} ", StringComparison.Ordinal));

    private static long Dropped(Daemon daemon) => daemon.Said
        .Select(line => DroppedLines().Match(line))
        .Where(match => match.Success)
        .Sum(match => long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("(?<count>[0-9]+) access log lines were dropped", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DroppedLines();

    [GeneratedRegex("^test 127\\.0\\.0\\.1 - - \\[[^]]+\\] \"GET /f\\?[a-z]+ HTTP/1\\.1\" 200 1$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Whole();
}
