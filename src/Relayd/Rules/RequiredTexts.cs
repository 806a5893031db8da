using System;
using System.Collections.Generic;

using Sluice.Configuration;
using Sluice.Http.Text;
using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Rules;

/// <summary>
/// Texts without which globs do not match, and the rules that wait for each: one pass over a part of a message finds all that it holds, however many there
/// are. Whether a rule then matches is for it to say.
/// </summary>
internal sealed class RequiredTexts
{
    /// <summary>A part that fewer rules look at is compared by each of them: that is a vector instruction or two.</summary>
    public const int Fewest = 8;

    private readonly KeyIndex _texts;
    private readonly LiteralAutomaton _automaton;

    private RequiredTexts(KeyIndex texts)
    {
        _texts = texts;
        List<byte[]> all = [];
        for (int text = 0; text < texts.Count; text++)
        {
            all.Add(texts.Key(text).ToArray());
        }

        _automaton = new LiteralAutomaton(all);
    }

    /// <summary>The longest text that every subject of a glob holds, in lower case; null where there is none, or where the comparand is no glob.</summary>
    public static byte[]? Of(Comparand? comparand)
    {
        if (comparand?.Kind != ComparandKind.Glob)
        {
            return null;
        }

        ReadOnlyMemory<byte> longest = default;
        foreach (RequiredText required in Glob.Required(Bytes.Of(comparand.Text)))
        {
            longest = required.Text.Length > longest.Length ? required.Text : longest;
        }

        return longest.IsEmpty ? null : Folding.Lower(longest.Span);
    }

    /// <summary>Begins with another message.</summary>
    public void BeginRound() => _texts.BeginRound();

    /// <summary>Adds the rules that wait for texts that a subject holds, unless they were found in this round before.</summary>
    public void Collect(ReadOnlySpan<byte> subject, Hits hits)
    {
        LiteralSearch search = _automaton.In(subject);
        while (search.MoveNext())
        {
            _texts.Collect(search.Text, hits);
        }
    }

    /// <summary>Gathers texts.</summary>
    internal sealed class Builder
    {
        private readonly KeyIndex.Builder _texts = new();

        /// <summary>Adds a rule that waits for a text in lower case; rules come in order.</summary>
        public void Add(byte[] text, int ordinal) => _texts.Add(text, ordinal);

        public RequiredTexts Build() => new(_texts.Build());
    }
}
