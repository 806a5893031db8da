using System;
using System.Collections.Frozen;
using System.Collections.Generic;

namespace Sluice.Configuration;

/// <summary>The words that a language reserves: exact, lower case, never strings unless quoted.</summary>
/// <param name="words">All of them.</param>
public sealed class Keywords(IEnumerable<string> words)
{
    private readonly FrozenSet<string> _words = words.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<string> Words => _words;

    internal bool Find(ReadOnlySpan<char> word, out string? keyword) =>
        _words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out keyword);
}
