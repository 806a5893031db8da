using System;
using System.Diagnostics;
using System.Text;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class GlobTests
{
    [Theory]
    [InlineData("*", "")]
    [InlineData("/a*", "/A/b/c")]
    [InlineData("*.PHP", "/x/.y.php")]
    [InlineData("/?/b", "///b")]
    [InlineData("[a-c]x", "Bx")]
    [InlineData("[!a-c]x", "dx")]
    [InlineData("[^a]", "b")]
    [InlineData("[]a]", "]")]
    [InlineData("[a-]", "-")]
    [InlineData("[[:digit:]x]", "7")]
    [InlineData("[[:upper:]]", "a")]
    [InlineData("[a", "[a")]
    [InlineData("\\*", "*")]
    [InlineData("a\\", "a\\")]
    [InlineData("*a*b*c", "xaybzc")]
    [InlineData("**", "x")]
    [InlineData("[\\]]", "]")]
    public void A_pattern_matches_the_whole_subject(string pattern, string subject) => Assert.True(IsMatch(pattern, subject, LetterCase.Folded));

    [Theory]
    [InlineData("", "a")]
    [InlineData("a", "")]
    [InlineData("/a", "/ab")]
    [InlineData("[!a-c]x", "Bx")]
    [InlineData("?", "")]
    [InlineData("\\*", "x")]
    [InlineData("[[:digit:]]", ":")]
    [InlineData("*a*b", "b")]
    public void A_part_is_not_enough(string pattern, string subject) => Assert.False(IsMatch(pattern, subject, LetterCase.Folded));

    [Fact]
    public void Letters_differ_where_their_case_matters() => Assert.False(IsMatch("/a", "/A", LetterCase.Matters));

    [Fact]
    public void Many_stars_take_no_time()
    {
        Stopwatch watch = Stopwatch.StartNew();

        Assert.False(IsMatch(string.Concat(System.Linq.Enumerable.Repeat("a*", 120)) + "b", new string('a', 8000), LetterCase.Folded));

        // Milliseconds; who took up every star again would not come to an end.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    private static bool IsMatch(string pattern, string subject, LetterCase letterCase) =>
        Glob.IsMatch(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(subject), letterCase);
}
