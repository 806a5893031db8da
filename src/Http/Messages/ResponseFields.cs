using System;
using System.Diagnostics;
using System.Globalization;

using Sluice.Http.Codec;

namespace Sluice.Http.Messages;

/// <summary>
/// Fields of an answer, kept in the order in which httpd sends them: by name, without regard to the case of letters; several of one
/// name stay in their order (H-HTTP-27). Reused after <see cref="Clear"/>, and then without allocating.
/// </summary>
public sealed class ResponseFields
{
    private const int UsualFields = 16;
    private const int UsualBytes = 1024;

    // A redirect may be 64 KiB long; no exchange keeps such memory.
    private const int KeptBytes = 8 * 1024;

    private Entry[] _entries = [];
    private byte[] _bytes = [];
    private int _used; // bytes of _bytes that are taken, also by fields that were removed

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes they take as lines, each with its CRLF.</summary>
    public int LineBytes { get; private set; }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Count = 0;
        LineBytes = 0;
        _used = 0;
        if (_bytes.Length > KeptBytes)
        {
            _bytes = [];
        }
    }

    /// <summary>The name of a field; in order.</summary>
    public ReadOnlySpan<byte> Name(int index) => _bytes.AsSpan(_entries[index].Start, _entries[index].NameLength);

    /// <summary>The value of a field.</summary>
    public ReadOnlySpan<byte> Value(int index)
    {
        Entry entry = _entries[index];
        return _bytes.AsSpan(entry.Start + entry.NameLength, entry.ValueLength);
    }

    /// <summary>Whether there is a field of a name.</summary>
    public bool Has(ReadOnlySpan<byte> name)
    {
        int place = PlaceFor(name);
        return place > 0 && Compare(Name(place - 1), name) == 0;
    }

    /// <summary>Adds a field that this program made.</summary>
    /// <exception cref="ArgumentException">It is none: see <see cref="TryAdd"/>.</exception>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!TryAdd(name, value))
        {
            throw new ArgumentException("Not a field.", nameof(name));
        }
    }

    /// <summary>Adds a number.</summary>
    public void Add(ReadOnlySpan<byte> name, long value)
    {
        Span<byte> text = stackalloc byte[20];
        bool isWritten = value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        Debug.Assert(isWritten, "A long has at most 20 characters.");
        Add(name, text[..length]);
    }

    /// <summary>Adds a date.</summary>
    public void Add(ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[HttpDate.Length];
        HttpDate.Write(value, text);
        Add(name, text);
    }

    /// <summary>Adds a field from elsewhere; false where its name is no token or its value holds a control byte, which could
    /// end the head.</summary>
    public bool TryAdd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || name.ContainsAnyExcept(Characters.Token) || value.ContainsAny(Characters.Control))
        {
            return false;
        }

        int length = name.Length + value.Length;
        if (_used + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, int.Max(_used + length, int.Max(UsualBytes, _bytes.Length * 2)));
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, int.Max(UsualFields, Count * 2));
        }

        int place = PlaceFor(name);
        name.CopyTo(_bytes.AsSpan(_used));
        value.CopyTo(_bytes.AsSpan(_used + name.Length));
        Array.Copy(_entries, place, _entries, place + 1, Count - place);
        _entries[place] = new Entry(_used, name.Length, value.Length);
        _used += length;
        Count++;
        LineBytes += LineLength(length);
        return true;
    }

    /// <summary>Removes all fields of a name, and adds one.</summary>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Remove(name);
        Add(name, value);
    }

    /// <summary>Removes all fields of a name.</summary>
    public void Remove(ReadOnlySpan<byte> name)
    {
        for (int last = PlaceFor(name); last > 0 && Compare(Name(last - 1), name) == 0; last--)
        {
            Entry entry = _entries[last - 1];
            Array.Copy(_entries, last, _entries, last - 1, Count - last);
            Count--;
            LineBytes -= LineLength(entry.NameLength + entry.ValueLength);
        }
    }

    /// <summary>Writes the lines of the fields whose names come before another, from an index on.</summary>
    /// <param name="index">The first field; moved behind the last one written.</param>
    /// <param name="end">A name; empty for no end.</param>
    /// <param name="destination">Enough for them.</param>
    /// <returns>Bytes written.</returns>
    internal int WriteBefore(ref int index, ReadOnlySpan<byte> end, Span<byte> destination)
    {
        int written = 0;
        for (; index < Count && (end.IsEmpty || Compare(Name(index), end) < 0); index++)
        {
            written += WriteLine(Name(index), Value(index), destination[written..]);
        }

        return written;
    }

    /// <summary>Writes a line with its CRLF.</summary>
    internal static int WriteLine(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        name.CopyTo(destination);
        ": "u8.CopyTo(destination[name.Length..]);
        value.CopyTo(destination[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(destination[(name.Length + 2 + value.Length)..]);
        return LineLength(name.Length + value.Length);
    }

    private static int LineLength(int contentLength) => contentLength + ": \r\n".Length;

    // Behind all that are not greater. Fields mostly come in order already, so from the end.
    private int PlaceFor(ReadOnlySpan<byte> name)
    {
        int place = Count;
        while (place > 0 && Compare(Name(place - 1), name) > 0)
        {
            place--;
        }

        return place;
    }

    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int length = int.Min(left.Length, right.Length);
        for (int index = 0; index < length; index++)
        {
            int difference = Lower(left[index]) - Lower(right[index]);
            if (difference != 0)
            {
                return difference;
            }
        }

        return left.Length - right.Length;
    }

    private static int Lower(byte value) => char.IsAsciiLetterUpper((char)value) ? value | 0x20 : value;

    private readonly record struct Entry(int Start, int NameLength, int ValueLength);
}
