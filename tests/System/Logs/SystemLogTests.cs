using System;
using System.IO;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Logs;

/// <summary><c>log syslog</c> to a logger of the system: one datagram a line at /dev/log (H-LOG-03, H-LOG-27).</summary>
public sealed class SystemLogTests : IDisposable
{
    private const int Large = 32 * 1024 * 1024;
    private const string Info = "<30>", Debug = "<31>";

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly SystemLogger _system;

    public SystemLogTests()
    {
        _system = new SystemLogger(_place);
        _site = new Site(_place).Document("htdocs/f", "f"u8.ToArray()).Document("htdocs/large", new byte[Large]).ConfigureServer("log { syslog, style combined }");
    }

    public void Dispose()
    {
        _system.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void A_request_is_a_line_with_LOG_INFO_and_no_file_is_written()
    {
        using Background daemon = Background.Start(_place, _site.Configuration);

        Ask("/f", "x\" \\\t\u00e9");

        Assert.Matches(
            "^<30>[A-Z][a-z]{2} [ 0-9]\\d \\d\\d:\\d\\d:\\d\\d httpd\\[\\d+\\]: test 127\\.0\\.0\\.1 - - \\[[^]]+\\] \"GET /f HTTP/1\\.1\" 200 1 \"\" \"x\\\\\" \\\\\\\\\\\\t\\\\M-i\"$",
            _system.AwaitLine("GET /f "));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_place.Folder, "logs")));
    }

    [Fact]
    public void An_error_is_a_line_with_LOG_DEBUG()
    {
        using Background daemon = Background.Start(_place, _site.Configuration);
        using Peer peer = new(_place, 80);
        peer.Send("GET /large HTTP/1.1\r\nHost: f\r\n\r\n");
        _ = peer.Head();

        _site.Document("htdocs/large", []);
        _ = peer.ToEndOrReset();

        Assert.StartsWith(Debug, _system.AwaitLine("the file ended before its announced length"), StringComparison.Ordinal);
        Assert.StartsWith(Info, _system.AwaitLine("\"GET /large HTTP/1.1\" 200 "), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_daemon_says_of_itself_is_a_line_too()
    {
        using Background daemon = Background.Start(_place, _site.Configuration);

        daemon.Signal(Libc.SIGUSR1);

        Assert.Matches("^<30>[A-Z][a-z]{2} [ 0-9]\\d \\d\\d:\\d\\d:\\d\\d httpd\\[\\d+\\]: log files reopened$", _system.AwaitLine("log files reopened"));
    }

    [Fact]
    public void Without_a_logger_of_the_system_lines_wait_for_the_next_one()
    {
        using Background daemon = Background.Start(_place, _site.Configuration);
        _system.Leave();
        Ask("/f?waits", "");

        _system.Begin();
        Ask("/f?next", "");

        _ = _system.AwaitLine("GET /f?waits ");
        _ = _system.AwaitLine("GET /f?next ");
    }

    private void Ask(string target, string userAgent)
    {
        using Peer peer = new(_place, 80);
        peer.Send($"GET {target} HTTP/1.1\r\nHost: f\r\nUser-Agent: {userAgent}\r\nConnection: close\r\n\r\n");
        _ = peer.ToEnd();
    }
}
