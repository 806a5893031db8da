using System.Globalization;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>The lines of an event (R-CTL-36). The numbers in its first line are those of OpenBSD's program; ours are from 100.</summary>
internal static class EventText
{
    private static readonly (string Name, int Type, int Length)[] _kinds =
    [
        ("host_status", 37, 48),
        ("ctl_rdr_disable", 18, 84),
        ("ctl_rdr_enable", 17, 84),
        ("ctl_table_disable", 20, 84),
        ("ctl_table_enable", 19, 84),
        ("ctl_host_disable", 22, 84),
        ("ctl_host_enable", 21, 84),
        ("ctl_table_changed", 13, 84),
        ("ctl_pull_ruleset", 14, 84),
        ("ctl_push_ruleset", 15, 84),
        ("sync", 38, 16),
        ("ctl_host_drain", 100, 84),
        ("ctl_host_undrain", 101, 84),
        ("ctl_host_add", 102, 84),
        ("ctl_host_remove", 103, 84),
        ("ctl_reload", 104, 16),
        ("events_lost", 105, 16),
    ];

    /// <summary>What the event is called.</summary>
    public static string NameOf(EventKind kind) => _kinds[(int)kind].Name;

    /// <summary>Its lines.</summary>
    public static string Of(EventRow row)
    {
        (string name, int type, int length) = _kinds[(int)row.Kind];
        string head = string.Create(CultureInfo.InvariantCulture, $"{name}: imsg type {type} len {length} peerid 0 pid 0\n");
        string time = string.Create(CultureInfo.InvariantCulture, $"\ttimestamp: {row.Time.ToUnixTimeSeconds()}, {TimeText.Of(row.Time)}\n");
        string label = row.Kind == EventKind.Lost ? "count" : "id";
        string id = row.Id == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\t{label}: {row.Id}\n");
        string named = row.Name.Length == 0 ? "" : $"\tname: {row.Name}\n";
        string state = row.Kind == EventKind.HostStatus ? $"\tstate: {StatusText.Of(row.State)}\n" : "";
        return head + time + id + named + state;
    }
}
