using System;

namespace Sluice.Httpd.Applications;

/// <summary>Says a line of the error log about a request.</summary>
/// <param name="line">Any bytes; they are encoded.</param>
internal delegate void SayLine(ReadOnlySpan<byte> line);

/// <summary>What an application says to the operator during one request, put into lines (H-FCGI-45). Bounded: an application that never stops fills no disk.</summary>
internal sealed class ErrorText
{
    private const int LongestLine = 1024;
    private const int MostBytes = 64 * 1024;

    private byte[]? _line;
    private int _length; // of the line that has not ended
    private int _said;
    private long _left; // bytes that were not said

    /// <summary>Begins with a request.</summary>
    public void Clear()
    {
        _length = 0;
        _said = 0;
        _left = 0;
    }

    /// <summary>Takes a piece, and says the lines that end in it.</summary>
    public void Add(ReadOnlySpan<byte> piece, SayLine say)
    {
        while (!piece.IsEmpty)
        {
            if (_said >= MostBytes)
            {
                _left += piece.Length;
                return;
            }

            int end = piece.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = piece[..int.Min(end < 0 ? piece.Length : end, LongestLine - _length)];
            _line ??= new byte[LongestLine];
            part.CopyTo(_line.AsSpan(_length));
            _length += part.Length;
            bool isEnded = part.Length == end;
            piece = piece[(part.Length + (isEnded ? 1 : 0))..];
            if (isEnded || _length == LongestLine)
            {
                Say(say);
            }
        }
    }

    /// <summary>Says what is left.</summary>
    public void End(SayLine say)
    {
        Say(say);
        if (_left > 0)
        {
            say(System.Text.Encoding.ASCII.GetBytes($"the application said {_left} bytes more"));
            _left = 0;
        }
    }

    private void Say(SayLine say)
    {
        ReadOnlySpan<byte> line = _line.AsSpan(0, _length).TrimEnd((byte)'\r');
        if (!line.IsEmpty)
        {
            say(line);
        }

        _said += _length;
        _length = 0;
    }
}
