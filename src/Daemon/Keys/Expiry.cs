using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.Daemon.Privsep;

namespace Sluice.Daemon.Keys;

/// <summary>Says in time that a certificate ends: 30, 7 and 1 days before, and when it has ended.</summary>
/// <param name="owner">Who shows it, as the log names it.</param>
/// <param name="file">The certificate's file.</param>
/// <param name="begin">When it begins to be valid.</param>
/// <param name="end">When it expires.</param>
internal sealed class Expiry(string owner, string file, DateTimeOffset begin, DateTimeOffset end)
{
    private static readonly int[] _days = [30, 7, 1];

    /// <summary>What is to be said now; null where it is good for longer.</summary>
    public string? Warning(DateTimeOffset now) =>
        now < begin ? Say($"is not valid before {Date(begin)}")
        : now >= end ? Say($"has expired on {Date(end)}")
        : end - now > TimeSpan.FromDays(_days[0]) ? null
        : Ending((int)double.Floor((end - now).TotalDays));

    /// <summary>What is to be said later, in order of time.</summary>
    public IEnumerable<Reminder> Reminders(DateTimeOffset now) => _days
        .Select(days => new Reminder(end - TimeSpan.FromDays(days), Ending(days)))
        .Append(new Reminder(end, Say($"has expired on {Date(end)}")))
        .Where(reminder => reminder.Due > now);

    private string Ending(int days) => Say(days switch
    {
        0 => $"expires within a day, on {Date(end)}",
        1 => $"expires in 1 day, on {Date(end)}",
        _ => string.Create(CultureInfo.InvariantCulture, $"expires in {days} days, on {Date(end)}"),
    });

    private string Say(string what) => $"{owner}: the certificate {file} {what}";

    private static string Date(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
