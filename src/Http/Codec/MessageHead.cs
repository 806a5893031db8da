using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Sluice.Http.Codec;

/// <summary>The versions that are served.</summary>
public enum HttpVersion
{
    /// <summary>HTTP/1.0.</summary>
    Http10,

    /// <summary>HTTP/1.1, and every later 1.x (RFC 9110 2.5).</summary>
    Http11,
}

/// <summary>How far a head is parsed.</summary>
internal enum HeadStage
{
    FirstLine,
    Fields,
    Complete,
    Rejected,
}

/// <summary>
/// The head of a message: what a request's and a response's have in common, which is their field lines in the order in which they came. Filled by a
/// parser, pooled, cleared with <see cref="Clear"/>. It keeps a copy of its own bytes (about 10 ns), so it stays valid when the input is consumed and
/// while a body is read; what it returns is valid until <see cref="Clear"/> or the next parse. Nothing here allocates but growth towards the limits.
/// </summary>
public abstract class MessageHead
{
    private const int UsualBytes = 1024;
    private const int FewFields = 8;
    private const int KeptBytes = 8192; // of the longest head by default
    private const int KeptFields = 128;

    private readonly ushort[] _first = new ushort[KnownFields.Count]; // index + 1 of the first field of the name; 0: absent
    private FieldRange[] _fields = [];
    private byte[] _bytes = [];
    private uint _repeated; // a bit for each known field that came more than once

    /// <summary>The version that is served.</summary>
    public HttpVersion Version { get; internal set; }

    /// <summary>The version as sent; empty where parsing failed before its end.</summary>
    public ReadOnlySpan<byte> VersionText => Text(VersionRange);

    /// <summary>How many field lines there are.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Bytes of the whole head with its last line end, and of fields that were added to it.</summary>
    public int Length { get; internal set; }

    /// <summary>How many of them were in the input that the last call of the parser got: what to consume. All, unless <see cref="Gather"/> took some before.</summary>
    public int Taken => Length - Gathered;

    /// <summary>Why it was rejected.</summary>
    public Rejection Rejection { get; internal set; }

    /// <summary>The bytes that it keeps, from the first of the head on.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>How many bytes <see cref="Gather"/> took over.</summary>
    internal int Gathered { get; private set; }

    internal HeadStage Stage { get; set; }

    /// <summary>Where the first line begins that is not parsed yet.</summary>
    internal int Position { get; set; }

    /// <summary>Bytes of the parsed lines, without their ends.</summary>
    internal int LineBytes { get; set; }

    internal ByteRange VersionRange { get; set; }

    /// <summary>Makes it ready for another message; keeps its memory unless the last head was unusually long. What was said of a user is overwritten,
    /// and all of a head that was not parsed to its end, which may say so anywhere.</summary>
    public virtual void Clear()
    {
        if (Rejection != Rejection.None || Has(KnownField.Authorization) || Gathered > 0)
        {
            _bytes.AsSpan().Clear();
        }

        VersionRange = default;
        Length = 0;
        Gathered = 0;
        Rejection = Rejection.None;
        Stage = HeadStage.FirstLine;
        Position = 0;
        LineBytes = 0;
        FieldCount = 0;
        _repeated = 0;
        _first.AsSpan().Clear();
        if (_bytes.Length > KeptBytes)
        {
            _bytes = [];
        }

        if (_fields.Length > KeptFields)
        {
            _fields = [];
        }
    }

    /// <summary>Takes over the input of a head that has no room for all of it, after the parser asked for more; the limits of the head say how often that can be.
    /// The caller discards that input, and goes on with what follows it.</summary>
    public void Gather(ReadOnlySpan<byte> input) => Gathered = Append(input).Length;

    /// <summary>Whether a field is there, also if its value is empty.</summary>
    public bool Has(KnownField field) => _first[(int)field] != 0;

    /// <summary>Whether a field is there more than once.</summary>
    public bool IsRepeated(KnownField field) => (_repeated & (1u << (int)field)) != 0;

    /// <summary>The value of the first field of that name, without the blanks around it; empty where there is none.</summary>
    public ReadOnlySpan<byte> Value(KnownField field)
    {
        ushort first = _first[(int)field];
        return first == 0 ? default : FieldValue(first - 1);
    }

    /// <summary>The name of a field line as sent.</summary>
    public ReadOnlySpan<byte> FieldName(int index) => Text(Field(index).Name);

    /// <summary>The value of a field line as sent, without the blanks around it.</summary>
    public ReadOnlySpan<byte> FieldValue(int index) => Text(Field(index).Value);

    /// <summary>Which known field a line is.</summary>
    public KnownField FieldKind(int index) => Field(index).Kind;

