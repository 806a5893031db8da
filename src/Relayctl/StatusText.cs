using System.Globalization;

using Sluice.Control;

namespace Sluice.Relayctl;

/// <summary>How objects are, in words.</summary>
internal static class StatusText
{
    public static string Of(RedirectStatus status) => status switch
    {
        RedirectStatus.Active => "active",
        RedirectStatus.Backup => "active (using backup table)",
        RedirectStatus.Down => "down",
        _ => "disabled",
    };

    public static string Of(SectionStatus status) => status == SectionStatus.Active ? "active" : "disabled";

    public static string Of(TableRow table) => table.Status == TableStatus.Active
        ? string.Create(CultureInfo.InvariantCulture, $"active ({table.Up} hosts)")
        : Of(table.Status);

    public static string Of(TableStatus status) => status switch
    {
        TableStatus.Active => "active",
        TableStatus.Empty => "empty",
        _ => "disabled",
    };

    public static string Of(HostRow host) => host.Draining == Draining.Yes ? $"{Of(host.Status)} (draining)" : Of(host.Status);

    public static string Of(HostStatus status) => status switch
    {
        HostStatus.Up => "up",
        HostStatus.Down => "down",
        HostStatus.Disabled => "disabled",
        _ => "unknown",
    };
}
