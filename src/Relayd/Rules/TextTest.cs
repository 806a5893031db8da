using System;
using System.Text;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>A comparison that a rule makes, brought into the form in which it is cheapest: most globs are a text with a star at one end.</summary>
internal sealed class TextTest
{
    private readonly Form _form;
    private readonly LetterCase _letterCase;

    // Of the glob; or what it comes down to.
    private readonly byte[] _text;
    private readonly byte[] _ending;
    private readonly LuaPattern? _pattern;
    private readonly LuaCaptures _captures = new();
    private readonly Action<string> _warn;
    private bool _hasWarned;

    private TextTest(Comparand comparand, LetterCase letterCase, Action<string> warn)
    {
        _letterCase = letterCase;
        _warn = warn;
        byte[] text = Bytes.Of(comparand.Text);
        (_form, _text, _ending) = comparand.Kind switch
        {
            ComparandKind.Pattern => (Form.Pattern, text, []),
            ComparandKind.Glob => Shape(text),
            _ => (Form.Equal, text, []),
        };
        _pattern = _form == Form.Pattern ? new LuaPattern(text) : null;
    }

    private enum Form
    {
        Anything,
        Equal,
        Begins,
        Ends,
        Holds,

        // Begins with a text and ends with another one.
        Encloses,
        Glob,
        Pattern,
    }

    /// <summary>The only text that passes, in the case in which it was written; null where others do too.</summary>
    public byte[]? Only => _form == Form.Equal ? _text : null;

    /// <summary>The test for a comparand; null where everything passes.</summary>
    /// <param name="comparand">Not one of a digest; null where nothing is compared.</param>
    /// <param name="letterCase">Whether it matters; with a pattern it always does (R-FILTER-45).</param>
    /// <param name="warn">Hears once of a pattern that cannot be tried (R-FILTER-53).</param>
    public static TextTest? Of(Comparand? comparand, LetterCase letterCase, Action<string> warn)
    {
        if (comparand is null)
        {
            return null;
        }

        TextTest test = new(comparand, letterCase, warn);
        return test._form == Form.Anything ? null : test;
    }

    /// <summary>Whether a text passes.</summary>
    public bool Matches(ReadOnlySpan<byte> subject) => _form switch
    {
        Form.Equal => subject.Length == _text.Length && IsEqual(subject, _text),
        Form.Begins => subject.Length >= _text.Length && IsEqual(subject[.._text.Length], _text),
        Form.Ends => subject.Length >= _text.Length && IsEqual(subject[^_text.Length..], _text),
        Form.Holds when _letterCase == LetterCase.Matters => subject.IndexOf(_text) >= 0,
        Form.Encloses => subject.Length >= _text.Length + _ending.Length
            && IsEqual(subject[.._text.Length], _text) && IsEqual(subject[^_ending.Length..], _ending),
        Form.Pattern => MatchesPattern(subject),
        Form.Holds => Glob.IsMatch(_ending, subject, _letterCase),
        _ => Glob.IsMatch(_text, subject, _letterCase),
    };

    private static (Form Form, byte[] Text, byte[] Ending) Shape(byte[] glob)
    {
        int first = glob.AsSpan().IndexOf((byte)'*');
        int last = glob.AsSpan().LastIndexOf((byte)'*');
        if (glob.AsSpan().ContainsAny("?[\\"u8) || (glob.AsSpan().Trim((byte)'*').Contains((byte)'*') && !IsSingle(glob, first, last)))
        {
            return (Form.Glob, glob, []);
        }

        if (first < 0)
        {
            return (Form.Equal, glob, []);
        }

        byte[] text = glob[..first];
        byte[] ending = glob[(last + 1)..];
        return (text.Length, ending.Length) switch
        {
            (0, 0) when glob.AsSpan().Trim((byte)'*').IsEmpty => (Form.Anything, [], []),
            (0, 0) => (Form.Holds, glob.AsSpan().Trim((byte)'*').ToArray(), glob),
            (_, 0) => (Form.Begins, text, []),
            (0, _) => (Form.Ends, ending, []),
            _ => (Form.Encloses, text, ending),
        };
    }

    // Whether all stars stand beside each other.
    private static bool IsSingle(byte[] glob, int first, int last) => !glob.AsSpan(first..last).ContainsAnyExcept((byte)'*');

    private bool IsEqual(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> text) =>
        _letterCase == LetterCase.Matters ? subject.SequenceEqual(text) : IsEqualFolded(subject, text);

    // Bytes beyond ASCII are no letters, and are compared as they are.
    private static bool IsEqualFolded(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (subject[i] != text[i] && !((subject[i] ^ text[i]) == 0x20 && char.IsAsciiLetter((char)text[i])))
            {
                return false;
            }
        }

        return true;
    }

    private bool MatchesPattern(ReadOnlySpan<byte> subject)
    {
        LuaPatternResult result = _pattern!.Match(subject, _captures);
        if (result.Error != LuaPatternError.None && !_hasWarned)
        {
            _hasWarned = true;
            _warn($"pattern {Quoting.Quote(Encoding.Latin1.GetString(_text))}: {LuaPattern.Describe(result.Error)}");
        }

        return result.IsMatch;
    }
}
