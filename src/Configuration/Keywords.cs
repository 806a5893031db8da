using System;
using System.Collections.Frozen;
using System.Collections.Generic;

namespace Sluice.Configuration;

/// <summary>The words that a language reserves, exact, lower case, never strings unless quoted; and what other words are made of.</summary>
/// <param name="words">All of them.</param>
public sealed class Keywords(IEnumerable<string> words)
{
    private readonly FrozenSet<string> _words = words.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<string> Words => _words;

    /// <summary>What may begin a word beside letters and digits.</summary>
    public string WordOpeners { get; init; } = ":_*";

    /// <summary>The punctuation that structures the language: it ends a word.</summary>
    public string Structure { get; init; } = "(){}<>!=#,;/";

    internal bool Find(ReadOnlySpan<char> word, out string? keyword) =>
        _words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out keyword);
}
