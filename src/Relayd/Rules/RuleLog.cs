using System;

using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>What is to be said of a logged part.</summary>
internal enum LogNote
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>That a rule took it away before.</summary>
    Removed,
}

/// <summary>
/// What the rules log of a message (R-FILTER-64, R-LOG-11): <c> [key: value]</c> for each part of a request, <c> {key: value}</c> of a response, with the label of
/// the session before the key. Nobody can forge a line or another part: what could end one is written in octal digits.
/// </summary>
internal sealed class RuleLog
{
    /// <summary>Bytes that are kept of one message; what is more is cut off, with dots.</summary>
    public const int MostBytes = 4096;

    private const int End = 5; // "...]" and a byte that had no room

    private readonly byte[] _text = new byte[MostBytes];
    private int _length;
    private bool _isFull;
    private Direction _direction;
    private byte[] _label = [];

    /// <summary>All of it; valid until the next message.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>Begins with a message.</summary>
    /// <param name="direction">Which brackets there are.</param>
    /// <param name="label">That of the session; empty for none.</param>
    public void Begin(Direction direction, byte[] label) => (_length, _isFull, _direction, _label) = (0, false, direction, label);

    /// <summary>Adds a part.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">Its value; empty for none.</param>
    /// <param name="note">What is to be said of it.</param>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, LogNote note = LogNote.None)
    {
        if (_isFull || _length + 2 + End > MostBytes)
        {
            _isFull = true;
            return;
        }

        bool isRequest = _direction == Direction.Request;
        Copy(isRequest ? " ["u8 : " {"u8);
        if (_label.Length > 0)
        {
            Write(_label);
            Write(", "u8);
        }

        Write(key);
        if (!value.IsEmpty)
        {
            Write(": "u8);
            Write(value);
        }

        if (note == LogNote.Removed)
        {
            Write(" (removed)"u8);
        }

        Copy(_isFull ? "..."u8 : default);
        Copy(isRequest ? "]"u8 : "}"u8);
    }

    private void Write(ReadOnlySpan<byte> text)
    {
        byte closing = _direction == Direction.Request ? (byte)']' : (byte)'}';
        while (!text.IsEmpty && !_isFull)
        {
            int end = text.IndexOf(closing);
            Encode(end < 0 ? text : text[..end]);
            if (end < 0)
            {
                return;
            }

            _isFull |= MostBytes - End - _length < LogEncoding.MostBytesPerByte;
            if (!_isFull)
            {
                Copy(closing == (byte)']' ? "\\135"u8 : "\\175"u8);
                text = text[(end + 1)..];
            }
        }
    }

    // In pieces, each of which is sure to have room.
    private void Encode(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int room = (MostBytes - End - _length) / LogEncoding.MostBytesPerByte;
            if (room <= 0)
            {
                _isFull = true;
                return;
            }

            ReadOnlySpan<byte> piece = text[..int.Min(room, text.Length)];
            _length += LogEncoding.Encode(piece, _text.AsSpan(_length), LogPlace.Line);
            text = text[piece.Length..];
        }
    }

    private void Copy(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }
}
