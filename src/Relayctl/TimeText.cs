using System;
using System.Globalization;

namespace Sluice.Relayctl;

/// <summary>Moments and durations as OpenBSD's program prints them.</summary>
internal static class TimeText
{
    /// <summary>As ctime(3) writes it, in local time: <c>Sun Nov 22 10:53:06 2026</c>.</summary>
    public static string Of(DateTimeOffset time)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(time, TimeZoneInfo.Local);
        return string.Create(CultureInfo.InvariantCulture, $"{local:ddd MMM} {local.Day,2} {local:HH:mm:ss yyyy}");
    }

    /// <summary>Hours, which may be any number, minutes and seconds: <c>100:07:09</c>.</summary>
    public static string Of(TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours:D2}:{duration.Minutes:D2}:{duration.Seconds:D2}");
}
