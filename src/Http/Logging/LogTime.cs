using System;
using System.Globalization;
using System.Text;

namespace Sluice.Http.Logging;

/// <summary>The time of an access line in local time, made once a second.</summary>
public sealed class LogTime(TimeZoneInfo zone)
{
    private const string Format = "dd'/'MMM'/'yyyy':'HH':'mm':'ss";

    private const string InternetFormat = "yyyy'-'MM'-'dd'T'HH':'mm':'ssK";

    private readonly byte[] _text = new byte[32];
    private readonly byte[] _internetText = new byte[32];
    private long _second = long.MinValue;
    private int _length;
    private int _internetLength;

    /// <summary>This moment as <c>dd/Mon/yyyy:hh:mm:ss ±zzzz</c>, valid until the next call.</summary>
    public ReadOnlySpan<byte> Text(DateTimeOffset utc)
    {
        Make(utc);
        return _text.AsSpan(0, _length);
    }

    /// <summary>This moment as RFC 3339 has it, valid until the next call.</summary>
    public ReadOnlySpan<byte> InternetText(DateTimeOffset utc)
    {
        Make(utc);
        return _internetText.AsSpan(0, _internetLength);
    }

    private void Make(DateTimeOffset utc)
    {
        long second = utc.ToUnixTimeSeconds();
        if (second == _second)
        {
            return;
        }

        _second = second;
        DateTimeOffset local = TimeZoneInfo.ConvertTime(utc, zone);
        int minutes = (int)Math.Abs(local.Offset.TotalMinutes);
        char sign = local.Offset < TimeSpan.Zero ? '-' : '+';
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{local.ToString(Format, CultureInfo.InvariantCulture)} {sign}{minutes / 60:00}{minutes % 60:00}");
        _length = Encoding.ASCII.GetBytes(text, _text);
        _internetLength = Encoding.ASCII.GetBytes(local.ToString(InternetFormat, CultureInfo.InvariantCulture), _internetText);
    }
}
