using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class ProxyHeaderTests
{
    private static readonly byte[] _signature = [.. "\r\n\r\n\0\r\nQUIT\n"u8];
    private static readonly byte[] _version4 = [192, 0, 2, 7, 198, 51, 100, 1, 0xc8, 0x22, 0, 80];

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 51234 80\r\n", "192.0.2.7:51234")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::1 51234 443\r\n", "[2001:db8::7]:51234")]
    [InlineData("PROXY UNKNOWN\r\n", "none")]
    [InlineData("PROXY UNKNOWN whatever it says\r\n", "none")]
    public void A_line_of_version_1_names_the_client(string line, string client) =>
        Assert.Equal((ParseStatus.Complete, line.Length, client), Read(Encoding.Latin1.GetBytes(line + "GET / HTTP/1.1\r\n")));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n")]
    [InlineData("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY UNKNOWN \u0001\r\n")]
    [InlineData("PROXY UNKNOWNX\r\n")]
    public void Another_line_is_rejected(string line) =>
        Assert.Equal(ParseStatus.Rejected, Read(Encoding.Latin1.GetBytes(line)).Status);

    [Fact]
    public void A_line_without_end_is_rejected_at_its_limit() =>
        Assert.Equal(ParseStatus.Rejected, Read(Encoding.Latin1.GetBytes("PROXY UNKNOWN " + new string('x', 93))).Status);

    [Fact]
    public void The_longest_line_is_read() =>
        Assert.Equal(ParseStatus.Complete, Read(Encoding.Latin1.GetBytes("PROXY UNKNOWN " + new string('x', 91) + "\r\n")).Status);

    [Fact]
    public void Version_2_names_the_client() =>
        Assert.Equal((ParseStatus.Complete, 28, "192.0.2.7:51234"), Read(Binary(0x21, 0x11, _version4)));

    [Fact]
    public void Version_2_names_an_IPv6_client() => Assert.Equal(
        (ParseStatus.Complete, 52, "[2001:db8::7]:443"),
        Read(Binary(0x21, 0x21, [.. IPAddress.Parse("2001:db8::7").GetAddressBytes(), .. new byte[16], 1, 187, 0, 80])));

    [Theory]
    [InlineData(0x20, 0x00)]
    [InlineData(0x20, 0x11)]
    [InlineData(0x21, 0x00)]
    [InlineData(0x21, 0x12)]
    public void Local_unspecified_and_datagrams_name_none(byte command, byte family) =>
        Assert.Equal((ParseStatus.Complete, 28, "none"), Read(Binary(command, family, _version4)));

    [Fact]
    public void Extensions_are_read_over() => Assert.Equal(
        (ParseStatus.Complete, 36, "192.0.2.7:51234"), Read(Binary(0x21, 0x11, [.. _version4, 0x02, 0, 2, 1, 2, 0x04, 0, 0])));

    [Theory]
    [InlineData(0x11, 0x11, 12)]
    [InlineData(0x22, 0x11, 12)]
    [InlineData(0x21, 0x41, 12)]
    [InlineData(0x21, 0x13, 12)]
    [InlineData(0x21, 0x11, 11)]
    [InlineData(0x21, 0x21, 12)]
    [InlineData(0x21, 0x11, 4081)]
    public void A_broken_header_of_version_2_is_rejected(byte command, byte family, int length) =>
        Assert.Equal(ParseStatus.Rejected, Read(Binary(command, family, [.. _version4, .. new byte[4081]], length)).Status);

    [Theory]
    [InlineData(new byte[] { 2 })]
    [InlineData(new byte[] { 2, 0 })]
    [InlineData(new byte[] { 2, 0, 1 })]
    [InlineData(new byte[] { 2, 0xff, 0xff, 0 })]
    [InlineData(new byte[] { 3, 0, 3, 1, 2, 3 })]
    public void Extensions_that_end_elsewhere_are_rejected(byte[] extensions) =>
        Assert.Equal(ParseStatus.Rejected, Read(Binary(0x21, 0x11, [.. _version4, .. extensions])).Status);

    [Fact]
    public void A_right_checksum_is_taken() => Assert.Equal(ParseStatus.Complete, Read(WithChecksum(0)).Status);

    [Fact]
    public void A_wrong_checksum_is_rejected() => Assert.Equal(ParseStatus.Rejected, Read(WithChecksum(1)).Status);

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 51234 80\r\nGET")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::1 51234 443\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0021\u0011\0\u000c\u00c0\0\u0002\u0007\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008GET")]
    [InlineData("\r\n\r\n\0\r\nQUIX")]
    public void Wherever_it_is_cut_the_result_is_the_same(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);

        (ParseStatus Status, int Length, string Client)[] expected = [(ParseStatus.NeedMore, 0, "none"), Read(bytes)];
        Assert.All(Enumerable.Range(0, bytes.Length), cut => Assert.Contains(Read(bytes.AsSpan(0, cut)), (IEnumerable<(ParseStatus, int, string)>)expected));
    }

    internal static (ParseStatus Status, int Length, string Client) Read(ReadOnlySpan<byte> input)
    {
        ParseStatus status = ProxyHeaderParser.Parse(input, out ProxyHeader header);
        ReadOnlySpan<byte> client = header.CopyClient(new byte[16]);
        return (status, header.Length, client.IsEmpty ? "none" : new IPEndPoint(new IPAddress(client), header.Port).ToString());
    }

    private static byte[] Binary(byte command, byte family, byte[] rest, int? length = null)
    {
        byte[] counted = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(counted, (ushort)(length ?? rest.Length));
        return [.. _signature, command, family, .. counted, .. rest];
    }

    /// <summary>The checksum is made bit by bit, as RFC 3720 B.4 defines CRC32c.</summary>
    private static byte[] WithChecksum(byte fault)
    {
        byte[] header = Binary(0x21, 0x11, [.. _version4, 3, 0, 4, 0, 0, 0, 0, 4, 0, 1, 9]);
        uint checksum = ~header.SelectMany(static value => Enumerable.Range(0, 8).Select(bit => (uint)(value >> bit) & 1))
            .Aggregate(uint.MaxValue, static (rest, bit) => (rest >> 1) ^ (((rest ^ bit) & 1) * 0x82f63b78));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(31), checksum ^ fault);
        return header;
    }
}
