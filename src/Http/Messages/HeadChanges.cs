using System;
using System.Text;

using Sluice.Http.Codec;

namespace Sluice.Http.Messages;

/// <summary>What becomes of a head on its way through a relay: fields that are left out, get another value or are added, and another path. The order of fields
/// stays (D-24), what is added comes last. Used again for the next head after <see cref="Begin"/>; allocates only to grow.</summary>
/// <remarks>Values come from the configuration and from heads that were parsed: nothing here looks for bytes that no field may have.</remarks>
public sealed class HeadChanges
{
    private const int FewFields = 32;
    private const int FewValues = 4;
    private const int UsualText = 256;
    private const int KeptText = 16 * 1024;
    private const int LineExtra = 4; // ": " and CRLF

    // What a field becomes; above is the index of its new value.
    private const ushort Unchanged = 0;
    private const ushort Dropped = 1;
    private const ushort FirstValue = 2;

    private MessageHead _head = null!;
    private ushort[] _fates = new ushort[FewFields];
    private TextRange[] _values = new TextRange[FewValues];
    private int _valueCount;

    // Lines to be added, with their ends.
    private byte[] _added = [];
    private int _addedLength;

    // New values, and the new path.
    private byte[] _text = [];
    private int _textLength;
    private TextRange _path;
    private bool _isOriginForm;

    /// <summary>Whether another path was set.</summary>
    public bool HasPath { get; private set; }

    /// <summary>The path of a request: as it was set, or as it came.</summary>
    public ReadOnlySpan<byte> Path => HasPath ? Text(_path) : ((RequestHead)_head).Path;

    /// <summary>Bytes that <see cref="WriteFields"/> can take.</summary>
    public int MostFieldBytes => _head.Length + (LineExtra * _head.FieldCount) + _textLength + _addedLength;

    /// <summary>Bytes that <see cref="WriteTarget"/> can take.</summary>
    public int MostTargetBytes => ((RequestHead)_head).Target.Length + (HasPath ? _path.Length : 0);

    /// <summary>Begins with a head, of which everything stays.</summary>
    /// <param name="head">Stays as it is until it was written.</param>
    public void Begin(MessageHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        _head = head;
        if (_fates.Length < head.FieldCount)
        {
            _fates = new ushort[int.Max(head.FieldCount, 2 * _fates.Length)];
        }

        _fates.AsSpan(0, head.FieldCount).Clear();
        (_valueCount, _addedLength, _textLength, HasPath, _isOriginForm) = (0, 0, 0, false, false);
    }

    /// <summary>Gives the head a field that stays, as if it had come with it: whoever looks at it sees that one too.</summary>
    /// <param name="name">A token, and no field that says where a message ends; is copied.</param>
    /// <param name="value">Is copied.</param>
    public void Introduce(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _head.Add(name, value);
        if (_fates.Length < _head.FieldCount)
        {
            Array.Resize(ref _fates, 2 * _fates.Length);
        }

        _fates[_head.FieldCount - 1] = Unchanged;
    }

    /// <summary>Whether a field is left out.</summary>
    /// <param name="field">Its index in the head.</param>
    public bool IsDropped(int field) => _fates[field] == Dropped;

    /// <summary>Leaves a field out.</summary>
    /// <param name="field">Its index in the head.</param>
    public void Drop(int field) => _fates[field] = Dropped;

    /// <summary>Leaves out all fields of a name.</summary>
    public void Drop(KnownField kind)
    {
        if (_head.Has(kind))
        {
            for (int field = 0; field < _head.FieldCount; field++)
            {
                if (_head.FieldKind(field) == kind)
                {
                    Drop(field);
                }
            }
        }
    }

    /// <summary>Gives a field another value.</summary>
    /// <param name="field">Its index in the head; one that was left out is there again.</param>
    /// <param name="value">Is copied.</param>
    public void Replace(int field, ReadOnlySpan<byte> value)
    {
        if (_valueCount == _values.Length)
        {
            Array.Resize(ref _values, 2 * _values.Length);
        }

        _values[_valueCount] = Keep(value);
        _fates[field] = (ushort)(FirstValue + _valueCount);
        _valueCount++;
    }

    /// <summary>Adds a field line behind all others.</summary>
    /// <param name="name">A token; is copied.</param>
    /// <param name="value">Is copied.</param>
    public void Append(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int length = name.Length + value.Length + LineExtra;
        Grow(ref _added, _addedLength, length);
        _addedLength += WriteLine(_added.AsSpan(_addedLength), name, value);
    }

    /// <summary>The value of a field as it is now; of one that was left out, as it came.</summary>
    /// <param name="field">Its index in the head.</param>
    public ReadOnlySpan<byte> Value(int field) => _fates[field] < FirstValue ? _head.FieldValue(field) : Text(_values[_fates[field] - FirstValue]);

