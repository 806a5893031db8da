using System;
using System.Security.Cryptography;
using System.Text;

using Sluice.Engine.Io;
using Sluice.Httpd.Handlers.Listings;

using Xunit;

namespace Sluice.Unit.Httpd.Handlers.Listings;

public sealed class ListingPageTests
{
    private readonly ListingPage _page = new(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test"));

    [Fact]
    public void A_file_has_link_date_and_size() =>
        Assert.Equal(
            "<tr><td><a href=\"a.txt\">a.txt</a></td><td data-o=\"1700000000\">15-Nov-2023 00:13</td><td title=\"1536\">1.5K</td></tr>\n",
            Row("a.txt", FileKind.Regular, 1536));

    [Fact]
    public void A_directory_has_a_slash_and_no_size() =>
        Assert.Equal(
            "<tr class=\"dir\"><td><a href=\"sub/\">sub/</a></td><td data-o=\"1700000000\">15-Nov-2023 00:13</td><td>-</td></tr>\n",
            Row("sub", FileKind.Directory, 4096));

    [Theory]
    [InlineData("javascript:alert(1)", "href=\"./javascript:alert(1)\">javascript:alert(1)<")]
    [InlineData("\"><script>", "href=\"%22%3E%3Cscript%3E\">&quot;&gt;&lt;script&gt;<")]
    [InlineData("\\\\elsewhere", "href=\"%5C%5Celsewhere\">\\\\elsewhere<")]
    [InlineData("a?b#c%2e", "href=\"a%3Fb%23c%252e\">a?b#c%2e<")]
    public void A_name_of_any_kind_is_a_link_to_itself(string name, string expected) =>
        Assert.Contains(expected, Row(name, FileKind.Regular, 0), StringComparison.Ordinal);

    [Fact]
    public void A_name_that_is_not_UTF8_is_shown_and_linked()
    {
        _page.Begin(new byte[ListingPage.MostBytesOfRow]);
        _page.WriteRow([0x61, 0xff], new ListedEntry(0, 2, FileKind.Regular, 0, 0));

        Assert.Contains("href=\"a%FF\">a\uFFFD<", Encoding.UTF8.GetString(_page.Written.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1023, "1023B")]
    [InlineData(10240, "10.0K")]
    [InlineData(102_348, "99.9K")]
    [InlineData(102_400, "100K")]
    [InlineData(1_048_575, "1024K")]
    [InlineData(1_572_864, "1.5M")]
    [InlineData(5L << 30, "5.0G")]
    [InlineData(long.MaxValue, "8.0E")]
    public void A_size_is_written_for_people(long bytes, string expected) =>
        Assert.Contains($">{expected}</td>", Row("f", FileKind.Regular, bytes), StringComparison.Ordinal);

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_date_beyond_the_calendar_is_borne(long seconds)
    {
        _page.Begin(new byte[ListingPage.MostBytesOfRow]);
        _page.WriteRow("f"u8, new ListedEntry(0, 1, FileKind.Regular, 0, seconds));

        Assert.Contains("data-o=", Encoding.UTF8.GetString(_page.Written.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void The_worst_name_has_room()
    {
        byte[] name = new byte[255];
        name.AsSpan().Fill((byte)'"');
        _page.Begin(new byte[ListingPage.MostBytesOfRow]);
        _page.WriteRow(name, new ListedEntry(0, 255, FileKind.Regular, long.MaxValue, long.MinValue));

        Assert.InRange(_page.Written.Length, 255 * 9, ListingPage.MostBytesOfRow);
    }

    [Fact]
    public void The_title_is_text()
    {
        byte[] title = "/<i>/"u8.ToArray();
        _page.Begin(new byte[ListingPage.MostBytesOfHead(title)]);
        _page.WriteHead(title);

        Assert.Contains("<title>Index of /&lt;i&gt;/</title>", Encoding.UTF8.GetString(_page.Written.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("style-src", ListingDesign.Style)]
    [InlineData("script-src", ListingDesign.Script)]
    public void The_policy_knows_what_the_page_contains(string directive, string content)
    {
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

        Assert.Contains($"{directive} 'sha256-{hash}'", Encoding.ASCII.GetString(ListingDesign.Policy), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_dark_where_that_is_wanted_and_sorts_by_what_its_cells_hold()
    {
        byte[] title = "/"u8.ToArray();
        _page.Begin(new byte[ListingPage.MostBytesOfHead(title)]);
        _page.WriteHead(title);

        Assert.Contains("@media (prefers-color-scheme: dark)", Encoding.UTF8.GetString(_page.Written.Span), StringComparison.Ordinal);
        Assert.Contains(
            "cell.title || cell.dataset.o || cell.textContent", Encoding.UTF8.GetString(ListingDesign.End), StringComparison.Ordinal);
    }

    private string Row(string name, FileKind kind, long length)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        _page.Begin(new byte[ListingPage.MostBytesOfRow]);
        _page.WriteRow(bytes, new ListedEntry(0, (byte)bytes.Length, kind, length, 1_700_000_000));
        return Encoding.UTF8.GetString(_page.Written.Span);
    }
}
