using System;
using System.Collections.Generic;
using System.Linq;

namespace Sluice.Unit.Tidy;

/// <summary>The keywords of a grammar are those of its manual page, both ways, and each is explained.</summary>
internal static class ManualRules
{
    public const int LeastSentences = 2;

    public static IEnumerable<Violation> Unexplained(TextFile page, IEnumerable<string> grammar)
    {
        ILookup<string, ManualPage.Entry> entries = Entries(page);
        return from keyword in grammar.Order(StringComparer.Ordinal)
               let best = entries[keyword].Select(entry => entry.Sentences).DefaultIfEmpty(0).Max()
               where best < LeastSentences
               select new Violation(
                   page.Path,
                   entries[keyword].Select(entry => entry.Line).FirstOrDefault(1),
                   entries.Contains(keyword) ? $"{keyword} is explained in less than {LeastSentences} sentences" : $"{keyword} is not explained");
    }

    public static IEnumerable<Violation> Unknown(TextFile page, IEnumerable<string> grammar)
    {
        HashSet<string> known = grammar.ToHashSet(StringComparer.Ordinal);
        return from entry in new ManualPage(page).Entries
               from keyword in entry.Keywords
               where !known.Contains(keyword)
               select new Violation(page.Path, entry.Line, $"{keyword} is no keyword of the grammar");
    }

    private static ILookup<string, ManualPage.Entry> Entries(TextFile page)
        => (from entry in new ManualPage(page).Entries
            from keyword in entry.Keywords
            select (keyword, entry)).ToLookup(pair => pair.keyword, pair => pair.entry, StringComparer.Ordinal);
}
