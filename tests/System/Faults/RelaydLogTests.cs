using System;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>The system's logger goes away or stands still: sessions do not notice, and lines wait, up to a number.</summary>
public sealed class RelaydLogTests : IDisposable
{
    // More than wait in the parent.
    private const int Many = 1200;

    private readonly RelayGround _ground = new();
    private readonly SystemLogger _logger;

    public RelaydLogTests()
    {
        _logger = new SystemLogger(_ground.Place);
        _ = _ground.Host("127.0.0.11");
        _ground.Relay("127.0.0.11", "check tcp", protocol: "tcp splice");
        _ground.Append("log connection\ntimeout 900");
    }

    public void Dispose()
    {
        _logger.Dispose();
        _ground.Dispose();
    }

    [Fact]
    public void Sessions_go_on_without_a_logger_and_with_one_that_stands_still()
    {
        using Background daemon = Background.Start(_ground.Place, _ground.Configuration, "relayd", RelayGround.Port);
        Assert.Equal(1, _ground.Count(1)["127.0.0.11"]);
        Assert.EndsWith("127.0.0.1 -> 127.0.0.11:8080, done", _logger.AwaitLine("relay plain, session 1 ("), StringComparison.Ordinal);

        _logger.Leave();
        Assert.Equal(20, _ground.Count(20)["127.0.0.11"]);
        Assert.Equal(0, _ground.Control("host", "disable", "127.0.0.11").Status);
        Assert.Equal(0, _ground.Control("host", "enable", "127.0.0.11").Status);
        _logger.Begin();
        Await.Until(() => _ground.Hosts()[0].Status is "up", "the host is checked again");
        _ = _logger.AwaitLine("relay plain, session 8 (");

        Assert.Equal(Many, _ground.Count(Many)["127.0.0.11"]);
        Assert.Equal(0, _ground.Control("show", "summary").Status);
        _ = _logger.AwaitLine("log lines were dropped, the system's logger did not take them");
        Assert.Equal(1, _ground.Count(1)["127.0.0.11"]);
    }
}
