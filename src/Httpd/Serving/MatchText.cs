using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Http.Text;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Serving;

/// <summary>One text to compare with, of a server, an alias or a location.</summary>
internal readonly record struct MatchText(NameKind Kind, byte[] Text)
{
    /// <summary>No character of the text means anything but itself, and case folding is ASCII's.</summary>
    public bool IsExact => Kind == NameKind.Glob && Ascii.IsValid(Text) && !Glob.IsPattern(Text);
}

/// <summary>A text with its place in the order of the configuration.</summary>
/// <param name="index">The place.</param>
/// <param name="text">The text.</param>
internal sealed class Matcher(int index, MatchText text)
{
    private readonly bool _isExact = text.IsExact;
    private readonly LuaPattern? _pattern = text.Kind == NameKind.Pattern ? new LuaPattern(text.Text) : null;

    /// <summary>The place of the text.</summary>
    public int Index => index;

    /// <summary>What every subject that matches must hold.</summary>
    public IReadOnlyList<RequiredText> AllRequired { get; } = RequiredOf(text);

    /// <summary>The one of them that is looked for first; the longest, until an index knows better. Empty for none.</summary>
    public RequiredText Required { get; set; } = RequiredOf(text).DefaultIfEmpty().MaxBy(required => required.Text.Length);

    /// <summary>The search that it was tried in last.</summary>
    public long Search { get; set; }

    /// <summary>Whether a subject can match, as far as a look at it says.</summary>
    public bool MayMatch(ReadOnlySpan<byte> subject)
    {
        if (_isExact)
        {
            return subject.Length == text.Text.Length;
        }

        ReadOnlySpan<byte> required = Required.Text.Span;
        if (_pattern is null)
        {
            return Required.Place == RequiredPlace.Anywhere
                || (subject.Length >= required.Length && Ascii.EqualsIgnoreCase(subject[..required.Length], required));
        }

        return Required.Place == RequiredPlace.Beginning ? subject.StartsWith(required) : subject.IndexOf(required) >= 0;
    }

    /// <summary>Whether a subject matches.</summary>
    /// <param name="subject">Any bytes.</param>
    /// <param name="captures">Told where it matches by pattern.</param>
    public bool IsMatch(ReadOnlySpan<byte> subject, CaptureSlot captures) => _pattern is null
        ? _isExact ? Ascii.EqualsIgnoreCase(subject, text.Text) : Glob.IsMatch(text.Text, subject, LetterCase.Folded)
        : captures.TryMatch(_pattern, subject, index);

    private static RequiredText[] RequiredOf(MatchText text) =>
        text.Kind == NameKind.Pattern ? LuaPattern.Required(text.Text) : Glob.Required(text.Text);
}

/// <summary>The captures of the pattern that won the last search a pattern won (H-LOC-11).</summary>
internal sealed class CaptureSlot
{
    private const int Nobody = -1;

    private LuaCaptures _best = new();
    private LuaCaptures _attempt = new();

    /// <summary>Whose captures are the best so far.</summary>
    private int _finder = Nobody;

    /// <summary>What was captured; empty where nothing matched yet.</summary>
    public LuaCaptures Captures { get; private set; } = new();

    /// <summary>How often captures were kept; a change tells that they are of another subject.</summary>
    public long Kept { get; private set; }

    /// <summary>Begins a search.</summary>
    public void Begin() => _finder = Nobody;

    /// <summary>Tries a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="subject">Any bytes.</param>
    /// <param name="index">Its place in the order of the configuration.</param>
    public bool TryMatch(LuaPattern pattern, ReadOnlySpan<byte> subject, int index)
    {
        if (!pattern.Match(subject, _attempt).IsMatch)
        {
            return false;
        }

        (_best, _attempt) = (_attempt, _best);
        _finder = index;
        return true;
    }

    /// <summary>Ends a search: keeps what was captured if a pattern won.</summary>
    /// <param name="winner">The place of the text that won.</param>
    public void Keep(int winner)
    {
        if (_finder == winner)
        {
            (Captures, _best) = (_best, Captures);
            Kept++;
        }
    }

    /// <summary>Forgets what was captured.</summary>
    public void Clear() => Captures.Clear();
}
