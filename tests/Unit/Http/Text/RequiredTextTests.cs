using System.Text;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class RequiredTextTests
{
    [Theory]
    [InlineData("/site1/*", "/site1/", RequiredPlace.Beginning)]
    [InlineData("*.example.org", ".example.org", RequiredPlace.Anywhere)]
    [InlineData("a*bc", "bc", RequiredPlace.Anywhere)]
    [InlineData("ab*c", "ab", RequiredPlace.Beginning)]
    [InlineData("a\\*b?c", "a*b", RequiredPlace.Beginning)]
    [InlineData("ab[c]defg", "ab", RequiredPlace.Beginning)]
    [InlineData("*", "", RequiredPlace.Anywhere)]
    [InlineData("", "", RequiredPlace.Anywhere)]
    [InlineData("a\\", "a\\", RequiredPlace.Beginning)]
    public void Of_a_glob(string glob, string text, RequiredPlace place) =>
        Assert.Equal((text, place), Read(Glob.Required(Encoding.Latin1.GetBytes(glob))));

    [Theory]
    [InlineData("^/site1/", "/site1/", RequiredPlace.Beginning)]
    [InlineData("/site1/", "/site1/", RequiredPlace.Anywhere)]
    [InlineData("^/(abc)/def$", "/abc/def", RequiredPlace.Beginning)]
    [InlineData("^abc?def", "def", RequiredPlace.Anywhere)]
    [InlineData("^abc*", "ab", RequiredPlace.Beginning)]
    [InlineData("^abc-", "ab", RequiredPlace.Beginning)]
    [InlineData("^abc+x", "abc", RequiredPlace.Beginning)]
    [InlineData("^%w+%.site5%.(.*)$", ".site5.", RequiredPlace.Anywhere)]
    [InlineData("^a%dbc", "bc", RequiredPlace.Anywhere)]
    [InlineData("%bxyab", "ab", RequiredPlace.Anywhere)]
    [InlineData("%f[%a]the", "the", RequiredPlace.Anywhere)]
    [InlineData("(a)%1bc", "bc", RequiredPlace.Anywhere)]
    [InlineData("^()ab()c", "abc", RequiredPlace.Beginning)]
    [InlineData("[abc]", "", RequiredPlace.Anywhere)]
    [InlineData("a$b", "a$b", RequiredPlace.Anywhere)]
    [InlineData("x]y)", "x]y)", RequiredPlace.Anywhere)]
    [InlineData("^**$", "", RequiredPlace.Anywhere)]
    [InlineData("^ab[", "ab", RequiredPlace.Beginning)]
    [InlineData("", "", RequiredPlace.Anywhere)]
    public void Of_a_pattern(string pattern, string text, RequiredPlace place) =>
        Assert.Equal((text, place), Read(LuaPattern.Required(Encoding.Latin1.GetBytes(pattern))));

    private static (string Text, RequiredPlace Place) Read(RequiredText required) =>
        (Encoding.Latin1.GetString(required.Text.Span), required.Place);
}
