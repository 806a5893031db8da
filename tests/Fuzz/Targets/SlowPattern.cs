using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Http.Text;

namespace Sluice.Fuzz.Targets;

/// <summary>
/// A pattern of Lua 5.3 tried in the plainest way, as the manual of Lua describes it in 6.4.1: each step gets the captures so far
/// as a list and gives back the list at the end, or null.
/// </summary>
internal sealed class SlowPattern(string pattern, string subject)
{
    private const int Open = -1, Position = -2;

    /// <summary>What was found to be wrong; nothing is tried from then on.</summary>
    private LuaPatternError _error;

    /// <summary>The captures of the leftmost match, each behind a bar; null for none; the error behind an exclamation mark.</summary>
    public string? Search()
    {
        if (pattern.IndexOfAny([.. "^$*+?.([%-"]) < 0)
        {
            return subject.Contains(pattern, StringComparison.Ordinal) ? "=|" + pattern : null;
        }

        bool isAnchored = pattern[0] == '^';
        Found? match;
        int start = 0;
        while ((match = Try(start, isAnchored ? 1 : 0, [])) is null && _error == LuaPatternError.None && !isAnchored && start < subject.Length)
        {
            start++;
        }

        string? found = match is null ? null : Describe(start, match);
        return _error == LuaPatternError.None ? found : $"!{_error}";
    }

    private string? Describe(int start, Found match)
    {
        if (match.Captures.Exists(static capture => capture.Length == Open))
        {
            _error = LuaPatternError.UnfinishedCapture;
            return null;
        }

        IEnumerable<string> texts = match.Captures.Count == 0
            ? [subject[start..match.End]]
            : match.Captures.Select(capture => subject.Substring(capture.Start, int.Max(0, capture.Length)));
        return string.Join('|', texts.Prepend("="));
    }

    private Found? Fail(LuaPatternError error)
    {
        _error = error;
        return null;
    }

    private Found? Try(int s, int p, List<Capture> captures)
    {
        if (p == pattern.Length)
        {
            return new Found(s, captures);
        }

        char escaped = pattern[p] == '%' && p + 1 < pattern.Length ? pattern[p + 1] : '\0';
        return pattern[p] switch
        {
            '(' => Begin(s, p, captures),
            ')' => End(s, p, captures),
            '$' when p + 1 == pattern.Length => s == subject.Length ? new Found(s, captures) : null,
            '%' when escaped == 'b' => Balance(s, p, captures),
            '%' when escaped == 'f' => Frontier(s, p, captures),
            '%' when char.IsAsciiDigit(escaped) => Again(s, p, captures),
            _ => Single(s, p, captures),
        };
    }

    private Found? Begin(int s, int p, List<Capture> captures)
    {
        bool isPosition = p + 1 < pattern.Length && pattern[p + 1] == ')';
        return Try(s, isPosition ? p + 2 : p + 1, [.. captures, new Capture(s, isPosition ? Position : Open)]);
    }

    private Found? End(int s, int p, List<Capture> captures)
    {
        int last = captures.FindLastIndex(static capture => capture.Length == Open);
        return last < 0
            ? Fail(LuaPatternError.PatternCapture)
            : Try(s, p + 1, [.. captures.Select((capture, index) => index == last ? capture with { Length = s - capture.Start } : capture)]);
    }

    private Found? Again(int s, int p, List<Capture> captures)
    {
        int index = pattern[p + 1] - '1';
        if (index < 0 || index >= captures.Count || captures[index].Length == Open)
        {
            return Fail(LuaPatternError.CaptureIndex);
        }

        Capture capture = captures[index];
        return capture.Length != Position && string.CompareOrdinal(subject, s, subject, capture.Start, capture.Length) == 0
            ? Try(s + capture.Length, p + 2, captures)
            : null;
    }

    private Found? Single(int s, int p, List<Capture> captures)
    {
        int next = ItemEnd(p);
        if (next < 0)
        {
            return null;
        }

        char repetition = next < pattern.Length ? pattern[next] : '\0';
        int most = 0;
        while (s + most < subject.Length && IsMember(subject[s + most], p, next))
        {
            most++;
        }

        IEnumerable<int> counts = repetition switch
        {
            '*' => Enumerable.Range(0, most + 1).Reverse(),
            '+' => Enumerable.Range(1, most).Reverse(),
            '-' => Enumerable.Range(0, most + 1),
            '?' => most > 0 ? [1, 0] : [0],
            _ => most > 0 ? [1] : [],
        };
        int rest = repetition is '*' or '+' or '-' or '?' ? next + 1 : next;
        return counts.Select(count => Try(s + count, rest, captures)).FirstOrDefault(found => found is not null || _error != LuaPatternError.None);
    }

