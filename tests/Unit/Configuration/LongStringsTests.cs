using System;
using System.Linq;

using Sluice.Configuration;
using Sluice.Unit.Fakes;
using Sluice.Unit.Httpd.Configuration;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Configuration;

/// <summary>What is said where a string most probably lacks its closing quote: the line on which it was opened. Message and line of the mistake stay as they are.</summary>
public sealed class LongStringsTests
{
    private const string Rest = "if it should end on an earlier line, put its closing \" there.";

    [Fact]
    public void A_string_that_goes_over_lines_is_named_by_the_mistake_behind_it() => Assert.Equal(
        $"2: syntax error: httpd.conf:1: a string begins here and goes on to line 2: {Rest}",
        First(RoundTrip.Load("x = \"/htdocs\ny = \"/logs\"\n" + Server)));

    [Fact]
    public void So_it_is_in_relayd() => Assert.Equal(
        $"2: syntax error: relayd.conf:1: a string begins here and goes on to line 2: {Rest}",
        First(Loaded.Text(new StubHost(), "x = \"/htdocs\ny = \"/logs\"\n")));

    // Behind the quote that is missing all others are inverted.
    [Fact]
    public void Of_several_that_follow_each_other_the_first_is_named() => Assert.Equal(
        $"4: reached end of file while parsing quoted string: httpd.conf:1: a string begins here and goes on to line 6: {Rest}",
        AtTheEnd(RoundTrip.Load("server \"a {\n root \"/a/\"\n errdocs \"/b/\"\n root \"/c/\"\n}\n")));

    [Fact]
    public void A_string_that_no_quote_closes_is_named_itself() => Assert.Equal(
        $"2: reached end of file while parsing quoted string: httpd.conf:2: a string begins here and goes on to line 4: {Rest}",
        AtTheEnd(RoundTrip.Load("server \"a\" {\n root \"/a\n}\n")));

    [Fact]
    public void In_the_last_line_the_quote_that_is_missing_is_told() => Assert.Equal(
        "1: reached end of file while parsing quoted string: A string begins here: put its closing ' where it ends.",
        First(RoundTrip.Load("x = 'a")));

    [Fact]
    public void A_string_of_an_included_file_is_named_with_it() => Assert.Equal(
        $"3: syntax error: other.conf:2: a string begins here and goes on to line 3: {Rest}",
        First(RoundTrip.Load(new StubHost().With("other.conf", "\nx = \"/a\ny = \"/b\"\n"), "include \"other.conf\"\n" + Server)));

    [Fact]
    public void A_file_that_is_not_there_because_its_name_goes_over_lines_is_such_a_mistake() => Assert.Equal(
        $"1: failed to include file other.confinclude : httpd.conf:1: a string begins here and goes on to line 2: {Rest}",
        First(RoundTrip.Load("include \"other.conf\ninclude \"more.conf\"\n" + Server)));

    [Fact]
    public void A_string_that_the_value_of_a_macro_opens_is_named_with_the_macro() => Assert.Equal(
        $"4: syntax error: httpd.conf:3: the value of macro 'd', used here, begins a string and goes on to line 4: {Rest}",
        First(RoundTrip.Load("d = '\"/a'\nserver \"a\" {\n root $d\n log \"b\"\n}\n")));

    [Fact]
    public void A_string_that_is_too_long_because_it_never_ends_is_named_as_well() => Assert.Equal(
        $"1: string too long: httpd.conf:1: a string begins here and goes on to line 2: {Rest}",
        First(RoundTrip.Load($"x = \"/a\n{new string('y', 9000)}\n")));

    [Fact]
    public void A_mistake_on_another_line_is_told_as_ever() => Assert.Equal(
        "3: syntax error: A new statement begins on a new line.",
        First(RoundTrip.Load("x = \"a\nb\"\ny = \"c\" d\n")));

    [Fact]
    public void A_string_that_a_backslash_carries_on_is_meant_so() => Assert.Equal(
        "2: syntax error: A new statement begins on a new line.",
        First(RoundTrip.Load("x = \"a\\\nb\" c\n")));

    [Fact]
    public void A_string_over_lines_is_no_mistake_by_itself() =>
        Assert.DoesNotContain(RoundTrip.Load("x = \"a\nb\"\n" + Server).Diagnostics.Found, static found => found.Severity == Severity.Error);

    private const string Server = "server \"a\" {\n listen on * port 80\n}\n";

    private static string First<T>(LoadResult<T> result)
        where T : class
        => Said(result.Diagnostics.Found[0]);

    private static string AtTheEnd<T>(LoadResult<T> result)
        where T : class
        => Said(result.Diagnostics.Found.Single(static found => found.Message.StartsWith("reached end of file", StringComparison.Ordinal)));

    private static string Said(Diagnostic found) => $"{found.Position.Line}: {found.Message}: {found.Remedy}";
}
