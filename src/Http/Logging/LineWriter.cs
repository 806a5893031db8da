using System;
using System.Buffers.Text;

using Sluice.Http.Text;

namespace Sluice.Http.Logging;

/// <summary>Puts a line of a log together in room that is large enough; allocates nothing.</summary>
public ref struct LineWriter(Span<byte> line)
{
    private const int MicrosecondsPerMillisecond = 1000;

    private Span<byte> _rest = line;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What is safe as it is.</summary>
    public void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_rest);
        Advance(bytes.Length);
    }

    /// <summary>In decimal digits.</summary>
    public void PutNumber(long number)
    {
        Utf8Formatter.TryFormat(number, _rest, out int written);
        Advance(written);
    }

    /// <summary>A status with its three digits; 000 where there was no answer.</summary>
    public void PutStatus(int status) => PutThreeDigits(status);

    /// <summary>Between double quotes.</summary>
    public void PutQuoted(scoped ReadOnlySpan<byte> bytes) => Advance(LogEncoding.Encode(bytes, _rest, LogPlace.Quoted));

    /// <summary>A path, with what could end a field or a line as percent and two digits.</summary>
    public void PutUrl(scoped ReadOnlySpan<byte> bytes) => Advance(PercentEncoding.EncodeLogged(bytes, _rest));

    /// <summary>The path of a request.</summary>
    public void PutPath(scoped in AccessEntry entry)
    {
        if (entry.IsPathAsSent)
        {
            PutQuery(entry.Path);
        }
        else
        {
            PutUrl(entry.Path);
        }
    }

    /// <summary>In milliseconds, to the microsecond.</summary>
    public void PutMilliseconds(TimeSpan time)
    {
        long microseconds = time.Ticks / TimeSpan.TicksPerMicrosecond;
        PutNumber(microseconds / MicrosecondsPerMillisecond);
        Put("."u8);
        PutThreeDigits((int)(microseconds % MicrosecondsPerMillisecond));
    }

    /// <summary>What stands behind the question mark, likewise.</summary>
    public void PutQuery(scoped ReadOnlySpan<byte> bytes) => Advance(PercentEncoding.EncodeQuery(bytes, _rest));

    /// <summary>A field that stands between spaces, without quotes.</summary>
    public void PutField(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            Put("-"u8);
            return;
        }

        Advance(LogEncoding.Encode(bytes, _rest, LogPlace.Field));
    }

    /// <summary>The rest of a line.</summary>
    public void PutText(scoped ReadOnlySpan<byte> bytes) => Advance(LogEncoding.Encode(bytes, _rest, LogPlace.Line));

    /// <summary>Inside a string of JSON.</summary>
    public void PutJson(scoped ReadOnlySpan<byte> bytes) => Advance(JsonEncoding.Encode(bytes, _rest));

    private void PutThreeDigits(int number)
    {
        Utf8Formatter.TryFormat(number, _rest, out int written, new('D', 3));
        Advance(written);
    }

    private void Advance(int count)
    {
        _rest = _rest[count..];
        Length += count;
    }
}
