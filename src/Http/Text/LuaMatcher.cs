using System;

namespace Sluice.Http.Text;

/// <summary>
/// One attempt to match (H-PAT-01 to H-PAT-13, H-LIMIT-17). It recurses only where it may have to come back: at captures and repetitions, at
/// most 200 deep; failed comparisons and steps are counted, so no pattern can hold the process.
/// </summary>
internal ref struct LuaMatcher
{
    private const int MostDepth = 200;
    private const int MostFailures = 0xfffff;

    // Comparisons that succeed, and bytes read by %b and %1, are not failures, and are work all the same.
    private const int MostSteps = 16 * MostFailures;

    private readonly ReadOnlySpan<byte> _pattern;
    private readonly ReadOnlySpan<byte> _subject;
    private readonly Span<LuaCapture> _captures;
    private int _count;
    private int _depth;
    private int _failures;
    private int _steps;

    public LuaMatcher(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> subject, Span<LuaCapture> captures)
    {
        _pattern = pattern;
        _subject = subject;
        _captures = captures;
    }

    public LuaPatternError Error { get; private set; }

    public readonly ReadOnlySpan<LuaCapture> Captures => _captures[.._count];

    public bool Search(out Range match)
    {
        match = default;
        bool isAnchored = _pattern[0] == '^';
        for (int start = 0; start <= _subject.Length; start++)
        {
            _count = 0;
            if (TryMatch(start, isAnchored ? 1 : 0, out int end))
            {
                match = start..end;
                return !HasOpenCapture() || Fail(LuaPatternError.UnfinishedCapture);
            }

            if (isAnchored || Error != LuaPatternError.None)
            {
                return false;
            }
        }

        return false;
    }

    private readonly bool HasOpenCapture()
    {
        foreach (LuaCapture capture in Captures)
        {
            if (capture.State == LuaCaptureState.Open)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryMatch(int s, int p, out int end)
    {
        end = s;
        if (_depth == MostDepth)
        {
            return Fail(LuaPatternError.TooComplex);
        }

        _depth++;
        bool isMatch = TryItems(s, p, out end);
        _depth--;
        return isMatch;
    }

    // Goes from item to item as long as each can match in one way only.
    private bool TryItems(int s, int p, out int end)
    {
        while (p < _pattern.Length)
        {
            end = s;
            char item = (char)_pattern[p];
            char escaped = item == '%' && p + 1 < _pattern.Length ? (char)_pattern[p + 1] : '\0';
            switch (item)
            {
                case '(':
                    return TryOpen(s, p, out end);
                case ')':
                    return TryClose(s, p + 1, out end);
                case '$' when p + 1 == _pattern.Length:
                    return s == _subject.Length;
                case '%' when escaped == 'b':
                    if (!TryBalance(ref s, ref p))
                    {
                        return false;
                    }

                    continue;
                case '%' when escaped == 'f':
                    if (!TryFrontier(s, ref p))
                    {
                        return false;
                    }

                    continue;
                case '%' when char.IsAsciiDigit(escaped):
                    if (!TryBack(ref s, ref p, escaped))
                    {
                        return false;
                    }

                    continue;
                default:
                    Progress progress = TrySingle(ref s, ref p, out end);
                    if (progress != Progress.GoesOn)
                    {
                        return progress == Progress.Matched;
                    }

                    continue;
            }
        }

        end = s;
        return true;
    }

    private bool TryOpen(int s, int p, out int end)
    {
        end = s;
        if (_count == LuaPattern.MostCaptures)
        {
            return Fail(LuaPatternError.TooManyCaptures);
        }

        bool isPosition = p + 1 < _pattern.Length && _pattern[p + 1] == ')';
        _captures[_count++] = new LuaCapture(s, 0, isPosition ? LuaCaptureState.Position : LuaCaptureState.Open);
        if (TryMatch(s, isPosition ? p + 2 : p + 1, out end))
        {
            return true;
        }

        _count--;
        return false;
    }

    private bool TryClose(int s, int p, out int end)
    {
        end = s;
        int open = _count - 1;
        while (open >= 0 && _captures[open].State != LuaCaptureState.Open)
        {
            open--;
        }

        if (open < 0)
        {
            return Fail(LuaPatternError.PatternCapture);
        }

        LuaCapture capture = _captures[open];
        _captures[open] = new LuaCapture(capture.Start, s - capture.Start, LuaCaptureState.Closed);
        if (TryMatch(s, p, out end))
        {
            return true;
        }

        _captures[open] = capture;
        return false;
    }

    private bool TryBalance(ref int s, ref int p)
    {
        if (p + 4 > _pattern.Length)
        {
            return Fail(LuaPatternError.MissingBalance);
        }

        byte opening = _pattern[p + 2];
        byte closing = _pattern[p + 3];
        if (s == _subject.Length || _subject[s] != opening)
        {
            return false;
        }

        int depth = 1;
        for (int at = s + 1; at < _subject.Length && Step(); at++)
        {
            if (_subject[at] == closing)
            {
                if (--depth == 0)
                {
                    s = at + 1;
                    p += 4;
                    return true;
                }
            }
            else if (_subject[at] == opening)
            {
                depth++;
            }
        }

        return false;
    }

    private bool TryFrontier(int s, ref int p)
    {
        int set = p + 2;
        if (set >= _pattern.Length || _pattern[set] != '[')
        {
            return Fail(LuaPatternError.MissingFrontierSet);
        }

        LuaPatternError error = LuaPatternSyntax.ClassEnd(_pattern, set, out int end);
        if (error != LuaPatternError.None)
        {
            return Fail(error);
        }

        byte before = s == 0 ? (byte)0 : _subject[s - 1];
        byte after = s == _subject.Length ? (byte)0 : _subject[s];
        p = end;
        return !LuaClass.SetContains(_pattern[set..end], before) && LuaClass.SetContains(_pattern[set..end], after);
    }

    private bool TryBack(ref int s, ref int p, char digit)
    {
        int index = digit - '1';
        if (index < 0 || index >= _count || _captures[index].State == LuaCaptureState.Open)
        {
            return Fail(LuaPatternError.CaptureIndex);
        }

        // A position is no text that could come again, not even an empty one.
        LuaCapture capture = _captures[index];
        _steps += capture.Length;
        if (capture.State == LuaCaptureState.Position || !Step() || !_subject[s..].StartsWith(_subject.Slice(capture.Start, capture.Length)))
        {
            return false;
        }

        s += capture.Length;
        p += 2;
        return true;
    }

    // A class with the repetition behind it.
    private Progress TrySingle(ref int s, ref int p, out int end)
    {
        end = s;
        LuaPatternError error = LuaPatternSyntax.ClassEnd(_pattern, p, out int classEnd);
        if (error != LuaPatternError.None)
        {
            Fail(error);
            return Progress.Failed;
        }

        char repetition = classEnd < _pattern.Length ? (char)_pattern[classEnd] : '\0';
        if (!IsSingle(s, p, classEnd))
        {
            if (_failures++ == MostFailures)
            {
                Fail(LuaPatternError.TooManyRepetitions);
                return Progress.Failed;
            }

            p = classEnd + 1;
            return repetition is '*' or '?' or '-' ? Progress.GoesOn : Progress.Failed;
        }

        switch (repetition)
        {
            case '?' when TryMatch(s + 1, classEnd + 1, out end):
                return Progress.Matched;
            case '?':
                p = classEnd + 1;
                return Error == LuaPatternError.None ? Progress.GoesOn : Progress.Failed;
            case '+':
                return TryLongest(s + 1, p, classEnd, out end) ? Progress.Matched : Progress.Failed;
            case '*':
                return TryLongest(s, p, classEnd, out end) ? Progress.Matched : Progress.Failed;
            case '-':
                return TryShortest(s, p, classEnd, out end) ? Progress.Matched : Progress.Failed;
            default:
                s++;
                p = classEnd;
                return Progress.GoesOn;
        }
    }

    private bool TryLongest(int s, int p, int classEnd, out int end)
    {
        int count = 0;
        while (IsSingle(s + count, p, classEnd))
        {
            count++;
        }

        for (; count >= 0 && Error == LuaPatternError.None; count--)
        {
            if (TryMatch(s + count, classEnd + 1, out end))
            {
                return true;
            }
        }

        end = s;
        return false;
    }

    private bool TryShortest(int s, int p, int classEnd, out int end)
    {
        while (!TryMatch(s, classEnd + 1, out end))
        {
            if (Error != LuaPatternError.None || !IsSingle(s, p, classEnd))
            {
                return false;
            }

            s++;
        }

        return true;
    }

    private bool IsSingle(int s, int p, int classEnd)
    {
        if (s >= _subject.Length || !Step())
        {
            return false;
        }

        byte value = _subject[s];
        return (char)_pattern[p] switch
        {
            '.' => true,
            '%' => LuaClass.Contains(_pattern[p + 1], value),
            '[' => LuaClass.SetContains(_pattern[p..classEnd], value),
            _ => _pattern[p] == value,
        };
    }

    private bool Step() => _steps++ < MostSteps || Fail(LuaPatternError.TooManyRepetitions);

    private bool Fail(LuaPatternError error)
    {
        Error = Error == LuaPatternError.None ? error : Error;
        return false;
    }

    private enum Progress
    {
        GoesOn,
        Matched,
        Failed,
    }
}

/// <summary>Character classes (H-PAT-02 to H-PAT-04), ASCII only.</summary>
internal static class LuaClass
{
    /// <summary>Whether a byte belongs to <c>%letter</c>; an upper-case letter is the complement, anything else stands for itself.</summary>
    public static bool Contains(byte letter, byte value)
    {
        char character = (char)value;
        bool isMember = (char)(letter | 0x20) switch
        {
            'a' => char.IsAsciiLetter(character),
            'c' => value is < 0x20 or 0x7f,
            'd' => char.IsAsciiDigit(character),
            'g' => value is > 0x20 and < 0x7f,
            'l' => char.IsAsciiLetterLower(character),
            'p' => value is > 0x20 and < 0x7f && !char.IsAsciiLetterOrDigit(character),
            's' => value is 0x20 or (>= 0x09 and <= 0x0d),
            'u' => char.IsAsciiLetterUpper(character),
            'w' => char.IsAsciiLetterOrDigit(character),
            'x' => char.IsAsciiHexDigit(character),
            _ => letter == value,
        };
        bool isClass = char.IsAsciiLetter((char)letter) && "acdglpsuwx"u8.Contains((byte)(letter | 0x20));
        return !isClass ? letter == value : isMember != char.IsAsciiLetterUpper((char)letter);
    }

    /// <summary>Whether a byte belongs to a set, given with its brackets.</summary>
    public static bool SetContains(ReadOnlySpan<byte> set, byte value)
    {
        int at = 1;
        bool isNegated = set[at] == '^';
        at += isNegated ? 1 : 0;
        int last = set.Length - 1;
        while (at < last)
        {
            if (set[at] == '%' && at + 1 < last)
            {
                if (Contains(set[at + 1], value))
                {
                    return !isNegated;
                }

                at += 2;
            }
            else if (at + 2 < last && set[at + 1] == '-')
            {
                if (set[at] <= value && value <= set[at + 2])
                {
                    return !isNegated;
                }

                at += 3;
            }
            else if (set[at++] == value)
            {
                return !isNegated;
            }
        }

        return isNegated;
    }
}
