using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Serving;

public sealed class OrderedMatchesTests
{
    private const int Many = 10_000;

    /// <summary>Every kind of name, so that neighbours are found in different ways.</summary>
    private static MatchText Name(int number) => (number % 5) switch
    {
        0 => Glob(string.Create(CultureInfo.InvariantCulture, $"www.site{number}.example")),
        1 => Glob(string.Create(CultureInfo.InvariantCulture, $"*.site{number}.example")),
        2 => Pattern(string.Create(CultureInfo.InvariantCulture, $"^%w+%.site{number}%.example$")),
        3 => Glob(string.Create(CultureInfo.InvariantCulture, $"www.site{number}.*")),
        _ => Pattern(string.Create(CultureInfo.InvariantCulture, $"%.site{number}%.")),
    };

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void A_request_to_the_last_of_ten_thousand_takes_no_more_work_than_one_to_the_first(int kind)
    {
        OrderedMatches names = new([.. Enumerable.Range(0, Many).Select(Name)]);

        long first = Work(names, 1000 + kind, out int found);
        Assert.Equal(1000 + kind, found);
        long last = Work(names, Many - 10 + kind, out found);
        Assert.Equal(Many - 10 + kind, found);
        Assert.InRange(last, 1, first * 1.1);
        Assert.InRange(last, 1, 40);
    }

    [Theory]
    [InlineData("customer{0}-*.apps.example.org", nameof(NameKind.Glob))]
    [InlineData("[a-z]ustomer{0}-?.apps.example.org", nameof(NameKind.Glob))]
    [InlineData("^customer{0}%-%w+%.apps%.example%.org$", nameof(NameKind.Pattern))]
    public void A_long_text_that_all_have_in_common_makes_no_work(string name, string kind)
    {
        OrderedMatches names = new([.. Enumerable.Range(0, Many).Select(number =>
            new MatchText(Enum.Parse<NameKind>(kind), Encoding.Latin1.GetBytes(string.Format(CultureInfo.InvariantCulture, name, number))))]);

        Assert.True(names.TryFind("customer9999-x.apps.example.org"u8, 0, new CaptureSlot(), out int found));
        Assert.Equal(9999, found);
        Assert.InRange(names.Work, 1, 40);
    }

    [Fact]
    public void A_subject_that_nothing_matches_takes_no_more_work() =>
        Assert.InRange(Work(new([.. Enumerable.Range(0, Many).Select(Name)]), Many, out _), 1, 40);

    [Fact]
    public void The_first_in_order_wins_whatever_kinds_there_are()
    {
        OrderedMatches paths = new([
            Glob("/exact"), Pattern("^/a/(.*)%.html$"), Glob("/a/*"), Glob("/A/b.HTML"), Glob("/a/b.html"), Pattern("b%.html"),
            Glob("*"), Glob("*.html"), Pattern("^/(%w+)/"), Pattern("c"), Glob("/c"), Glob("/c"), Glob("/d?")]);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], All(paths, "/a/b.html"));
        Assert.Equal([2, 3, 4, 6, 7, 8], All(paths, "/A/B.html"));
        Assert.Equal([6, 9, 10, 11], All(paths, "/c"));
        Assert.Equal([6, 12], All(paths, "/dx"));
    }

    [Fact]
    public void Captures_are_those_of_the_pattern_that_won()
    {
        OrderedMatches paths = new([
            Glob("/first/*"), Pattern("^/f(.*)/abc$"), Pattern("/abc(.*)"), Glob("/2"), Glob("/3"), Glob("/4"), Glob("/5"), Glob("/6"),
            Glob("/7"), Pattern("bc"), Pattern("^/y"), Pattern("^/z"), Glob("/x*"), Glob("/w*"), Glob("/v*"), Glob("/u*")]);
        CaptureSlot captures = new();

        Assert.True(paths.TryFind("/fx/abc"u8, 0, captures, out int index));
        Assert.Equal((1, 2..3), (index, captures.Captures[1]));
        Assert.Equal(1, captures.Kept);

        Assert.True(paths.TryFind("/first/abc"u8, 0, captures, out index));
        Assert.Equal(0, index);
        Assert.Equal(1, captures.Kept);
        Assert.Equal(2..3, captures.Captures[1]);
    }

    [Fact]
    public void A_text_that_comes_often_in_a_subject_is_compared_once()
    {
        OrderedMatches paths = new([.. Enumerable.Range(0, 20).Select(number => Pattern("/%d%d" + new string('?', number % 2)))]);
        string subject = string.Concat(Enumerable.Repeat("/a", 500));
        long before = paths.Work;
        Assert.False(paths.TryFind(Encoding.Latin1.GetBytes(subject), 0, new CaptureSlot(), out _));
        Assert.InRange(paths.Work - before, 1000, 1020);
    }

    private static List<int> All(OrderedMatches matches, string subject)
    {
        List<int> found = [];
        CaptureSlot captures = new();
        int from = 0;
        while (matches.TryFind(Encoding.Latin1.GetBytes(subject), from, captures, out int index))
        {
            found.Add(index);
            from = index + 1;
        }

        return found;
    }

    private static long Work(OrderedMatches names, int number, out int found)
    {
        long before = names.Work;
        names.TryFind(Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"www.site{number}.example")), 0, new CaptureSlot(), out found);
        return names.Work - before;
    }

    private static MatchText Glob(string text) => new(NameKind.Glob, Encoding.Latin1.GetBytes(text));

    private static MatchText Pattern(string text) => new(NameKind.Pattern, Encoding.Latin1.GetBytes(text));
}