    /// <summary>Overwrites the values of all fields of a name, and leaves them empty: for secrets that were used.</summary>
    public void Wipe(KnownField field)
    {
        for (int index = 0; index < FieldCount; index++)
        {
            if (_fields[index].Kind == field)
            {
                ByteRange value = _fields[index].Value;
                _bytes.AsSpan(value.Start, value.Length).Clear();
                _fields[index] = _fields[index].WithoutValue();
            }
        }
    }

    internal IEnumerable<ByteRange> RangesOf(KnownField field)
    {
        for (int index = 0; index < FieldCount; index++)
        {
            if (_fields[index].Kind == field)
            {
                yield return _fields[index].Value;
            }
        }
    }

    internal ByteRange RangeOf(KnownField field)
    {
        ushort first = _first[(int)field];
        return first == 0 ? default : _fields[first - 1].Value;
    }

    internal void Add(ByteRange name, ByteRange value, KnownField kind)
    {
        if (FieldCount == _fields.Length)
        {
            Array.Resize(ref _fields, int.Max(FewFields, _fields.Length * 2));
        }

        _fields[FieldCount++] = new FieldRange(name, value, kind);
        if (kind == KnownField.None)
        {
            return;
        }

        if (_first[(int)kind] == 0)
        {
            _first[(int)kind] = (ushort)FieldCount;
        }
        else
        {
            _repeated |= 1u << (int)kind;
        }
    }

    /// <summary>Adds a field behind the others, as if it had come with them; the head is complete.</summary>
    internal void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Debug.Assert(Stage == HeadStage.Complete, "Nothing of it is still to come.");
        ByteRange nameRange = new(Length, name.Length);
        ByteRange valueRange = new(nameRange.End + 2, value.Length);
        int end = valueRange.End + 2;
        if (_bytes.Length < end)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(2 * end, pinned: true);
            _bytes.AsSpan(0, Length).CopyTo(larger);
            _bytes.AsSpan().Clear();
            _bytes = larger;
        }

        name.CopyTo(_bytes.AsSpan(nameRange.Start));
        ": "u8.CopyTo(_bytes.AsSpan(nameRange.End));
        value.CopyTo(_bytes.AsSpan(valueRange.Start));
        "\r\n"u8.CopyTo(_bytes.AsSpan(valueRange.End));
        Length = end;
        Add(nameRange, valueRange, KnownFields.Of(name));
    }

    /// <summary>Keeps the bytes that the ranges speak of.</summary>
    internal void Keep(ReadOnlySpan<byte> head)
    {
        if (_bytes.Length < head.Length)
        {
            // Pinned: the collector leaves a copy where it moves something, and there may be a password in it.
            _bytes = GC.AllocateUninitializedArray<byte>(int.Max(head.Length, int.Max(UsualBytes, _bytes.Length * 2)), pinned: true);
        }

        head.CopyTo(_bytes);
    }

    /// <summary>The head as far as it is there: what was gathered, and the input behind it. Without the former it is the input itself.</summary>
    internal ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> input) => Gathered == 0 ? input : Append(input);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Text(ByteRange range) => _bytes.AsSpan(range.Start, range.Length);

    internal FieldRange Field(int index)
    {
        Debug.Assert((uint)index < (uint)FieldCount, "A field of this head.");
        return _fields[index];
    }

    private Span<byte> Append(ReadOnlySpan<byte> input)
    {
        int length = Gathered + input.Length;
        if (_bytes.Length < length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(int.Max(length, 2 * _bytes.Length), pinned: true);
            _bytes.AsSpan(0, Gathered).CopyTo(larger);
            _bytes.AsSpan().Clear();
            _bytes = larger;
        }

        input.CopyTo(_bytes.AsSpan(Gathered));
        return _bytes.AsSpan(0, length);
    }

    /// <summary>A field line.</summary>
    /// <remarks>Kept small: a head that is waited for is held with its connection.</remarks>
    internal readonly struct FieldRange(ByteRange name, ByteRange value, KnownField kind)
    {
        private const int KindBits = 8;

        private readonly int _nameStart = name.Start;
        private readonly int _valueStart = value.Start;
        private readonly int _valueLength = value.Length;
        private readonly int _nameLengthAndKind = (name.Length << KindBits) | (int)kind;

        public ByteRange Name => new(_nameStart, _nameLengthAndKind >> KindBits);

        public ByteRange Value => new(_valueStart, _valueLength);

        public KnownField Kind => (KnownField)(_nameLengthAndKind & ((1 << KindBits) - 1));

        public FieldRange WithoutValue() => new(Name, new ByteRange(_valueStart, 0), Kind);
    }
}
