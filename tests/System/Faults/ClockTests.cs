using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.System.Ground;
using Sluice.System.Relays;

using Xunit;

namespace Sluice.System.Faults;

/// <summary>The time of day jumps under a daemon that runs: dates follow, and nothing else notices.</summary>
[Waits]
public sealed class ClockTests : IDisposable
{
    private const double MostLoad = 0.25;
    private static readonly TimeSpan _about = TimeSpan.FromMinutes(2);

    private readonly Place _place = new();
    private readonly Site _site;
    private readonly ShiftedClock _clock;

    public ClockTests()
    {
        _clock = new ShiftedClock(_place);
        _site = new Site(_place).Document("htdocs/f", "before"u8.ToArray()).ConfigureServer("connection request timeout 4");
    }

    public void Dispose() => _place.Dispose();

    // In the last second of a day with a leap second, the clock goes back by one.
    [Theory]
    [InlineData("400.00:00:00")]
    [InlineData("-01:00:00")]
    [InlineData("-00:00:01")]
    public void A_jump_changes_dates_and_nothing_else(string jump) => AssertServesAfter(TimeSpan.Parse(jump, CultureInfo.InvariantCulture));

    [Fact]
    public void The_end_of_32_bits_is_a_second_like_others()
    {
        DateTimeOffset lastSecond = DateTimeOffset.FromUnixTimeSeconds(int.MaxValue);

        AssertServesAfter(TimeSpan.FromSeconds(Math.Floor((lastSecond - DateTimeOffset.UtcNow).TotalSeconds)));
    }

    [Fact]
    public void A_jump_under_relayd_ends_no_session_and_checks_go_on()
    {
        using RelayGround ground = new();
        ShiftedClock clock = new(ground.Place);
        _ = ground.Host("127.0.0.11", Manner.Echo);
        using Daemon daemon = ground.Relay("127.0.0.11", "check tcp", "session timeout 4").Start();
        IReadOnlyList<Child> children = daemon.Children;
        using Peer kept = ground.Connect();
        using Peer silent = ground.Connect();
        Assert.Equal("before", Echo(kept, "before"));

        clock.Shift = TimeSpan.FromDays(400);

        Assert.Equal("after", Echo(kept, "after"));
        long checks = ground.Hosts()[0].Checks;
        Await.Until(() => ground.Hosts()[0].Checks > checks, "checks go on");
        Assert.All(children.Where(child => child.Title is "hce" or "relay 1"), child => Assert.InRange(child.Load(), 0, MostLoad));
        Assert.Empty(silent.ToEnd());
        clock.Shift = TimeSpan.FromHours(-1);
        daemon.Reload();
        checks = ground.Hosts()[0].Checks;
        Await.Until(() => ground.Hosts()[0].Checks > checks, "checks go on");
        using Peer late = ground.Connect();
        Assert.Equal("late", Echo(late, "late"));
        Assert.Equal(children, daemon.Children);
        Assert.Equal(0, daemon.Stop());
    }

    private static string Echo(Peer peer, string text)
    {
        peer.Send(text);
        return string.Concat(peer.Exactly(text.Length).Select(each => (char)each));
    }

    private void AssertServesAfter(TimeSpan jump)
    {
        using Daemon daemon = Daemon.Start(_place, _site.Configuration);
        IReadOnlyList<Child> children = daemon.Children;
        using Peer kept = new(_place, 80);
        Assert.Equal("before", Ask(kept).Body);
        using Peer silent = new(_place, 80);
        silent.Send("G");

        _clock.Shift = jump;

        Assert.Equal("before", Ask(kept).Body);
        Await.Until(() => IsAboutNow(Ask(kept).Date), "the date of answers follows");
        Await.Until(() => _site.LogLines() is [.., var line] && IsAboutNow(DateOf(line)), "the date of log lines follows");
        _site.Document("htdocs/f", "after"u8.ToArray());
        Await.Until(() => Ask(kept).Body is "after", "a changed file is served");
        Assert.Empty(silent.ToEnd());
        Assert.All(children, child => Assert.InRange(child.Load(), 0, MostLoad));
        daemon.Reload();
        using Peer late = new(_place, 80);
        Assert.Equal("after", Ask(late).Body);
        Assert.Equal(children, daemon.Children);
        Assert.Equal(0, daemon.Stop());
    }

    private bool IsAboutNow(DateTimeOffset time) => (time - _clock.Now).Duration() < _about;

    private static (string Body, DateTimeOffset Date) Ask(Peer peer)
    {
        peer.Send("GET /f HTTP/1.1\r\nHost: f\r\n\r\n");
        (string head, byte[] body) = peer.Answer();
        DateTimeOffset date = DateTimeOffset.ParseExact(Heads.Field(head, "Date")!, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return (string.Concat(body.Select(each => (char)each)), date);
    }

    // [14/Nov/2023:22:13:20 +0000]
    private static DateTimeOffset DateOf(string line) => DateTimeOffset.ParseExact(
        line[(line.IndexOf('[', StringComparison.Ordinal) + 1)..line.IndexOf(']', StringComparison.Ordinal)],
        "dd/MMM/yyyy:HH:mm:ss zzz",
        CultureInfo.InvariantCulture);
}
