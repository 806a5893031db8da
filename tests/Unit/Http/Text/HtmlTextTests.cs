using System;
using System.Text;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("plain text.html", "plain text.html")]
    [InlineData("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;")]
    [InlineData("größe 日本 😀", "größe 日本 😀")]
    [InlineData("a\u202egpj.exe", "a\uFFFDgpj.exe")]
    [InlineData("line\nfeed\u007f\u0085", "line\uFFFDfeed\uFFFD\uFFFD")]
    [InlineData("zero\u200bwidth\ufeff", "zero\uFFFDwidth\uFFFD")]
    [InlineData("soft\u00adhyphen", "soft\uFFFDhyphen")]
    [InlineData("tag\U000e0041 filler\u3164", "tag\uFFFD filler\uFFFD")]
    [InlineData("", "")]
    public void Text_can_be_nothing_but_text(string source, string expected) =>
        Assert.Equal(expected, Write(Encoding.UTF8.GetBytes(source)));

    [Theory]
    [InlineData(new byte[] { 0x61, 0xff, 0x62 }, "a\uFFFDb")]
    [InlineData(new byte[] { 0xc3 }, "\uFFFD")]
    [InlineData(new byte[] { 0xc0, 0xaf }, "\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80, 0x3c }, "\uFFFD\uFFFD\uFFFD&lt;")]
    public void What_is_not_UTF8_is_shown_and_hides_nothing(byte[] source, string expected) => Assert.Equal(expected, Write(source));

    [Theory]
    [InlineData("a b", "a%20b")]
    [InlineData("\"'<>&?#%\\", "%22%27%3C%3E%26%3F%23%25%5C")]
    [InlineData("javascript:alert(1)", "javascript:alert(1)")]
    [InlineData("\u00ff\u0080\n", "%FF%80%0A")]
    public void A_component_of_a_path_is_asked_for_exactly(string source, string expected)
    {
        byte[] destination = new byte[source.Length * PercentEncoding.MostBytesPerByte];
        int length = PercentEncoding.EncodeComponent(Encoding.Latin1.GetBytes(source), destination);

        Assert.Equal(expected, Encoding.ASCII.GetString(destination, 0, length));
    }

    private static string Write(byte[] source)
    {
        byte[] destination = new byte[source.Length * HtmlText.MostBytesPerByte];
        return Encoding.UTF8.GetString(destination.AsSpan(0, HtmlText.Write(source, destination)));
    }
}
