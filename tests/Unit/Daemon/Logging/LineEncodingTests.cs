using System;
using System.Linq;
using System.Text;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Daemon.Logging;

using Xunit;

namespace Sluice.Unit.Daemon.Logging;

public sealed class LineEncodingTests
{
    [Fact]
    public void A_line_has_printable_ASCII_alone() => Prop.ForAll<byte[]>(
        text => Encode(text).All(value => value is >= 0x20 and < 0x7f)).QuickCheckThrowOnFailure();

    [Fact]
    public void Encoding_twice_changes_nothing() => Prop.ForAll<byte[]>(
        text => Encode(Encode(text)).SequenceEqual(Encode(text))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_line_cannot_be_forged() =>
        Assert.Equal("""a\nb\r\t\033[2J\303\251\000""", Encoding.ASCII.GetString(Encode("a\nb\r\t\e[2Jé\0"u8)));

    [Fact]
    public void What_is_encoded_already_stays() => Assert.Equal("""a\nb""", Encoding.ASCII.GetString(Encode("""a\nb"""u8)));

    [Theory]
    [InlineData((byte)'a')]
    [InlineData((byte)'\n')]
    [InlineData((byte)0xff)]
    public void A_long_line_is_cut(byte value)
    {
        byte[] line = Encode(Enumerable.Repeat(value, 100_000).ToArray());

        Assert.InRange(line.Length, LineEncoding.LongestLine - 8, LineEncoding.LongestLine);
        Assert.EndsWith("...", Encoding.ASCII.GetString(line), StringComparison.Ordinal);
    }

    private static byte[] Encode(ReadOnlySpan<byte> text)
    {
        byte[] line = new byte[LineEncoding.LongestLine];
        return line[..LineEncoding.Encode(text, line)];
    }
}
