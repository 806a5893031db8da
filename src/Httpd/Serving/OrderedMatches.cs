using System;
using System.Collections.Generic;
using System.Text;

using Sluice.Http.Text;
using Sluice.Httpd.Configuration;

namespace Sluice.Httpd.Serving;

/// <summary>One text to compare with, of a server, an alias or a location.</summary>
internal readonly record struct MatchText(NameKind Kind, byte[] Text);

/// <summary>Texts of which the first in the order of the configuration that matches a subject wins.</summary>
/// <remarks>Globs without special characters are hashed, so that a thousand exact names cost one look;
/// the others are tried in order, and only as far as they come before the exact one that was found.</remarks>
internal sealed class OrderedMatches
{
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _exact;
    private readonly Matcher[] _inOrder;

    /// <summary>For each exact text the index of the next one that is the same; <see cref="int.MaxValue"/>: none.</summary>
    private readonly int[] _nextSame;

    /// <summary>Indexes the texts; they are compared as they stand, in this order.</summary>
    public OrderedMatches(ReadOnlySpan<MatchText> texts)
    {
        Dictionary<byte[], int> exact = new(ByteKeys.IgnoringCase);
        List<Matcher> inOrder = [];
        _nextSame = new int[texts.Length];
        for (int index = texts.Length - 1; index >= 0; index--)
        {
            MatchText text = texts[index];
            if (text.Kind == NameKind.Glob && IsExact(text.Text))
            {
                _nextSame[index] = exact.GetValueOrDefault(text.Text, int.MaxValue);
                exact[text.Text] = index;
            }
            else
            {
                inOrder.Add(new Matcher(index, text));
            }
        }

        inOrder.Reverse();
        _exact = exact.GetAlternateLookup<ReadOnlySpan<byte>>();
        _inOrder = [.. inOrder];
    }

    /// <summary>The index of the first text at or after <paramref name="from"/> that matches; false if none does.</summary>
    public bool TryFind(ReadOnlySpan<byte> subject, int from, out int index)
    {
        if (_exact.Dictionary.Count == 0 || !_exact.TryGetValue(subject, out index))
        {
            index = int.MaxValue;
        }

        while (index < from)
        {
            index = _nextSame[index];
        }

        foreach (Matcher matcher in _inOrder)
        {
            if (matcher.Index > index)
            {
                break;
            }

            if (matcher.Index >= from && matcher.IsMatch(subject))
            {
                index = matcher.Index;
                break;
            }
        }

        return index != int.MaxValue;
    }

    /// <summary>No character of the text means anything but itself, and case folding is ASCII's.</summary>
    private static bool IsExact(ReadOnlySpan<byte> text) => Ascii.IsValid(text) && !Glob.IsPattern(text);

    private sealed class Matcher(int index, MatchText text)
    {
        /// <summary>What a pattern captured is not kept: one thread, and nobody asks yet.</summary>
        private static readonly LuaCaptures _captures = new();

        /// <summary>The letters and digits a matching subject must begin with; most subjects fail on them.</summary>
        private readonly byte[] _beginning = LiteralBeginning(text);

        private readonly LuaPattern? _pattern = text.Kind == NameKind.Pattern ? new LuaPattern(text.Text) : null;

        public int Index { get; } = index;

        public bool IsMatch(ReadOnlySpan<byte> subject)
        {
            ReadOnlySpan<byte> beginning = _beginning;
            if (_pattern is not null)
            {
                return subject.StartsWith(beginning) && _pattern.Match(subject, _captures).IsMatch;
            }

            return subject.Length >= beginning.Length
                && Ascii.EqualsIgnoreCase(subject[..beginning.Length], beginning)
                && Glob.IsMatch(text.Text, subject, LetterCase.Folded);
        }

        private static byte[] LiteralBeginning(MatchText text)
        {
            ReadOnlySpan<byte> rest = text.Text;
            if (text.Kind == NameKind.Pattern)
            {
                if (rest.IsEmpty || rest[0] != (byte)'^')
                {
                    return [];
                }

                rest = rest[1..];
            }

            int length = 0;
            while (length < rest.Length && (char.IsAsciiLetterOrDigit((char)rest[length]) || rest[length] == (byte)'/'))
            {
                length++;
            }

            // A repetition behind it makes the last character of a pattern optional.
            bool mayRepeat = text.Kind == NameKind.Pattern && length > 0 && length < rest.Length;
            return rest[..(mayRepeat ? length - 1 : length)].ToArray();
        }
    }
}
