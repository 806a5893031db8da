using System;
using System.Globalization;

namespace Sluice.Http.Messages;

/// <summary>Dates of HTTP (RFC 9110 5.6.7): three formats are read, one is written, whole seconds, always GMT.</summary>
public static class HttpDate
{
    /// <summary>Bytes of a written date.</summary>
    public const int Length = 29;

    private static ReadOnlySpan<byte> Days => "SunMonTueWedThuFriSat"u8;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>Writes an IMF-fixdate.</summary>
    /// <param name="time">Fractions of a second are left out.</param>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public static void Write(DateTimeOffset time, Span<byte> destination)
    {
        DateTime utc = time.UtcDateTime;
        Days.Slice(3 * (int)utc.DayOfWeek, 3).CopyTo(destination);
        destination[3] = (byte)',';
        destination[4] = (byte)' ';
        Number(utc.Day, destination[5..7]);
        destination[7] = (byte)' ';
        Months.Slice(3 * (utc.Month - 1), 3).CopyTo(destination[8..]);
        destination[11] = (byte)' ';
        Number(utc.Year / 100, destination[12..14]);
        Number(utc.Year % 100, destination[14..16]);
        destination[16] = (byte)' ';
        Number(utc.Hour, destination[17..19]);
        destination[19] = (byte)':';
        Number(utc.Minute, destination[20..22]);
        destination[22] = (byte)':';
        Number(utc.Second, destination[23..25]);
        " GMT"u8.CopyTo(destination[25..]);
    }

    /// <summary>Reads IMF-fixdate, RFC 850 and asctime dates, exactly as written there; the day of the week is not checked
    /// against the date.</summary>
    /// <param name="text">A field's value.</param>
    /// <param name="now">Two-digit years are taken as at most 50 years after it.</param>
    /// <param name="time">The date, in UTC.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, DateTimeOffset now, out DateTimeOffset time)
    {
        time = default;
        int comma = text.IndexOf((byte)',');
        return comma switch
        {
            < 0 => TryParseAsctime(text, out time),
            3 => TryParseFixdate(text, out time),
            _ => TryParseRfc850(text, comma, now, out time),
        };
    }

    // Sun, 06 Nov 1994 08:49:37 GMT
    private static bool TryParseFixdate(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        return text.Length == Length && IndexOfName(Days, text[..3]) >= 0 && text[4] == ' ' && text[7] == ' ' && text[11] == ' '
            && text[16] == ' ' && text[25..].SequenceEqual(" GMT"u8)
            && TryNumber(text[5..7], out int day) && TryNumber(text[12..16], out int year)
            && TryMake(year, IndexOfName(Months, text[8..11]) + 1, day, text[17..25], out time);
    }

    // Sunday, 06-Nov-94 08:49:37 GMT
    private static bool TryParseRfc850(ReadOnlySpan<byte> text, int comma, DateTimeOffset now, out DateTimeOffset time)
    {
        const int RestLength = 23;
        time = default;
        ReadOnlySpan<byte> rest = text[(comma + 1)..];
        if (!IsLongDay(text[..comma]) || rest.Length != RestLength || rest[0] != ' ' || rest[3] != '-' || rest[7] != '-'
            || rest[10] != ' ' || !rest[19..].SequenceEqual(" GMT"u8)
            || !TryNumber(rest[1..3], out int day) || !TryNumber(rest[8..10], out int year))
        {
            return false;
        }

        // RFC 9110 5.6.7: a year that seems more than 50 years ahead is the last one with those digits.
        int century = now.UtcDateTime.Year / 100 * 100;
        int full = century + year;
        full = full > now.UtcDateTime.Year + 50 ? full - 100 : full;
        return TryMake(full, IndexOfName(Months, rest[4..7]) + 1, day, rest[11..19], out time);
    }

    // Sun Nov  6 08:49:37 1994
    private static bool TryParseAsctime(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        const int AsctimeLength = 24;
        time = default;
        if (text.Length != AsctimeLength || IndexOfName(Days, text[..3]) < 0 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[19] != ' ')
        {
            return false;
        }

        ReadOnlySpan<byte> dayText = text[8] == ' ' ? text[9..10] : text[8..10];
        return TryNumber(dayText, out int day) && TryNumber(text[20..], out int year)
            && TryMake(year, IndexOfName(Months, text[4..7]) + 1, day, text[11..19], out time);
    }

    private static bool TryMake(int year, int month, int day, ReadOnlySpan<byte> clock, out DateTimeOffset time)
    {
        time = default;
        if (year < 1 || month < 1 || day < 1 || day > DateTime.DaysInMonth(year, month) || clock[2] != ':' || clock[5] != ':'
            || !TryNumber(clock[..2], out int hour) || !TryNumber(clock[3..5], out int minute) || !TryNumber(clock[6..], out int second)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        // A leap second is the last of its minute here.
        time = new DateTimeOffset(year, month, day, hour, minute, int.Min(second, 59), TimeSpan.Zero);
        return true;
    }

    private static bool IsLongDay(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> all = " Sunday Monday Tuesday Wednesday Thursday Friday Saturday "u8;
        int at = name.IsEmpty || name.Contains((byte)' ') ? -1 : all.IndexOf(name);
        return at > 0 && all[at - 1] == ' ' && all[at + name.Length] == ' ';
    }

    private static int IndexOfName(ReadOnlySpan<byte> names, ReadOnlySpan<byte> name)
    {
        for (int index = 0; index < names.Length / 3; index++)
        {
            if (names.Slice(3 * index, 3).SequenceEqual(name))
            {
                return index;
            }
        }

        return -1;
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, out int value) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static void Number(int value, Span<byte> two)
    {
        two[0] = (byte)('0' + (value / 10));
        two[1] = (byte)('0' + (value % 10));
    }
}

/// <summary>The current date as text, made anew once a second; one a process.</summary>
public sealed class HttpDateText
{
    private readonly byte[] _text = new byte[HttpDate.Length];
    private long _second = -1;

    /// <summary>The text made last.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>The date of a moment; valid until the next call.</summary>
    public ReadOnlySpan<byte> At(DateTimeOffset utc)
    {
        long second = utc.UtcTicks / TimeSpan.TicksPerSecond;
        if (second != _second)
        {
            HttpDate.Write(utc, _text);
            _second = second;
        }

        return _text;
    }
}
