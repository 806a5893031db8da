using System;
using System.Collections.Generic;
using System.Globalization;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;

namespace Sluice.Httpd.Configuration;

/// <summary>
/// An addition: lists in braces where httpd.conf(5) has one string, and in their strings <c>{a,b}</c> and <c>{1..9}</c>
/// as shells expand them. Plain strings are never expanded: braces in them mean themselves.
/// </summary>
internal static class Braces
{
    /// <summary>"{" string { , string } "}", each string expanded; empty after a mistake.</summary>
    /// <param name="reader">The tokens; the next is the opening brace.</param>
    /// <param name="what">What the strings stand for.</param>
    public static List<string> ReadList(TokenReader reader, string what)
    {
        List<string> all = [];
        Lists.ReadBraced(reader, () =>
        {
            string text = reader.ExpectText(what);
            if (!reader.Failed && !Expand(text, all))
            {
                reader.Error(reader.Previous, $"too many strings: {text}", $"Braces may expand to {Limits.Expansions} strings.");
            }
        });
        if (reader.Failed)
        {
            all.Clear();
        }

        return all;
    }

    /// <summary>Adds what a string expands to; false when that is too much.</summary>
    /// <param name="text">With or without braces; a backslash takes the next character as it is.</param>
    /// <param name="all">Takes the results in order.</param>
    public static bool Expand(string text, List<string> all)
    {
        // Each turn replaces the leftmost group of one pending string by its alternatives.
        Stack<(string Done, string Left)> pending = new();
        pending.Push(("", text));
        int turns = 0;
        while (pending.TryPop(out (string Done, string Left) next))
        {
            if (all.Count >= Limits.Expansions || pending.Count > Limits.Expansions || turns++ > 8 * Limits.Expansions)
            {
                return false;
            }

            int open = FindGroup(next.Left, out int close);
            if (open < 0)
            {
                all.Add(next.Done + Unescape(next.Left));
                continue;
            }

            string done = next.Done + Unescape(next.Left[..open]);
            string after = next.Left[(close + 1)..];
            if (Alternatives(next.Left[(open + 1)..close]) is not { } alternatives)
            {
                pending.Push((done + "{", next.Left[(open + 1)..]));
                continue;
            }

            for (int i = alternatives.Count - 1; i >= 0; i--)
            {
                pending.Push((done, alternatives[i] + after));
            }
        }

        return true;
    }

    private static int FindGroup(string text, out int close)
    {
        for (int open = 0; open < text.Length; open++)
        {
            if (text[open] == '\\')
            {
                open++;
            }
            else if (text[open] == '{')
            {
                close = FindClose(text, open);
                if (close > 0)
                {
                    return open;
                }
            }
        }

        close = -1;
        return -1;
    }

    private static int FindClose(string text, int open)
    {
        int depth = 0;
        for (int i = open; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    depth++;
                    break;
                case '}' when --depth == 0:
                    return i;
                default:
                    break;
            }
        }

        return -1;
    }

    /// <summary>The alternatives of a group without its braces; null where it is neither a list nor a sequence.</summary>
    private static List<string>? Alternatives(string group)
    {
        List<string> alternatives = [];
        int depth = 0;
        int start = 0;
        for (int i = 0; i < group.Length; i++)
        {
            switch (group[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    depth++;
                    break;
                case '}':
                    depth--;
                    break;
                case ',' when depth == 0:
                    alternatives.Add(group[start..i]);
                    start = i + 1;
                    break;
                default:
                    break;
            }
        }

        if (start == 0)
        {
            return Sequence(group);
        }

        alternatives.Add(group[start..]);
        return alternatives;
    }

    private static List<string>? Sequence(string group)
    {
        int dots = group.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0
            || !int.TryParse(group.AsSpan(0, dots), NumberStyles.None, CultureInfo.InvariantCulture, out int from)
            || !int.TryParse(group.AsSpan(dots + 2), NumberStyles.None, CultureInfo.InvariantCulture, out int to)
            || Math.Abs((long)to - from) >= Limits.Expansions)
        {
            return null;
        }

        List<string> numbers = [];
        int step = from <= to ? 1 : -1;
        for (int number = from; number != to + step; number += step)
        {
            numbers.Add(number.ToString(CultureInfo.InvariantCulture));
        }

        return numbers;
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        System.Text.StringBuilder plain = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            // Only what this expansion treats specially loses its backslash: globs and patterns have escapes of their own.
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '{' or '}' or ',')
            {
                i++;
            }

            plain.Append(text[i]);
        }

        return plain.ToString();
    }
}
