using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Text;

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
    private readonly List<string> _received = [];
    private Socket _system;

    public SystemLogTests()
    {
        // Nothing of the machine's own /dev changes: a layer of this place's lies over it.
        string scratch = Path.Combine(_place.Folder, "layer");
        Directory.CreateDirectory(scratch);
        _place.Tool("mount", "-t", "tmpfs", "layer", scratch);
        _place.Tool("mkdir", scratch + "/dev", scratch + "/work");
        _place.Tool("mount", "-t", "overlay", "-o", $"lowerdir=/dev,upperdir={scratch}/dev,workdir={scratch}/work", "dev", "/dev");
        _system = Listen();
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
            AwaitLine("GET /f "));
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

        Assert.StartsWith(Debug, AwaitLine("the file ended before its announced length"), StringComparison.Ordinal);
        Assert.StartsWith(Info, AwaitLine("\"GET /large HTTP/1.1\" 200 "), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_daemon_says_of_itself_is_a_line_too()
    {
        using Background daemon = Background.Start(_place, _site.Configuration);

        daemon.Signal(Libc.SIGUSR1);

        Assert.Matches("^<30>[A-Z][a-z]{2} [ 0-9]\\d \\d\\d:\\d\\d:\\d\\d httpd\\[\\d+\\]: log files reopened$", AwaitLine("log files reopened"));
    }

    [Fact]
    public void Without_a_logger_of_the_system_lines_wait_for_the_next_one()
    {
        using Background daemon = Background.Start(_place, _site.Configuration);
        _system.Dispose();
        _place.Tool("rm", "/dev/log");
        Ask("/f?waits", "");

        _system = Listen();
        Ask("/f?next", "");

        _ = AwaitLine("GET /f?waits ");
        _ = AwaitLine("GET /f?next ");
    }

    private Socket Listen() => _place.Run(() =>
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint("/dev/log"));
        return socket;
    });

    private void Ask(string target, string userAgent)
    {
        using Peer peer = new(_place, 80);
        peer.Send($"GET {target} HTTP/1.1\r\nHost: f\r\nUser-Agent: {userAgent}\r\nConnection: close\r\n\r\n");
        _ = peer.ToEnd();
    }

    private string AwaitLine(string part)
    {
        string? found = null;
        Await.Until(
            () =>
            {
                Receive();
                return (found = _received.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal))) is not null;
            },
            Await.Usual,
            () => $"the system's logger has a line with '{part}': {string.Join(" / ", _received.TakeLast(12))}");
        return found!;
    }

    private void Receive()
    {
        byte[] line = new byte[8192];
        while (_system.Poll(0, SelectMode.SelectRead))
        {
            _received.Add(Encoding.Latin1.GetString(line, 0, _system.Receive(line)));
        }
    }
}
