using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Http.Text;

namespace Sluice.Httpd.Serving;

/// <summary>Texts of which the first in the order of the configuration that matches a subject wins.</summary>
/// <remarks>A few are tried one after the other. Of many, those without special characters are hashed; of the others each has texts
/// that its subjects must hold. One pass over the subject tells for each the rarest of them, so that what many have in common does not
/// make all of them be tried. So the work depends on the subject and on how many texts nearly match it, not on how many there are.
/// What requires nothing is tried in any case.</remarks>
internal sealed class OrderedMatches
{
    /// <summary>Up to here trying all is less work than an index.</summary>
    private const int Few = 8;

    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>>? _exact;

    /// <summary>For each exact text the index of the next one that is the same; <see cref="int.MaxValue"/>: none.</summary>
    private readonly int[] _nextSame = [];

    private readonly LiteralAutomaton? _automaton;

    /// <summary>By the automaton's texts: who requires them, in order.</summary>
    private readonly Matcher[][] _byRequired = [];

    /// <summary>Those that are tried whatever the subject holds, in order.</summary>
    private readonly Matcher[] _always;

    private long _search;

    /// <summary>Indexes the texts; they are compared as they stand, in this order.</summary>
    public OrderedMatches(ReadOnlySpan<MatchText> texts)
    {
        List<Matcher> matchers = [];
        if (texts.Length <= Few)
        {
            for (int index = 0; index < texts.Length; index++)
            {
                matchers.Add(new Matcher(index, texts[index]));
            }

            _always = [.. matchers];
            return;
        }

        Dictionary<byte[], int> exact = new(ByteKeys.IgnoringCase);
        _nextSame = new int[texts.Length];
        for (int index = texts.Length - 1; index >= 0; index--)
        {
            MatchText text = texts[index];
            if (text.IsExact)
            {
                _nextSame[index] = exact.GetValueOrDefault(text.Text, int.MaxValue);
                exact[text.Text] = index;
            }
            else
            {
                matchers.Add(new Matcher(index, text));
            }
        }

        matchers.Reverse();
        _exact = exact.Count > 0 ? exact.GetAlternateLookup<ReadOnlySpan<byte>>() : null;
        _always = matchers.Count <= Few ? [.. matchers] : Index(matchers, out _automaton, out _byRequired);
    }

    /// <summary>Steps that all searches took: bytes looked at by the index, and texts compared.</summary>
    public long Work { get; private set; }

    /// <summary>The index of the first text at or after <paramref name="from"/> that matches; false if none does.</summary>
    /// <param name="subject">Any bytes.</param>
    /// <param name="from">0 for all.</param>
    /// <param name="captures">Filled if the text that is found is a pattern.</param>
    /// <param name="index">Its place.</param>
    public bool TryFind(ReadOnlySpan<byte> subject, int from, CaptureSlot captures, out int index)
    {
        captures.Begin();
        index = FindExact(subject, from);
        if (_automaton is not null)
        {
            index = FindIndexed(subject, from, index, captures);
        }

        foreach (Matcher matcher in _always)
        {
            if (matcher.Index > index)
            {
                break;
            }

            Work++;
            if (matcher.Index >= from && matcher.MayMatch(subject) && matcher.IsMatch(subject, captures))
            {
                index = matcher.Index;
                break;
            }
        }

        captures.Keep(index);
        return index != int.MaxValue;
    }

    private int FindExact(ReadOnlySpan<byte> subject, int from)
    {
        if (_exact is not { } exact)
        {
            return int.MaxValue;
        }

        Work++;
        int index = exact.TryGetValue(subject, out int found) ? found : int.MaxValue;
        while (index < from)
        {
            index = _nextSame[index];
        }

        return index;
    }

    /// <summary>The first of those whose required text the subject holds, if it comes before the best so far.</summary>
    private int FindIndexed(ReadOnlySpan<byte> subject, int from, int best, CaptureSlot captures)
    {
        _search++;
        Work += subject.Length;
        LiteralSearch search = _automaton!.In(subject);
        while (search.MoveNext())
        {
            best = FindRequiring(_byRequired[search.Text], subject, search.End, from, best, captures);
        }

        return best;
    }

    /// <summary>The first of those that require the same text, which ends at a place of the subject.</summary>
    private int FindRequiring(Matcher[] matchers, ReadOnlySpan<byte> subject, int end, int from, int best, CaptureSlot captures)
    {
        foreach (Matcher matcher in matchers)
        {
            if (matcher.Index >= best)
            {
                break;
            }

            RequiredText required = matcher.Required;
            bool isInPlace = required.Place == RequiredPlace.Anywhere || end == required.Text.Length;
            if (matcher.Search == _search || matcher.Index < from || !isInPlace)
            {
                continue;
            }

            matcher.Search = _search;
            Work++;
            if (matcher.IsMatch(subject, captures))
            {
                return matcher.Index;
            }
        }

        return best;
    }

    /// <returns>Those that require nothing.</returns>
    private static Matcher[] Index(List<Matcher> matchers, out LiteralAutomaton automaton, out Matcher[][] byRequired)
    {
        Specialize(matchers);
        List<Matcher> always = [];
        List<byte[]> texts = [];
        List<List<Matcher>> groups = [];
        Dictionary<byte[], int> numbers = new(ByteKeys.Exact);
        foreach (Matcher matcher in matchers)
        {
            ReadOnlySpan<byte> text = matcher.Required.Text.Span;
            if (text.IsEmpty)
            {
                always.Add(matcher);
                continue;
            }

            byte[] folded = Folded(text);
            if (!numbers.TryGetValue(folded, out int number))
            {
                number = texts.Count;
                numbers.Add(folded, number);
                texts.Add(folded);
                groups.Add([]);
            }

            groups[number].Add(matcher);
        }

        automaton = new LiteralAutomaton(texts);
        byRequired = new Matcher[groups.Count][];
        for (int number = 0; number < byRequired.Length; number++)
        {
            byRequired[number] = [.. groups[number]];
        }

        return [.. always];
    }

    /// <summary>Gives each the text that it shares with the fewest, and of several the longest.</summary>
    private static void Specialize(List<Matcher> matchers)
    {
        Dictionary<byte[], int> counts = new(ByteKeys.Exact);
        foreach (RequiredText required in matchers.SelectMany(matcher => matcher.AllRequired))
        {
            byte[] folded = Folded(required.Text.Span);
            counts[folded] = counts.GetValueOrDefault(folded) + 1;
        }

        foreach (Matcher matcher in matchers.Where(matcher => matcher.AllRequired.Count > 1))
        {
            matcher.Required = matcher.AllRequired.MinBy(required => (counts[Folded(required.Text.Span)], -required.Text.Length));
        }
    }

    private static byte[] Folded(ReadOnlySpan<byte> text)
    {
        byte[] folded = [.. text];
        foreach (ref byte value in folded.AsSpan())
        {
            value = char.IsAsciiLetterUpper((char)value) ? (byte)(value | 0x20) : value;
        }

        return folded;
    }
}
