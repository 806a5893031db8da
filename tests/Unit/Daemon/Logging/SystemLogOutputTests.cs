using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

using Sluice.Daemon.Logging;
using Sluice.Engine.Loop;

using Xunit;

namespace Sluice.Unit.Daemon.Logging;

public sealed class SystemLogOutputTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"sluice-log-{Guid.NewGuid():N}");
    private readonly EventLoop _loop = new(new SystemClock());
    private readonly SystemLogOutput _output;
    private Socket _logger;

    public SystemLogOutputTests()
    {
        _output = new SystemLogOutput("httpd", _loop, _path);
        _logger = Listen();
    }

    public void Dispose()
    {
        _logger.Dispose();
        _loop.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public void A_line_has_facility_daemon_severity_time_name_and_pid()
    {
        _output.Write(Severity.Warning, "a\nb"u8);

        Assert.Matches($@"^<28>[A-Z][a-z][a-z] [ 0-9][0-9] \d\d:\d\d:\d\d httpd\[{Environment.ProcessId}\]: a\\nb$", Received());
    }

    [Fact]
    public void After_a_restart_of_the_logger_lines_arrive_again_and_in_order()
    {
        _output.Write(Severity.Info, "before"u8);
        Restart();
        _output.Write(Severity.Info, "one"u8);
        _output.Write(Severity.Info, "two"u8);
        _output.Flush();

        Assert.EndsWith(": one", Received(), StringComparison.Ordinal);
        Assert.EndsWith(": two", Received(), StringComparison.Ordinal);
    }

    private void Restart()
    {
        _logger.Dispose();
        File.Delete(_path);
        _logger = Listen();
    }

    private Socket Listen()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_path));
        socket.ReceiveTimeout = 1000;
        return socket;
    }

    private string Received()
    {
        byte[] buffer = new byte[8192];
        return Encoding.ASCII.GetString(buffer, 0, _logger.Receive(buffer));
    }
}
