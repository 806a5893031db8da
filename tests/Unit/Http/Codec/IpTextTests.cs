using System;
using System.Linq;
using System.Net;
using System.Text;

using Sluice.Http.Codec;

using Xunit;

namespace Sluice.Unit.Http.Codec;

public sealed class IpTextTests
{
    private const string Letters = "0123456789abcdefAF::::....";

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201")]
    public void An_address_is_read(string text, string expected) => Assert.Equal(IPAddress.Parse(expected), Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.04")]
    [InlineData("0x1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:")]
    [InlineData(":1::")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("12345::")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    public void What_is_no_address_is_refused(string text) => Assert.Null(Read(text));

    [Fact]
    public void Whatever_is_taken_means_what_the_framework_reads() => Assert.All(
        Enumerable.Range(0, 50_000).Select(static seed => AnyText(new Random(seed))),
        static text => Assert.True(Read(text) is not { } address || address.Equals(IPAddress.Parse(text)), text));

    [Fact]
    public void Whatever_address_is_written_is_read_back() => Assert.All(
        Enumerable.Range(0, 2_000).Select(static seed => AnyAddress(new Random(seed))),
        static address => Assert.Equal(address, Read(address.ToString())));

    [Theory]
    [InlineData("0", true)]
    [InlineData("65535", true)]
    [InlineData("65536", false)]
    [InlineData("080", false)]
    [InlineData("+1", false)]
    [InlineData("", false)]
    public void A_port_is_a_plain_number(string text, bool expected) =>
        Assert.Equal(expected, IpText.TryParsePort(Encoding.Latin1.GetBytes(text), out _));

    private static IPAddress? Read(string text)
    {
        byte[] address = new byte[IpText.MostBytes];
        int length = IpText.Parse(Encoding.Latin1.GetBytes(text), address);
        return length == 0 ? null : new IPAddress(address.AsSpan(0, length));
    }

    private static string AnyText(Random random) => random.GetString(Letters, random.Next(1, 20));

    private static IPAddress AnyAddress(Random random)
    {
        byte[] bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes);
        bytes.AsSpan(random.Next(bytes.Length)).Clear();
        return new IPAddress(bytes);
    }
}
