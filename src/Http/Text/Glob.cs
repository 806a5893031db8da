using System;

namespace Sluice.Http.Text;

/// <summary>Whether letters of both cases are the same.</summary>
public enum LetterCase
{
    /// <summary>They differ.</summary>
    Matters,

    /// <summary>They are the same (FNM_CASEFOLD), in ASCII.</summary>
    Folded,
}

/// <summary>
/// Shell patterns over bytes as fnmatch(3) without flags reads them: <c>*</c> and <c>?</c> match slashes and leading dots too,
/// <c>[a-z]</c>, <c>[!a]</c>, <c>[[:digit:]]</c>, backslash escapes. The whole subject must match. Work is at most pattern times
/// subject: only the last star is ever taken up again, which is enough because a star can take in whatever an earlier one could.
/// </summary>
public static class Glob
{
    /// <summary>Whether a subject matches a pattern; a bracket that is not closed stands for itself.</summary>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> subject, LetterCase letterCase)
    {
        int at = 0;
        int position = 0;
        int starPattern = -1;
        int starPosition = 0;
        while (position < subject.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                starPattern = ++at;
                starPosition = position;
                continue;
            }

            if (at < pattern.Length && IsMatch(pattern, at, subject[position], letterCase, out int next))
            {
                at = next;
                position++;
                continue;
            }

            if (starPattern < 0)
            {
                return false;
            }

            at = starPattern;
            position = ++starPosition;
        }

        return !pattern[at..].ContainsAnyExcept((byte)'*');
    }

    /// <summary>Whether a text has any character that is special in a pattern.</summary>
    public static bool IsPattern(ReadOnlySpan<byte> text) => text.ContainsAny("*?[\\"u8);

    /// <summary>Bytes of the element of a pattern that begins at a place, for who matches one after the other. A star is none.</summary>
    public static int ElementLength(ReadOnlySpan<byte> pattern, int at)
    {
        _ = IsMatch(pattern, at, 0, LetterCase.Matters, out int next);
        return next - at;
    }

    /// <summary>The texts that every subject of a pattern holds.</summary>
    public static RequiredText[] Required(ReadOnlySpan<byte> pattern)
    {
        LiteralRuns runs = new(new byte[pattern.Length], RequiredPlace.Beginning);
        for (int at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case (byte)'[' when TryBracket(pattern, at, 0, LetterCase.Matters, out int next, out _):
                    runs.End();
                    at = next - 1;
                    break;
                case (byte)'*' or (byte)'?':
                    runs.End();
                    break;
                case (byte)'\\' when at + 1 < pattern.Length:
                    runs.Add(pattern[++at]);
                    break;
                default:
                    runs.Add(pattern[at]);
                    break;
            }
        }

        return runs.All();
    }

    // One element of the pattern against one byte.
    private static bool IsMatch(ReadOnlySpan<byte> pattern, int at, byte value, LetterCase letterCase, out int next)
    {
        next = at + 1;
        switch (pattern[at])
        {
            case (byte)'?':
                return true;
            case (byte)'[' when TryBracket(pattern, at, value, letterCase, out next, out bool isMatch):
                return isMatch;
            case (byte)'\\' when at + 1 < pattern.Length:
                next = at + 2;
                return Fold(pattern[at + 1], letterCase) == Fold(value, letterCase);
            default:
                next = at + 1;
                return Fold(pattern[at], letterCase) == Fold(value, letterCase);
        }
    }

    private static bool TryBracket(ReadOnlySpan<byte> pattern, int at, byte value, LetterCase letterCase, out int next, out bool isMatch)
    {
        int i = at + 1;
        bool isNegated = i < pattern.Length && pattern[i] is (byte)'!' or (byte)'^';
        i += isNegated ? 1 : 0;
        int first = i;
        bool found = false;
        while (i < pattern.Length && (pattern[i] != ']' || i == first))
        {
            found |= Element(pattern, ref i, value, letterCase);
        }

        isMatch = found != isNegated;
        next = i + 1;
        return i < pattern.Length;
    }

    // One byte, range or class of a bracket; a range that ends in the closing bracket is a byte and a minus.
    private static bool Element(ReadOnlySpan<byte> pattern, ref int i, byte value, LetterCase letterCase)
    {
        if (pattern[i..].StartsWith("[:"u8))
        {
            int length = pattern[(i + 2)..].IndexOf(":]"u8);
            if (length >= 0 && TryClass(pattern.Slice(i + 2, length), value, letterCase, out bool isMember))
            {
                i += length + 4;
                return isMember;
            }
        }

        byte low = Literal(pattern, ref i);
        byte high = low;
        if (i + 1 < pattern.Length && pattern[i] == '-' && pattern[i + 1] != ']')
        {
            i++;
            high = Literal(pattern, ref i);
        }

        byte folded = Fold(value, letterCase);
        return (low <= value && value <= high) || (Fold(low, letterCase) <= folded && folded <= Fold(high, letterCase));
    }

    private static byte Literal(ReadOnlySpan<byte> pattern, ref int i)
    {
        if (pattern[i] == '\\' && i + 1 < pattern.Length)
        {
            i++;
        }

        return pattern[i++];
    }

    private static bool TryClass(ReadOnlySpan<byte> name, byte value, LetterCase letterCase, out bool isMember)
    {
        char character = (char)value;
        bool isLetter = char.IsAsciiLetter(character);
        (bool isKnown, isMember) = name switch
        {
            _ when name.SequenceEqual("alpha"u8) => (true, isLetter),
            _ when name.SequenceEqual("digit"u8) => (true, char.IsAsciiDigit(character)),
            _ when name.SequenceEqual("alnum"u8) => (true, char.IsAsciiLetterOrDigit(character)),
            _ when name.SequenceEqual("upper"u8) => (true, letterCase == LetterCase.Folded ? isLetter : char.IsAsciiLetterUpper(character)),
            _ when name.SequenceEqual("lower"u8) => (true, letterCase == LetterCase.Folded ? isLetter : char.IsAsciiLetterLower(character)),
            _ when name.SequenceEqual("space"u8) => (true, value is (>= 9 and <= 13) or 32),
            _ when name.SequenceEqual("blank"u8) => (true, value is 9 or 32),
            _ when name.SequenceEqual("punct"u8) => (true, value is > 32 and < 127 && !char.IsAsciiLetterOrDigit(character)),
            _ when name.SequenceEqual("print"u8) => (true, value is >= 32 and < 127),
            _ when name.SequenceEqual("graph"u8) => (true, value is > 32 and < 127),
            _ when name.SequenceEqual("cntrl"u8) => (true, value is < 32 or 127),
            _ when name.SequenceEqual("xdigit"u8) => (true, char.IsAsciiHexDigit(character)),
            _ => (false, false),
        };
        return isKnown;
    }

    private static byte Fold(byte value, LetterCase letterCase) =>
        letterCase == LetterCase.Folded && char.IsAsciiLetterUpper((char)value) ? (byte)(value | 0x20) : value;
}
