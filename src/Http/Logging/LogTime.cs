using System;
using System.Globalization;

namespace Sluice.Http.Logging;

/// <summary>The time of an access line in local time, made once a second; allocates nothing.</summary>
public sealed class LogTime(TimeZoneInfo zone)
{
    private const string Format = "dd'/'MMM'/'yyyy':'HH':'mm':'ss' 'zzz";

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
        _ = local.TryFormat(_text, out _length, Format, CultureInfo.InvariantCulture);
        _ = local.TryFormat(_internetText, out _internetLength, InternetFormat, CultureInfo.InvariantCulture);

        // ±hh:mm, of which the line has no colon.
        Span<byte> minutes = _text.AsSpan(_length - 2, 2);
        minutes.CopyTo(_text.AsSpan(_length - 3));
        _length--;
    }
}
