using System;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.Control;
using Sluice.Relayctl;

using Xunit;

namespace Sluice.Unit.Relayctl;

public sealed class EventTests
{
    private static readonly DateTimeOffset _time = DateTimeOffset.FromUnixTimeSeconds(1_795_344_786);

    // As recorded, but for the number of a process.
    [Fact]
    public void A_state_has_four_lines()
    {
        string text = EventText.Of(new EventRow(EventKind.HostStatus, _time) { Id = 5, State = HostStatus.Down });

        Assert.Equal($"host_status: imsg type 37 len 48 peerid 0 pid 0\n\ttimestamp: 1795344786, {TimeText.Of(_time)}\n\tid: 5\n\tstate: down\n", text);
    }

    [Fact]
    public void A_command_by_name_has_the_name()
    {
        string text = EventText.Of(new EventRow(EventKind.HostDisable, _time) { Name = "a.example" });

        Assert.EndsWith("\tname: a.example\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("id:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_round_has_nothing_but_its_time() =>
        Assert.Equal(2, EventText.Of(new EventRow(EventKind.Sync, _time)).Count('\n'));

    [Fact]
    public void Every_event_has_a_name_of_its_own() =>
        Assert.Equal(Enum.GetValues<EventKind>().Length, Enum.GetValues<EventKind>().Select(EventText.NameOf).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void In_json_each_event_is_a_line()
    {
        using MemoryStream bytes = new();
        EventView view = new(Format.Json, TextWriter.Null, bytes);

        view.Show(new EventRow(EventKind.HostStatus, _time) { Id = 5, State = HostStatus.Up });
        view.Show(new EventRow(EventKind.Lost, _time) { Id = 3 });

        string[] lines = Encoding.UTF8.GetString(bytes.ToArray()).Split('\n');
        Assert.Equal(
            /*lang=json*/ "{\"time\":\"2026-11-22T10:53:06Z\",\"event\":\"host_status\",\"id\":5,\"name\":null,\"state\":\"up\",\"count\":null}",
            lines[0]);
        Assert.Equal(
            /*lang=json*/ "{\"time\":\"2026-11-22T10:53:06Z\",\"event\":\"events_lost\",\"id\":null,\"name\":null,\"state\":null,\"count\":3}",
            lines[1]);
    }
}
