using System;
using System.Diagnostics;

namespace Sluice.Http.Codec;

/// <summary>What a step over a chunked body came to.</summary>
public enum ChunkStatus
{
    /// <summary>All bytes shown were framing and are taken; the body goes on.</summary>
    NeedMore,

    /// <summary>Some bytes of the body were found.</summary>
    Content,

    /// <summary>The body is over; what follows is the next request.</summary>
    End,

    /// <summary>Framing is lost; the reason is in <see cref="ChunkedDecoder.Rejection"/>.</summary>
    Rejected,
}

/// <summary>
/// Reads the framing of a chunked body (RFC 9112 7.1), strictly: lines end in CRLF, sizes have at most 16 digits and nothing before
/// them, extensions are read over, trailers are checked and bounded. It holds no bytes, so any cut of the input gives
/// the same result. Reused after <see cref="Clear"/>.
/// </summary>
public sealed class ChunkedDecoder
{
    private const int MostDigits = 16;
    private const int MostLineBytes = 1024;
    private const int MostTrailerBytes = 8192;

    // A body of one-byte chunks with long extensions costs us more than its sender: the extensions may not outweigh the content.
    private const int MostWaste = 16 * 1024;

    private ChunkLine _line;
    private TrailerLines _trailers;
    private State _state;
    private long _waste;

    private enum State
    {
        Size,
        SizeLineFeed,
        Content,
        ContentReturn,
        ContentLineFeed,
        Trailers,
        End,
        Rejected,
    }

    /// <summary>Why framing is lost.</summary>
    public Rejection Rejection { get; private set; }

    /// <summary>Bytes of the body found so far.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes of the current chunk that are not taken yet.</summary>
    internal long Left { get; private set; }

    /// <summary>Bytes that end the current chunk and are not read yet: 2 behind its content, then 1, else 0.</summary>
    internal int EndBytes => _state switch
    {
        State.ContentReturn => 2,
        State.ContentLineFeed => 1,
        _ => 0,
    };

    /// <summary>Bytes of the trailer section read so far.</summary>
    internal int TrailerBytes => _trailers.Length;

    /// <summary>Makes it ready for another body.</summary>
    public void Clear()
    {
        _line = default;
        _trailers = default;
        _state = State.Size;
        Left = 0;
        _waste = 0;
        Length = 0;
        Rejection = Rejection.None;
    }

    /// <summary>
    /// Reads over framing up to the next content, and over that content as far as it is there. Called again with what follows the
    /// bytes taken, until it says that the body is over or that it needs more.
    /// </summary>
    /// <param name="input">The bytes that follow those taken so far; may be empty.</param>
    /// <param name="taken">How many of them are done with, content included.</param>
    /// <param name="content">Which of them are bytes of the body; empty unless the result is <see cref="ChunkStatus.Content"/>.</param>
    public ChunkStatus Read(ReadOnlySpan<byte> input, out int taken, out Range content)
    {
        content = default;
        ChunkStatus status = ReadFraming(input, out taken);
        if (status != ChunkStatus.Content)
        {
            return status;
        }

        if (taken == input.Length)
        {
            return ChunkStatus.NeedMore;
        }

        int length = TakeContent(input.Length - taken);
        content = taken..(taken + length);
        taken += length;
        return ChunkStatus.Content;
    }

    /// <summary>Reads over framing up to the next content, of which <see cref="Left"/> bytes follow, perhaps later.</summary>
    internal ChunkStatus ReadFraming(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        while (true)
        {
            switch (_state)
            {
                case State.Content:
                    return ChunkStatus.Content;
                case State.End:
                    return ChunkStatus.End;
                case State.Rejected:
                    return ChunkStatus.Rejected;
                case State.Size or State.SizeLineFeed or State.ContentReturn or State.ContentLineFeed or State.Trailers when taken == input.Length:
                    return ChunkStatus.NeedMore;
                default:
                    Step(input[taken++]);
                    break;
            }
        }
    }

    /// <summary>Takes content, where it is next: how many of so many bytes belong to this chunk.</summary>
    internal int TakeContent(int available)
    {
        Debug.Assert(_state == State.Content, "Content is next.");
        int length = (int)long.Min(Left, available);
        Length += length;
        _waste = long.Max(0, _waste - length);
        Left -= length;
        _state = Left == 0 ? State.ContentReturn : State.Content;
        return length;
    }

    private void Step(byte value)
    {
        switch (_state)
        {
            case State.Size:
                SizeStep(value);
                break;
            case State.SizeLineFeed:
                Left = _line.Size;
                _state = Expect(value, '\n', Left == 0 ? State.Trailers : State.Content, Rejection.ChunkExtension);
                _line = default;
                break;
            case State.ContentReturn:
                _state = Expect(value, '\r', State.ContentLineFeed, Rejection.ChunkEnd);
                break;
            case State.ContentLineFeed:
                _state = Expect(value, '\n', State.Size, Rejection.ChunkEnd);
                break;
            case State.Trailers:
                TrailerStep(value);
                break;
            case State.Content or State.End or State.Rejected:
            default:
                throw new UnreachableException();
        }
    }