    /// <summary>Takes back the lines of a name that were added.</summary>
    /// <param name="name">In any case of letters.</param>
    public void RemoveAppended(ReadOnlySpan<byte> name)
    {
        Span<byte> added = _added.AsSpan(0, _addedLength);
        int kept = 0;
        while (!added.IsEmpty)
        {
            Span<byte> line = added[..(added.IndexOf("\r\n"u8) + 2)];
            added = added[line.Length..];
            if (!Ascii.EqualsIgnoreCase(line[..line.IndexOf((byte)':')], name))
            {
                line.CopyTo(_added.AsSpan(kept));
                kept += line.Length;
            }
        }

        _addedLength = kept;
    }

    /// <summary>Gives a request another path; the query stays.</summary>
    /// <param name="path">Is copied.</param>
    public void SetPath(ReadOnlySpan<byte> path) => (_path, HasPath) = (Keep(path), true);

    /// <summary>A target that names a host is written without it, as a path.</summary>
    public void UseOriginForm()
    {
        if (!HasPath)
        {
            SetPath(Path);
        }

        _isOriginForm = true;
    }

    /// <summary>Writes the target of a request as it is now.</summary>
    /// <param name="destination">At least <see cref="MostTargetBytes"/>.</param>
    /// <returns>How many bytes it took.</returns>
    public int WriteTarget(Span<byte> destination)
    {
        RequestHead request = (RequestHead)_head;
        ReadOnlySpan<byte> target = request.Target;
        if (!HasPath)
        {
            target.CopyTo(destination);
            return target.Length;
        }

        // What is before the path (the authority of an absolute target) stays, and so does the query with its mark.
        int query = request.HasQuery ? request.Query.Length + 1 : 0;
        int before = _isOriginForm ? 0 : request.PathRange.Start - request.TargetRange.Start;
        target[..before].CopyTo(destination);
        Path.CopyTo(destination[before..]);
        target[^query..].CopyTo(destination[(before + _path.Length)..]);
        return before + _path.Length + query;
    }

    /// <summary>Writes all field lines as they are now, without the empty line behind them.</summary>
    /// <param name="destination">At least <see cref="MostFieldBytes"/>.</param>
    /// <returns>How many bytes they took.</returns>
    public int WriteFields(Span<byte> destination)
    {
        ReadOnlySpan<byte> bytes = _head.Bytes;
        int written = 0;

        // Neighbours that stay as they are go in one piece.
        int start = 0;
        int end = 0;
        for (int index = 0; index < _head.FieldCount; index++)
        {
            ushort fate = _fates[index];
            MessageHead.FieldRange field = _head.Field(index);
            if (fate == Unchanged && IsPlain(field, bytes))
            {
                if (field.Name.Start != end)
                {
                    written += Copy(bytes[start..end], destination[written..]);
                    start = field.Name.Start;
                }

                end = field.Value.End + 2;
            }
            else if (fate != Dropped)
            {
                written += Copy(bytes[start..end], destination[written..]);
                start = end;
                ReadOnlySpan<byte> value = fate == Unchanged ? _head.Text(field.Value) : Text(_values[fate - FirstValue]);
                written += WriteLine(destination[written..], _head.Text(field.Name), value);
            }
        }

        written += Copy(bytes[start..end], destination[written..]);
        return written + Copy(_added.AsSpan(0, _addedLength), destination[written..]);
    }

    // The line as it would be written: one blank behind the colon, none behind the value, ended by CRLF.
    private static bool IsPlain(in MessageHead.FieldRange field, ReadOnlySpan<byte> bytes) =>
        field.Value.Start == field.Name.End + 2 && bytes[field.Name.End + 1] == ' ' && bytes[field.Value.End] == '\r';

    private static int WriteLine(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        name.CopyTo(destination);
        ": "u8.CopyTo(destination[name.Length..]);
        value.CopyTo(destination[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(destination[(name.Length + 2 + value.Length)..]);
        return name.Length + value.Length + LineExtra;
    }

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    private static void Grow(ref byte[] buffer, int used, int more)
    {
        // What an unusual head needed is not kept.
        int size = int.Max(used + more, UsualText);
        if (buffer.Length < size || (used == 0 && buffer.Length > KeptText))
        {
            Array.Resize(ref buffer, used == 0 ? size : int.Max(size, 2 * buffer.Length));
        }
    }

    private TextRange Keep(ReadOnlySpan<byte> text)
    {
        Grow(ref _text, _textLength, text.Length);
        text.CopyTo(_text.AsSpan(_textLength));
        TextRange range = new(_textLength, text.Length);
        _textLength += text.Length;
        return range;
    }

    private ReadOnlySpan<byte> Text(TextRange range) => _text.AsSpan(range.Start, range.Length);

    private readonly record struct TextRange(int Start, int Length);
}
