using System.Text;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class PageTests
{
    [Fact]
    public void A_page_says_code_and_reason_and_who_serves()
    {
        string page = Encoding.UTF8.GetString(ErrorPage.Make(404, "httpd"u8));

        Assert.Contains("<title>404 Not Found</title>", page, System.StringComparison.Ordinal);
        Assert.Contains("<address>httpd</address>", page, System.StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_without_a_banner_has_no_address() =>
        Assert.DoesNotContain("<address>", Encoding.UTF8.GetString(ErrorPage.Make(500, default)), System.StringComparison.Ordinal);

    [Fact]
    public void A_page_of_the_administrator_is_filled_in_one_pass() =>
        Assert.Equal(
            "<404 Not Found> $X httpd 404$",
            Encoding.UTF8.GetString(ErrorPage.Fill("<$RESPONSE_CODE $HTTP_ERROR> $X $SERVER_SOFTWARE $RESPONSE_CODE$"u8, 404, "httpd"u8)));

    [Fact]
    public void The_later_line_for_an_extension_counts()
    {
        MediaTypes<string> types = new();
        types.Set("html"u8, "text/plain");
        types.Set("HTML"u8, "text/html");

        Assert.True(types.TryFind("a.html"u8, out string? type));
        Assert.Equal("text/html", type);
    }

    [Theory]
    [InlineData("/a/b.HTML", "text/html")]
    [InlineData("/a.b/html", "text/html")]
    [InlineData("/a.tar.html", "text/html")]
    [InlineData("/a.html/x", null)]
    [InlineData("/a.", null)]
    public void A_type_is_found_by_the_text_after_the_last_dot(string path, string? expected)
    {
        MediaTypes<string> types = new();
        types.Set("Html"u8, "text/html");

        _ = types.TryFind(Encoding.Latin1.GetBytes(path), out string? type);
        Assert.Equal(expected, type);
    }
}