    private void SizeStep(byte value)
    {
        if (value == '\r' && _line.MayEnd)
        {
            _state = State.SizeLineFeed;
            return;
        }

        _waste++;
        if (_line.Length == MostLineBytes || _waste > MostWaste)
        {
            _state = Reject(_line.Length <= MostDigits ? Rejection.ChunkSize : Rejection.ChunkSizeTooLong);
            return;
        }

        Rejection wrong = _line.Step(value, MostDigits);
        _state = wrong == Rejection.None ? State.Size : Reject(wrong);
    }

    private void TrailerStep(byte value)
    {
        if (_trailers.Length == MostTrailerBytes)
        {
            _state = Reject(Rejection.TrailersTooLong);
            return;
        }

        _state = _trailers.Step(value) switch
        {
            ParseStatus.Complete => State.End,
            ParseStatus.Rejected => Reject(Rejection.Trailer),
            _ => State.Trailers,
        };
    }

    private State Expect(byte value, char wanted, State next, Rejection otherwise) => value == wanted ? next : Reject(otherwise);

    private State Reject(Rejection rejection)
    {
        Rejection = rejection;
        return State.Rejected;
    }
}

/// <summary>The line before a chunk: its size and extensions (RFC 9112 7.1.1), up to its CR.</summary>
internal struct ChunkLine
{
    private Part _part;
    private int _digits;

    private enum Part
    {
        Size,
        AfterSize,
        NameStart,
        Name,
        AfterName,
        ValueStart,
        Value,
        Quoted,
        Escaped,
        QuoteEnd,
        AfterValue,
    }

    public long Size { get; private set; }

    /// <summary>Bytes of the line so far.</summary>
    public int Length { get; private set; }

    public readonly bool MayEnd => _part switch
    {
        Part.Size => _digits > 0,
        Part.Name or Part.Value or Part.QuoteEnd => true,
        _ => false,
    };

    public Rejection Step(byte value, int mostDigits)
    {
        Length++;
        if (_part == Part.Size && char.IsAsciiHexDigit((char)value))
        {
            _digits++;
            if (_digits > mostDigits || Size > long.MaxValue >> 4)
            {
                return Rejection.ChunkSize;
            }

            Size = (Size << 4) | (long)HexValue(value);
            return Rejection.None;
        }

        if (_part == Part.Size && (_digits == 0 || value is not ((byte)';' or (byte)' ' or (byte)'\t')))
        {
            return Rejection.ChunkSize;
        }

        Part? next = Next(value);
        _part = next ?? _part;
        return next is null ? Rejection.ChunkExtension : Rejection.None;
    }

    // The grammar as a table: blanks are read over where BWS is allowed, and never before the end of the line.
    private readonly Part? Next(byte value) => _part switch
    {
        Part.Size or Part.AfterSize => Between(value, Part.AfterSize),
        Part.NameStart when IsBlank(value) => Part.NameStart,
        Part.NameStart or Part.Name when IsToken(value) => Part.Name,
        Part.Name or Part.AfterName when value == '=' => Part.ValueStart,
        Part.Name or Part.AfterName => Between(value, Part.AfterName),
        Part.ValueStart when IsBlank(value) => Part.ValueStart,
        Part.ValueStart when value == '"' => Part.Quoted,
        Part.ValueStart or Part.Value when IsToken(value) => Part.Value,
        Part.Value or Part.QuoteEnd or Part.AfterValue => Between(value, Part.AfterValue),
        Part.Quoted when value == '"' => Part.QuoteEnd,
        Part.Quoted when value == '\\' => Part.Escaped,
        Part.Quoted or Part.Escaped when !Characters.Control.Contains(value) => Part.Quoted,
        _ => null,
    };

    private static Part? Between(byte value, Part blank) => value == ';' ? Part.NameStart : IsBlank(value) ? blank : null;

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';

    private static bool IsToken(byte value) => Characters.Token.Contains(value);

    private static int HexValue(byte digit) => char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

/// <summary>The trailer section (RFC 9112 7.1.2), read over: it must be well formed, and none of it is used.</summary>
internal struct TrailerLines
{
    private Part _part;

    private enum Part
    {
        LineStart,
        Name,
        Value,
        LineFeed,
        LastLineFeed,
    }

    /// <summary>Bytes of the section so far.</summary>
    public int Length { get; private set; }

    public ParseStatus Step(byte value)
    {
        Length++;
        switch (_part)
        {
            case Part.LineStart when value == '\r':
                _part = Part.LastLineFeed;
                return ParseStatus.NeedMore;
            case Part.LineStart or Part.Name when Characters.Token.Contains(value):
                _part = Part.Name;
                return ParseStatus.NeedMore;
            case Part.Name when value == ':':
                _part = Part.Value;
                return ParseStatus.NeedMore;
            case Part.Value when value == '\r':
                _part = Part.LineFeed;
                return ParseStatus.NeedMore;
            case Part.Value when !Characters.Control.Contains(value):
                return ParseStatus.NeedMore;
            case Part.LineFeed when value == '\n':
                _part = Part.LineStart;
                return ParseStatus.NeedMore;
            case Part.LastLineFeed when value == '\n':
                return ParseStatus.Complete;
            default:
                return ParseStatus.Rejected;
        }
    }
}
