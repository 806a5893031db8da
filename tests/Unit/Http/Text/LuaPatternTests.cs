using System;
using System.Linq;
using System.Text;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class LuaPatternTests
{
    [Theory]
    [InlineData("/page/51", "^/(%a+)/(%d+)$", "page,51")]
    [InlineData("/Apage/51", "/[^%d][%w%u][^%c]+()[%d]+", "")]
    [InlineData("/^page/51", "/^(.a.e)/(.)", "page,5")]
    [InlineData("/page/page-51", "/(.*)/%1-(%d+)", "page,51")]
    [InlineData("/page/[51]", "/page/(%b[])", "[51]")]
    [InlineData(":-]", "]+", "]")]
    [InlineData(":-)", "[)]+", ")")]
    [InlineData("1234567890", "([2-5]-)", "")]
    [InlineData("****", "^**$", "****")]
    [InlineData("xxxx", "^x*$", "xxxx")]
    [InlineData("/foo/bar", "/bar", "/bar")]
    [InlineData("THE (quick) fox", "%f[%a]%a+%f[%A]", "THE")]
    [InlineData("THE (quick) fox", "%b()", "(quick)")]
    [InlineData("THE (quick) fox", "%((%a+)%)", "quick")]
    [InlineData("hello", "l-", "")]
    [InlineData("hello", "^l*", "")]
    [InlineData("hello", "()ll()", ",")]
    [InlineData("a-b", "a-b", "b")]
    [InlineData("a-b", "a%-b", "a-b")]
    [InlineData("/a/b/c", "^/(.-)/(.*)$", "a,b/c")]
    [InlineData("/a/b/c", "^/(.*)/(.*)$", "a/b,c")]
    [InlineData("key = value", "^(%w+)%s*=%s*(%w+)$", "key,value")]
    [InlineData("2026-01-31", "(%d+)-(%d+)-(%d+)", "2026,01,31")]
    [InlineData("abcabc", "(abc)%1", "abc")]
    [InlineData("[x]", "[[%]]", "[")]
    [InlineData("x]", "[]]", "]")]
    [InlineData("x^", "[a^]", "^")]
    [InlineData("-", "[a-]", "-")]
    [InlineData("b", "[^a-]", "b")]
    [InlineData("aaa", "a?a?a?a", "aaa")]
    [InlineData("/x.php/info", "^(/.*%.php)(/.*)$", "/x.php,/info")]
    [InlineData("", "^$", "")]
    [InlineData("abc", "", "")]
    [InlineData("x)y", ")", ")")]
    [InlineData("af", "[%f]", "f")]
    [InlineData("x(b)", "[%b()]+", "(b)")]
    [InlineData("fab", "[^%f%b]", "a")]
    [InlineData("F1f", "[%F%1]+", "F1")]
    [InlineData("a%q", "%q", "q")]
    [InlineData("fox", "%f[%a]fox%f[%A]", "fox")]
    [InlineData("fox", "fox%f[\0]", "fox")]
    [InlineData("a^b$c", "a^b$c", "a^b$c")]
    [InlineData("x+y", "+", "+")]
    [InlineData("a.site9.b", "%.site9%.", ".site9.")]
    [InlineData("a)b%c", "%)b%%", ")b%")]
    [InlineData("[a]", "%[a]", "[a]")]
    [InlineData("xa|b", "a|b", "a|b")]
    [InlineData("abc", "((a)(b(c)))", "abc,a,bc,c")]
    [InlineData("a", "%f[a]a", "a")]
    [InlineData("((a)(b))x", "%b()", "((a)(b))")]
    [InlineData("xaxbx", "%bxx", "xax")]
    [InlineData("^a", "^^a", "^a")]
    [InlineData("ba", "a$", "a")]
    [InlineData("a$", "a%$", "a$")]
    [InlineData("abc", "^", "")]
    [InlineData("abc", "$", "")]
    [InlineData("abc", "()", "")]
    [InlineData("abc", "(a*)(x*)(b*)", "a,,b")]
    public void A_match_gives_the_subject_and_the_captures(string subject, string pattern, string captures)
    {
        (LuaPatternResult result, string found) = Match(subject, pattern);

        Assert.Equal(new LuaPatternResult(IsMatch: true, LuaPatternError.None), result);
        Assert.Equal($"{subject}|{captures}", found);
    }

    [Theory]
    [InlineData("/page/51", "$^")]
    [InlineData("/page/51", "no-%d-match")]
    [InlineData("/foo/bar", "^/bar")]
    [InlineData("/FOO", "/foo")]
    [InlineData("x", "x)")]
    [InlineData("\u00e9", "%a")]
    [InlineData("((a)", "^%b()$")]
    [InlineData("F", "[%f]")]
    [InlineData("(quick)", "[%b]")]
    [InlineData("THE (quick) fox", "%f[%z]")]
    [InlineData("aa", "()a%1a")]
    [InlineData("a_site9.b", "%.site9%.")]
    [InlineData("a.SITE9.b", "%.site9%.")]
    public void A_subject_that_does_not_match_is_no_error(string subject, string pattern) =>
        Assert.Equal(default, Match(subject, pattern).Result);

    [Theory]
    [InlineData("/page/page-51", "/(.*)/%9-(%d+)", LuaPatternError.CaptureIndex)]
    [InlineData("x", "%0", LuaPatternError.CaptureIndex)]
    [InlineData(":-)", ")+", LuaPatternError.PatternCapture)]
    [InlineData("a.)", "%.)", LuaPatternError.PatternCapture)]
    [InlineData("a.%", "%.%", LuaPatternError.EndsWithPercent)]
    [InlineData("/page/51", "/page/51(", LuaPatternError.UnfinishedCapture)]
    [InlineData("x", "(x", LuaPatternError.UnfinishedCapture)]
    [InlineData("/page/51", "/page/51%", LuaPatternError.EndsWithPercent)]
    [InlineData("/page/51", "/page/[51", LuaPatternError.MissingBracket)]
    [InlineData("/page/(51)", "/page/%b(", LuaPatternError.MissingBalance)]
    [InlineData("x", "%b", LuaPatternError.MissingBalance)]
    [InlineData("/page/51", "/page/%f", LuaPatternError.MissingFrontierSet)]
    [InlineData("/page/51", "/page%f/51", LuaPatternError.MissingFrontierSet)]
    public void A_faulty_pattern_is_found_when_it_is_read_and_when_it_is_tried(string subject, string pattern, LuaPatternError expected)
    {
        Assert.Equal(expected, LuaPattern.Check(Encoding.Latin1.GetBytes(pattern)));
        Assert.Equal(new LuaPatternResult(IsMatch: false, expected), Match(subject, pattern).Result);
    }

    [Fact]
    public void More_than_31_captures_are_too_many()
    {
        string pattern = string.Concat(Enumerable.Repeat("()", 44));

        Assert.Equal(LuaPatternError.TooManyCaptures, LuaPattern.Check(Encoding.Latin1.GetBytes(pattern)));
        Assert.Equal(LuaPatternError.TooManyCaptures, Match("/page/51", pattern).Result.Error);
    }

    [Fact]
    public void Thirty_one_captures_are_not_too_many() =>
        Assert.Equal(new LuaPatternResult(IsMatch: true, LuaPatternError.None), Match("/page/51", string.Concat(Enumerable.Repeat("()", 31))).Result);

    [Theory]
    [InlineData('*')]
    [InlineData('+')]
    [InlineData('-')]
    [InlineData('?')]
    public void Work_without_end_is_given_up(char repetition) =>
        Assert.Equal(LuaPatternError.TooManyRepetitions, Match("q" + new string(repetition, 33), new string(repetition, 37) + "q").Result.Error);

    [Fact]
    public void Balances_that_are_never_closed_are_given_up() =>
        Assert.Equal(LuaPatternError.TooManyRepetitions, Match(new string('(', 8000), "%b()").Result.Error);

    [Fact]
    public void Nesting_without_end_is_given_up() =>
        Assert.Equal(LuaPatternError.TooComplex, Match(new string('a', 300), string.Concat(Enumerable.Repeat("a?", 250))).Result.Error);

    [Fact]
    public void Some_nesting_is_not_given_up() =>
        Assert.Equal(new LuaPatternResult(IsMatch: true, LuaPatternError.None), Match(new string('a', 300), string.Concat(Enumerable.Repeat("a?", 190))).Result);

    [Theory]
    [InlineData('a', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")]
    [InlineData('d', "0123456789")]
    [InlineData('l', "abcdefghijklmnopqrstuvwxyz")]
    [InlineData('p', "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    [InlineData('s', "\t\n\v\f\r ")]
    [InlineData('u', "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    [InlineData('w', "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")]
    [InlineData('x', "0123456789ABCDEFabcdef")]
    [InlineData('c', "\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f")]
    [InlineData('g', "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~")]
    public void A_class_holds_its_bytes_of_ASCII_and_the_capital_all_others(char letter, string members)
    {
        string all = string.Concat(Enumerable.Range(0, 256).Select(static value => (char)value));
        Assert.Equal(members, string.Concat(all.Where(value => Match($"{value}", $"^%{letter}$").Result.IsMatch)));
        Assert.Equal(all.Except(members), all.Where(value => Match($"{value}", $"^[%{char.ToUpperInvariant(letter)}]$").Result.IsMatch));
    }

    [Fact]
    public void Every_error_has_words() =>
        Assert.All(Enum.GetValues<LuaPatternError>(), error => Assert.NotEmpty(LuaPattern.Describe(error)));

    private static (LuaPatternResult Result, string Found) Match(string subject, string pattern)
    {
        LuaCaptures captures = new();
        LuaPatternResult result = new LuaPattern(Encoding.Latin1.GetBytes(pattern)).Match(Encoding.Latin1.GetBytes(subject), captures);
        string[] texts = [.. Enumerable.Range(0, captures.Count).Select(index => subject[captures[index]])];
        return (result, $"{texts.FirstOrDefault()}|{string.Join(',', texts.Skip(1))}");
    }
}
