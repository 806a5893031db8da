using System;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Http.Text;

using Xunit;

namespace Sluice.Unit.Http.Text;

public sealed class PathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/..", "/")]
    [InlineData("//foo///bar", "/foo/bar")]
    [InlineData("/../../etc/passwd", "/etc/passwd")]
    [InlineData("/foo/.", "/foo")]
    [InlineData("/foo/..", "/")]
    [InlineData("/foo/./bar", "/foo/bar")]
    [InlineData("/a/b/..", "/a")]
    [InlineData("/./", "/")]
    [InlineData("/a/b/../", "/a/")]
    [InlineData("/...", "/...")]
    [InlineData("/a/b/../c", "/a/c")]
    [InlineData("/foo/..bar", "/foo/..bar")]
    [InlineData("/.hidden", "/.hidden")]
    [InlineData("/a//", "/a/")]
    [InlineData("/.", "/")]
    [InlineData("/../", "/")]
    [InlineData("/a%2f..%2fb", "/b")]
    [InlineData("/a+b%20", "/a+b ")]
    public void A_path_is_decoded_once_and_made_canonical(string sent, string expected) => Assert.Equal(expected, Canonical(sent));

    [Theory]
    [InlineData("foo")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("/a%")]
    [InlineData("/a%00b")]
    public void What_is_no_path_is_refused(string sent) => Assert.Null(Canonical(sent));

    [Fact]
    public void A_path_at_the_limit_is_taken_and_one_byte_more_is_not()
    {
        Assert.NotNull(Canonical("/" + new string('a', 1022)));
        Assert.Null(Canonical("/" + new string('a', 1023)));
    }

    [Fact]
    public void A_canonical_path_stays_as_it_is_and_never_leaves_the_root() =>
        Prop.ForAll(
            Gen.Elements("/", ".", "..", "a", "/../", "//", "b").ListOf().Select(parts => "/" + string.Concat(parts)).ToArbitrary(),
            sent =>
            {
                string? once = Canonical(sent);
                return once is null || (string.Equals(Canonical(once), once, StringComparison.Ordinal)
                    && !$"{once}/".Contains("/../", StringComparison.Ordinal) && !once.Contains("//", StringComparison.Ordinal));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_encoded_decodes_to_itself() =>
        Prop.ForAll<NonEmptyArray<byte>>(bytes =>
        {
            byte[] source = Array.ConvertAll(bytes.Get, value => value == 0 ? (byte)1 : value);
            byte[] encoded = new byte[source.Length * PercentEncoding.MostBytesPerByte];
            int length = PercentEncoding.Encode(source, encoded);
            byte[] decoded = new byte[length];
            DecodeStatus status = PercentEncoding.Decode(encoded.AsSpan(0, length), decoded, out int written);
            return status == DecodeStatus.Done && decoded.AsSpan(0, written).SequenceEqual(source);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("/a b\"#%&<?\u007f\u00e9", "/a%20b%22%23%25%26%3C%3F%7F%E9")]
    [InlineData("/>'{}|\\^`~", "/>'{}|\\^`~")]
    public void Only_the_bytes_of_the_set_are_encoded(string text, string expected)
    {
        byte[] encoded = new byte[100];
        int length = PercentEncoding.Encode(Encoding.Latin1.GetBytes(text), encoded);

        Assert.Equal(expected, Encoding.Latin1.GetString(encoded, 0, length));
    }

    [Fact]
    public void A_query_in_a_log_cannot_end_its_quote_or_line()
    {
        byte[] encoded = new byte[100];
        int length = PercentEncoding.EncodeQuery("a=%20\"b\r\n c"u8, encoded);

        Assert.Equal("a=%20%22b%0D%0A%20c", Encoding.Latin1.GetString(encoded, 0, length));
    }

    private static string? Canonical(string sent)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(sent);
        return PercentEncoding.Decode(bytes, bytes, out int length) == DecodeStatus.Done
            && CanonicalPath.TryResolve(bytes.AsSpan(0, length), bytes, out int written)
            ? Encoding.Latin1.GetString(bytes, 0, written)
            : null;
    }
}
