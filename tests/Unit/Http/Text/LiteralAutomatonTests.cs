using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class LiteralAutomatonTests
{
    [Fact]
    public void What_ends_first_is_found_first_and_of_that_the_longest() =>
        Assert.Equal(["she 4", "he 4", "hers 6"], Found(["he", "she", "his", "hers"], "USHERS"));

    [Fact]
    public void In_nothing_is_nothing() => Assert.Empty(Found(["a"], ""));

    [Fact]
    public void It_finds_what_a_search_for_each_finds() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(Texts().ToArbitrary(), Subject().ToArbitrary(), static (texts, subject) => Found(texts, subject).SequenceEqual(Naive(texts, subject), StringComparer.Ordinal)));

    private static Gen<string[]> Texts() => Subject().Where(static text => text.Length > 0).NonEmptyListOf().Select(
        static texts => texts.Select(static text => text.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToArray());

    private static Gen<string> Subject() => Gen.Elements('a', 'b', 'B', '/').ListOf().Select(static letters => string.Concat(letters));

    private static List<string> Found(string[] texts, string subject)
    {
        List<string> found = [];
        LiteralSearch search = new LiteralAutomaton([.. texts.Select(Encoding.ASCII.GetBytes)]).In(Encoding.ASCII.GetBytes(subject));
        while (search.MoveNext())
        {
            found.Add($"{texts[search.Text]} {search.End}");
        }

        return found;
    }

    private static IEnumerable<string> Naive(string[] texts, string subject) =>
        from end in Enumerable.Range(1, subject.Length)
        from text in texts.Where(text => subject[..end].EndsWith(text, StringComparison.OrdinalIgnoreCase)).OrderByDescending(static text => text.Length)
        select $"{text} {end}";
}
