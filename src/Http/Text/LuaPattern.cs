using System;
using System.Buffers;

namespace Sluice.Http.Text;

/// <summary>What is wrong with a pattern, or with trying it (patterns(7), H-PAT-14).</summary>
public enum LuaPatternError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It ends with <c>%</c>.</summary>
    EndsWithPercent,

    /// <summary>A set is not closed.</summary>
    MissingBracket,

    /// <summary><c>%b</c> is not followed by two characters.</summary>
    MissingBalance,

    /// <summary><c>%f</c> is not followed by a set.</summary>
    MissingFrontierSet,

    /// <summary><c>%1</c> to <c>%9</c> names no capture that is closed there, or it is <c>%0</c>.</summary>
    CaptureIndex,

    /// <summary>A capture is closed that is not open.</summary>
    PatternCapture,

    /// <summary>A capture is not closed.</summary>
    UnfinishedCapture,

    /// <summary>There are more than 31 captures.</summary>
    TooManyCaptures,

    /// <summary>Matching nests deeper than 200 levels.</summary>
    TooComplex,

    /// <summary>Matching takes too many steps.</summary>
    TooManyRepetitions,
}

/// <summary>Whether a subject matches; a pattern that cannot be tried does not match.</summary>
/// <param name="IsMatch">It does.</param>
/// <param name="Error">Why trying was given up.</param>
public readonly record struct LuaPatternResult(bool IsMatch, LuaPatternError Error);

/// <summary>
/// Patterns of Lua 5.3 over bytes, as patterns(7) describes them: unanchored unless <c>^</c> and <c>$</c> say otherwise; a pattern
/// without special characters is searched for as it stands. Work is bounded, whatever subject and pattern are.
/// </summary>
public sealed class LuaPattern
{
    /// <summary>Captures a pattern may have.</summary>
    public const int MostCaptures = 31;

    private static readonly SearchValues<byte> _special = SearchValues.Create("^$*+?.([%-"u8);

    private readonly byte[] _pattern;

    /// <summary>The text that the pattern stands for, where it says nothing else: that is searched for without trying.</summary>
    private readonly byte[]? _plain;

    /// <summary>Keeps a copy of the pattern; whether it is a good one tells <see cref="Check"/>.</summary>
    public LuaPattern(ReadOnlySpan<byte> pattern)
    {
        _pattern = pattern.ToArray();
        _plain = pattern.ContainsAny(_special) ? TextOf(pattern) : _pattern;
    }

    /// <summary>What is wrong with a pattern wherever matching should come; to be asked when the configuration is read.</summary>
    public static LuaPatternError Check(ReadOnlySpan<byte> pattern) =>
        pattern.ContainsAny(_special) ? LuaPatternSyntax.Check(pattern) : LuaPatternError.None;

    /// <summary>The texts that every subject of a pattern holds; of a faulty one, which has no subjects, any.</summary>
    public static RequiredText[] Required(ReadOnlySpan<byte> pattern)
    {
        if (pattern.ContainsAny(_special))
        {
            return LuaPatternSyntax.Required(pattern);
        }

        return pattern.IsEmpty ? [] : [new RequiredText(pattern.ToArray(), RequiredPlace.Anywhere)];
    }

    /// <summary>The message for an error, in the words of patterns(7).</summary>
    public static string Describe(LuaPatternError error) => error switch
    {
        LuaPatternError.None => "no error",
        LuaPatternError.EndsWithPercent => "malformed pattern (ends with '%')",
        LuaPatternError.MissingBracket => "malformed pattern (missing ']')",
        LuaPatternError.MissingBalance => "malformed pattern (missing arguments to '%b')",
        LuaPatternError.MissingFrontierSet => "missing '[' after '%f' in pattern",
        LuaPatternError.CaptureIndex => "invalid capture index",
        LuaPatternError.PatternCapture => "invalid pattern capture",
        LuaPatternError.UnfinishedCapture => "unfinished capture",
        LuaPatternError.TooManyCaptures => "too many captures",
        LuaPatternError.TooComplex => "pattern too complex",
        LuaPatternError.TooManyRepetitions => "max repetition items",
        _ => throw new ArgumentOutOfRangeException(nameof(error)),
    };

    /// <summary>Tries the pattern at each place of a subject, from the left.</summary>
    /// <param name="subject">Any bytes.</param>
    /// <param name="captures">Filled where it matches, else emptied.</param>
    public LuaPatternResult Match(ReadOnlySpan<byte> subject, LuaCaptures captures)
    {
        ArgumentNullException.ThrowIfNull(captures);
        captures.Clear();
        if (_plain is { } plain)
        {
            int at = subject.IndexOf(plain);
            if (at >= 0)
            {
                captures.Fill(subject.Length, at..(at + plain.Length), []);
            }

            return new LuaPatternResult(at >= 0, LuaPatternError.None);
        }

        Span<LuaCapture> slots = stackalloc LuaCapture[MostCaptures];
        LuaMatcher matcher = new(_pattern, subject, slots);
        bool isMatch = matcher.Search(out Range match);
        if (isMatch)
        {
            captures.Fill(subject.Length, match, matcher.Captures);
        }

        return new LuaPatternResult(isMatch, matcher.Error);
    }

    /// <summary>The text of a pattern in which all that is special is escaped, as in <c>%.example%.org</c>; null for another.</summary>
    private static byte[]? TextOf(ReadOnlySpan<byte> pattern)
    {
        byte[] text = new byte[pattern.Length];
        int length = 0;
        for (int at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == '%')
            {
                at++;
                if (at == pattern.Length || char.IsAsciiLetterOrDigit((char)pattern[at]))
                {
                    return null;
                }
            }
            else if (pattern[at] == ')' || _special.Contains(pattern[at]))
            {
                return null;
            }

            text[length++] = pattern[at];
        }

        return text[..length];
    }
}

/// <summary>
/// What a match found (H-PAT-11): 0 is the whole subject, 1 and so on the captures, or 1 the matched part where the pattern has no
/// captures. Made once and used again.
/// </summary>
public sealed class LuaCaptures
{
    private readonly Range[] _ranges = new Range[LuaPattern.MostCaptures + 1];

    /// <summary>How many there are, the subject included; 0 where nothing matched.</summary>
    public int Count { get; private set; }

    /// <summary>Where in the subject a capture stands; a position capture is empty.</summary>
    public Range this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _ranges[index];
        }
    }

    /// <summary>Forgets the match.</summary>
    public void Clear() => Count = 0;

    internal void Fill(int subjectLength, Range match, ReadOnlySpan<LuaCapture> captures)
    {
        _ranges[0] = 0..subjectLength;
        _ranges[1] = match;
        for (int index = 0; index < captures.Length; index++)
        {
            LuaCapture capture = captures[index];
            _ranges[index + 1] = capture.Start..(capture.Start + capture.Length);
        }

        Count = int.Max(1, captures.Length) + 1;
    }
}

/// <summary>A capture while matching.</summary>
/// <param name="Start">Where in the subject it begins.</param>
/// <param name="Length">Its bytes; 0 while it is open, and for a position.</param>
/// <param name="State">Whether it is closed.</param>
internal readonly record struct LuaCapture(int Start, int Length, LuaCaptureState State);

/// <summary>The states of a capture.</summary>
internal enum LuaCaptureState
{
    Open,
    Closed,
    Position,
}
