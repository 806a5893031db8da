using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class RequiredTextTests
{
    [Theory]
    [InlineData("/site1/*", "^/site1/")]
    [InlineData("*.example.org", ".example.org")]
    [InlineData("a*bc", "^a|bc")]
    [InlineData("ab*c", "^ab|c")]
    [InlineData("a\\*b?c", "^a*b|c")]
    [InlineData("ab[c]defg", "^ab|defg")]
    [InlineData("ab[!]c-e]f", "^ab|f")]
    [InlineData("a[[:alpha:]]b", "^a|b")]
    [InlineData("ab[c", "^ab[c")]
    [InlineData("*", "")]
    [InlineData("", "")]
    [InlineData("a\\", "^a\\")]
    public void Of_a_glob(string glob, string texts) =>
        Assert.Equal(texts, Read(Glob.Required(Encoding.Latin1.GetBytes(glob))));

    [Theory]
    [InlineData("^/site1/", "^/site1/")]
    [InlineData("/site1/", "/site1/")]
    [InlineData("^/(abc)/def$", "^/abc/def")]
    [InlineData("^abc?def", "^ab|def")]
    [InlineData("^abc*", "^ab")]
    [InlineData("^abc-", "^ab")]
    [InlineData("^abc+x", "^abc|x")]
    [InlineData("^%w+%.site5%.(.*)$", ".site5.")]
    [InlineData("^shop5%-%w+%.example$", "^shop5-|.example")]
    [InlineData("^a%dbc", "^a|bc")]
    [InlineData("%bxyab", "ab")]
    [InlineData("%f[%a]the", "the")]
    [InlineData("(a)%1bc", "a|bc")]
    [InlineData("^()ab()c", "^abc")]
    [InlineData("[abc]", "")]
    [InlineData("a$b", "a$b")]
    [InlineData("x]y)", "x]y)")]
    [InlineData("^**$", "")]
    [InlineData("^ab[", "^ab")]
    [InlineData("", "")]
    public void Of_a_pattern(string pattern, string texts) =>
        Assert.Equal(texts, Read(LuaPattern.Required(Encoding.Latin1.GetBytes(pattern))));

    // In their order, with a caret before the one that stands at the beginning.
    private static string Read(IEnumerable<RequiredText> all) => string.Join('|', all.Select(required =>
        (required.Place == RequiredPlace.Beginning ? "^" : "") + Encoding.Latin1.GetString(required.Text.Span)));
}
