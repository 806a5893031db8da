using System;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Engine.Tls.Certificates;

using Xunit;

namespace Sluice.Unit.Engine.Tls.Certificates;

public sealed class DerTests
{
    [Fact]
    public void What_was_written_reads_as_the_same() =>
        Prop.ForAll<byte[], byte[]>((content, behind) =>
        {
            byte[] element = Der.Element(Der.OctetString, content ?? []);
            ReadOnlySpan<byte> rest = (byte[])[.. element, .. behind ?? []];
            return Der.TryTake(ref rest, Der.OctetString, out ReadOnlySpan<byte> read) && read.SequenceEqual(content) && rest.SequenceEqual(behind);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, "0400")]
    [InlineData(127, "047F")]
    [InlineData(128, "048180")]
    [InlineData(255, "0481FF")]
    [InlineData(256, "04820100")]
    [InlineData(65535, "0482FFFF")]
    public void A_length_has_its_shortest_form(int length, string head)
    {
        byte[] element = Der.Element(Der.OctetString, new byte[length]);
        ReadOnlySpan<byte> rest = element;

        Assert.StartsWith(head, Convert.ToHexString(element), StringComparison.Ordinal);
        Assert.True(Der.TryTake(ref rest, Der.OctetString, out ReadOnlySpan<byte> read));
        Assert.Equal((length, 0), (read.Length, rest.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("04")]
    [InlineData("0401")]
    [InlineData("0500")] // another tag
    [InlineData("040200")]
    [InlineData("0480000000")] // without a length
    [InlineData("04810100")] // a length that has a shorter form
    [InlineData("0482000100")]
    [InlineData("0482007F" + "00")]
    [InlineData("0481")]
    [InlineData("048201")]
    [InlineData("048301000000")] // longer than anything
    [InlineData("04FF00")]
    [InlineData("1F0400")] // a tag of several bytes
    public void What_is_no_such_element_is_left(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        ReadOnlySpan<byte> rest = bytes;

        Assert.False(Der.TryTake(ref rest, Der.OctetString, out ReadOnlySpan<byte> read));
        Assert.True(read.IsEmpty);
        Assert.Equal(bytes, rest.ToArray());
    }

    [Fact]
    public void Parts_stand_one_behind_the_other() =>
        Assert.Equal("30050201050500", Convert.ToHexString(Der.Element(Der.Sequence, Der.Element(Der.Integer, [5]), [0x05, 0x00])));

    [Fact]
    public void A_whole_element_is_taken_with_its_head()
    {
        ReadOnlySpan<byte> rest = (byte[])[0x04, 0x01, 0x09, 0x05, 0x00];

        Assert.True(Der.TryTakeWhole(ref rest, Der.OctetString, out ReadOnlySpan<byte> element));
        Assert.Equal(("040109", "0500"), (Convert.ToHexString(element), Convert.ToHexString(rest)));
    }
}
