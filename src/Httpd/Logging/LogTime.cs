using System;
using System.Globalization;
using System.Text;

namespace Sluice.Httpd.Logging;

/// <summary>The time of an access line, <c>dd/Mon/yyyy:hh:mm:ss ±zzzz</c> in local time, made once a second.</summary>
internal sealed class LogTime(TimeZoneInfo zone)
{
    private const string Format = "dd'/'MMM'/'yyyy':'HH':'mm':'ss";

    private readonly byte[] _text = new byte[32];
    private long _second = long.MinValue;
    private int _length;

    /// <summary>The text for this moment, valid until the next call.</summary>
    public ReadOnlySpan<byte> Text(DateTimeOffset utc)
    {
        long second = utc.ToUnixTimeSeconds();
        if (second != _second)
        {
            Make(utc);
            _second = second;
        }

        return _text.AsSpan(0, _length);
    }

    private void Make(DateTimeOffset utc)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(utc, zone);
        int minutes = (int)Math.Abs(local.Offset.TotalMinutes);
        char sign = local.Offset < TimeSpan.Zero ? '-' : '+';
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{local.ToString(Format, CultureInfo.InvariantCulture)} {sign}{minutes / 60:00}{minutes % 60:00}");
        _length = Encoding.ASCII.GetBytes(text, _text);
    }
}
