using System;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Serving;

/// <summary>Clients that stop in the middle, where nothing is configured about their time.</summary>
[Waits]
public sealed class ProgressTests : IDisposable
{
    private const int Large = 32 * 1024 * 1024;
    private static readonly TimeSpan _minute = TimeSpan.FromSeconds(65);

    private readonly Place _place = new();
    private readonly Daemon _daemon;

    public ProgressTests()
    {
        Site site = new Site(_place).Document("htdocs/large", new byte[Large]).ConfigureServer("");
        _daemon = Daemon.Start(_place, site.Configuration);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _place.Dispose();
    }

    [Fact]
    public void Clients_whose_bodies_make_no_progress_are_cut_off_within_a_minute()
    {
        using Peer reader = new(_place, 80);
        reader.Send("GET /large HTTP/1.1\r\nHost: f\r\n\r\n");
        using Peer writer = new(_place, 80);
        writer.Send("POST /f HTTP/1.1\r\nHost: f\r\nContent-Length: 100\r\n\r\nhalf");
        Await.Until(() => Connections() == 2, "both clients are served");

        Await.Until(() => Connections() == 0, _minute, () => "both clients are gone");
    }

    /// <summary>Established connections on the daemon's side.</summary>
    private int Connections() =>
        _place.Tool("ss", "-Htn", "state", "established", "sport = :80").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
}