    private Found? Balance(int s, int p, List<Capture> captures)
    {
        if (p + 3 >= pattern.Length)
        {
            return Fail(LuaPatternError.MissingBalance);
        }

        if (s == subject.Length || subject[s] != pattern[p + 2])
        {
            return null;
        }

        int depth = 1;
        for (int at = s + 1; at < subject.Length; at++)
        {
            depth += subject[at] == pattern[p + 3] ? -1 : subject[at] == pattern[p + 2] ? 1 : 0;
            if (depth == 0)
            {
                return Try(at + 1, p + 4, captures);
            }
        }

        return null;
    }

    private Found? Frontier(int s, int p, List<Capture> captures)
    {
        if (p + 2 >= pattern.Length || pattern[p + 2] != '[')
        {
            return Fail(LuaPatternError.MissingFrontierSet);
        }

        int next = ItemEnd(p + 2);
        char before = s == 0 ? '\0' : subject[s - 1];
        char behind = s == subject.Length ? '\0' : subject[s];
        return next >= 0 && !IsMember(before, p + 2, next) && IsMember(behind, p + 2, next) ? Try(s, next, captures) : null;
    }

    /// <summary>Where the item that one byte is compared with ends; -1 where it has no end.</summary>
    private int ItemEnd(int p)
    {
        switch (pattern[p])
        {
            case '%':
                _error = p + 1 < pattern.Length ? _error : LuaPatternError.EndsWithPercent;
                return p + 1 < pattern.Length ? p + 2 : -1;
            case '[':
                break;
            default:
                return p + 1;
        }

        int at = p + 1 + (p + 1 < pattern.Length && pattern[p + 1] == '^' ? 1 : 0);
        bool isFirst = true;
        while (at < pattern.Length && (isFirst || pattern[at] != ']'))
        {
            at += pattern[at] == '%' && at + 1 < pattern.Length ? 2 : 1;
            isFirst = false;
        }

        _error = at < pattern.Length ? _error : LuaPatternError.MissingBracket;
        return at < pattern.Length ? at + 1 : -1;
    }

    private bool IsMember(char value, int p, int end)
    {
        switch (pattern[p])
        {
            case '.':
                return true;
            case '%':
                return IsOfClass(value, pattern[p + 1]);
            case '[':
                break;
            default:
                return pattern[p] == value;
        }

        bool isComplement = pattern[p + 1] == '^';
        string set = pattern[(p + (isComplement ? 2 : 1))..(end - 1)];
        bool isIn = false;
        for (int at = 0; at < set.Length; at++)
        {
            if (set[at] == '%' && at + 1 < set.Length)
            {
                isIn |= IsOfClass(value, set[++at]);
            }
            else if (at + 2 < set.Length && set[at + 1] == '-')
            {
                isIn |= set[at] <= value && value <= set[at + 2];
                at += 2;
            }
            else
            {
                isIn |= set[at] == value;
            }
        }

        return isIn != isComplement;
    }

    private static bool IsOfClass(char value, char letter)
    {
        bool? isIn = char.ToLowerInvariant(letter) switch
        {
            'a' => char.IsAsciiLetter(value),
            'c' => value is < ' ' or '\x7f',
            'd' => char.IsAsciiDigit(value),
            'g' => value is > ' ' and < '\x7f',
            'l' => char.IsAsciiLetterLower(value),
            'p' => value is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(value),
            's' => value is ' ' or (>= '\t' and <= '\r'),
            'u' => char.IsAsciiLetterUpper(value),
            'w' => char.IsAsciiLetterOrDigit(value),
            'x' => char.IsAsciiHexDigit(value),
            _ => null,
        };
        return isIn is { } known ? known == char.IsAsciiLetterLower(letter) : value == letter;
    }

    private sealed record Found(int End, List<Capture> Captures);

    private readonly record struct Capture(int Start, int Length);
}
