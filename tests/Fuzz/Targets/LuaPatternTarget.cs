using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Http.Text;

namespace Sluice.Fuzz.Targets;

/// <summary>Tries a pattern: the subject and its captures, null where it does not match, or what is wrong with it.</summary>
internal delegate string? PatternMatcher(string pattern, string subject);

/// <summary>
/// Patterns and subjects of a few bytes, so that no limit is reached. The oracle is a matcher that follows the text of the Lua
/// manual, with lists in the place of every state; and what the index asks for of a pattern stands in every subject that matches.
/// </summary>
internal sealed class LuaPatternTarget : FuzzTarget
{
    private const byte Border = 0xff;
    private const string InSubjects = "ab1-.()] A_";

    private static readonly string[] _items =
    [
        "a", "b", "1", "A", "-", ".", "(", ")", "()", "%a", "%d", "%A", "%l", "%w", "%s", "%p", "%.", "%-", "%1", "%2", "%b()", "%b", "%f[%a]", "%f", "%",
        "[ab]", "[^a]", "[a-c]", "[]]", "[^]]", "[%a-]", "[%d.]", "[a-", "[", "]", "^", "$", "*", "+", "?", "-", "(a)", "(.-)", "(.*)", "(%a+)",
    ];

    private readonly PatternMatcher _match;

    public LuaPatternTarget()
        : this(Match)
    {
    }

    private LuaPatternTarget(PatternMatcher match)
    {
        _match = match;
    }

    public override string Name => "lua-pattern";

    public override IReadOnlyList<Mutant> Mutants =>
    [
        new("takes as much as it can where it should take little", new LuaPatternTarget((pattern, subject) => Match(pattern.Replace('-', '*'), subject))),
        new("is never anchored", new LuaPatternTarget((pattern, subject) => Match(pattern.TrimStart('^'), subject))),
        new("has no case", new LuaPatternTarget((pattern, subject) => Match(pattern.ToLowerInvariant(), subject.ToLowerInvariant()))),
        new("gives a position for a capture of nothing", new LuaPatternTarget((pattern, subject) => Match(pattern.Replace("()", "(.?)", StringComparison.Ordinal), subject))),
    ];

    public override byte[] Generate(Random random)
    {
        StringBuilder text = new();
        for (int left = random.Next(6); left >= 0; left--)
        {
            text.Append(_items[random.Next(_items.Length)]);
        }

        text.Append((char)Border);
        for (int left = random.Next(10); left > 0; left--)
        {
            text.Append(InSubjects[random.Next(InSubjects.Length)]);
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    public override string? Check(ReadOnlySpan<byte> input)
    {
        int border = input.IndexOf(Border);
        if (border < 0)
        {
            return null;
        }

        string pattern = Encoding.Latin1.GetString(input[..border]);
        string subject = Encoding.Latin1.GetString(input[(border + 1)..]);
        string? expected = new SlowPattern(pattern, subject).Search();
        string? found = _match(pattern, subject);
        if (!string.Equals(found, expected, StringComparison.Ordinal))
        {
            return $"'{pattern}' in '{subject}' is {found ?? "nothing"} and should be {expected ?? "nothing"}";
        }

        return expected is null || expected[0] == '!' ? null : Missing(input[..border], subject);
    }

    /// <summary>A text that the index looks for, although the subject matches without it.</summary>
    private static string? Missing(ReadOnlySpan<byte> pattern, string subject)
    {
        foreach (RequiredText required in LuaPattern.Required(pattern))
        {
            string text = Encoding.Latin1.GetString(required.Text.Span);
            bool isThere = required.Place == RequiredPlace.Beginning
                ? subject.StartsWith(text, StringComparison.Ordinal)
                : subject.Contains(text, StringComparison.Ordinal);
            if (!isThere)
            {
                return $"'{Encoding.Latin1.GetString(pattern)}' matches '{subject}' and is said to need '{text}'";
            }
        }

        return null;
    }

    private static string? Match(string pattern, string subject)
    {
        LuaCaptures captures = new();
        LuaPatternResult result = new LuaPattern(Encoding.Latin1.GetBytes(pattern)).Match(Encoding.Latin1.GetBytes(subject), captures);
        return result.Error != LuaPatternError.None ? $"!{result.Error}"
            : result.IsMatch ? string.Join('|', Enumerable.Range(1, captures.Count - 1).Select(index => subject[captures[index]]).Prepend("="))
            : null;
    }
}
