using System;
using System.Globalization;
using System.Linq;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class RangeFieldTests
{
    private const string Ignored = "ignored";
    private const string Unsatisfiable = "416";

    // H-FILE-39 as D-23 amends it: a mistake is ignored, and does not make a 416.
    [Theory]
    [InlineData("bytes=0-99", "0-99")]
    [InlineData("bytes=0-", "0-999")]
    [InlineData("bytes=-10", "990-999")]
    [InlineData("bytes=999-", "999-999")]
    [InlineData("bytes=1000-", Unsatisfiable)]
    [InlineData("bytes=5-2", Ignored)]
    [InlineData("bytes=-", Ignored)]
    [InlineData("bytes=0-0,5-9", "0-0 5-9")]
    [InlineData("bytes=0-0,1-1,2-2,3-3", "0-0 1-1 2-2 3-3")]
    [InlineData("bytes=0-0,1-1,2-2,3-3,4-4", Unsatisfiable)]
    [InlineData("bytes=0-1,", "0-1")]
    [InlineData("bytes=-1000", "0-999")]
    [InlineData("bytes=-1001", "0-999")]
    [InlineData("bytes=-0", Unsatisfiable)]
    public void A_range_of_a_thousand_bytes_is_read(string value, string parts) => Assert.Equal(parts, Read(value, 1000));

    [Theory]
    [InlineData("bytes=990-2000", "990-999")]
    [InlineData("BYTES=0-0", "0-0")]
    [InlineData("bytes= ,0-0", "0-0")]
    [InlineData("bytes=,,0-0 ,\t1-1,", "0-0 1-1")]
    [InlineData("bytes=000-0001", "0-1")]
    [InlineData("bytes=0-0,2000-,1-1", "0-0 1-1")]
    [InlineData("bytes=0-0,1-1,2-2,3-3,5000-", Unsatisfiable)]
    [InlineData("bytes=5-5,0-9,-1", "5-5 0-9 999-999")]
    [InlineData("bytes=9999999999999999999-", Unsatisfiable)]
    [InlineData("bytes=-9999999999999999999", "0-999")]
    [InlineData("bytes=0-9999999999999999999", "0-999")]
    public void Lists_and_limits_are_read(string value, string parts) => Assert.Equal(parts, Read(value, 1000));

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=,")]
    [InlineData("bytes= 0-0")]
    [InlineData("bytes =0-1")]
    [InlineData("items=0-1")]
    [InlineData("0-1")]
    [InlineData("bytes=1")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=--5")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1-2-3")]
    [InlineData("bytes=1 -2")]
    [InlineData("bytes=0-1;2-3")]
    [InlineData("bytes=0-1,abc,3-4")]
    [InlineData("bytes=0-0,1-1,2-2,3-3,4-4,x")]
    public void What_is_no_range_is_ignored_as_a_whole(string value) => Assert.Equal(Ignored, Read(value, 1000));

    [Theory]
    [InlineData("bytes=0-")]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=-1")]
    public void Nothing_of_an_empty_file_can_be_had(string value) => Assert.Equal(Unsatisfiable, Read(value, 0));

    [Fact]
    public void The_largest_file_has_a_last_byte() => Assert.Equal("9223372036854775806-9223372036854775806", Read("bytes=-1", long.MaxValue));

    [Fact]
    public void Every_range_of_a_small_file_is_what_it_says() => Assert.All(
        from length in Enumerable.Range(1, 5) from first in Enumerable.Range(0, 7) from last in Enumerable.Range(first, 7) select (length, first, last),
        row => Assert.Equal(
            row.first < row.length ? $"{row.first}-{int.Min(row.last, row.length - 1)}" : Unsatisfiable,
            Read($"bytes={row.first}-{row.last}", row.length)));

    [Fact]
    public void Ten_thousand_ranges_are_too_many() =>
        Assert.Equal(Unsatisfiable, Read("bytes=" + string.Join(',', Enumerable.Repeat("0-0", 10_000)), 1000));

    private static string Read(string value, long length)
    {
        Span<FilePart> parts = stackalloc FilePart[RangeField.MostParts];
        return RangeField.Read(Encoding.Latin1.GetBytes(value), length, parts, out int count) switch
        {
            RangeRequest.None => Ignored,
            RangeRequest.Unsatisfiable => Unsatisfiable,
            _ => string.Join(' ', parts[..count].ToArray().Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.First}-{part.Last}"))),
        };
    }
}
