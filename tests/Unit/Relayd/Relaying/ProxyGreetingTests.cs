using System;

using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Relayd.Relaying;

using Xunit;

namespace Sluice.Unit.Relayd.Relaying;

/// <summary>What is sent to hosts is what servers of the same house understand.</summary>
public sealed class ProxyGreetingTests
{
    [Theory]
    [InlineData(1, "192.0.2.7:4711", "192.0.2.1:25", 4)]
    [InlineData(2, "192.0.2.7:4711", "192.0.2.1:25", 4)]
    [InlineData(1, "[2001:db8::7]:4711", "[2001:db8::1]:25", 16)]
    [InlineData(2, "[2001:db8::7]:4711", "[fe80::1%3]:25", 16)]
    [InlineData(1, "192.0.2.7:4711", "[2001:db8::1]:25", 16)]
    [InlineData(2, "[2001:db8::7]:4711", "192.0.2.1:25", 16)]
    public void A_header_says_who_the_client_is(int version, string client, string relay, int bytes)
    {
        byte[] header = new byte[ProxyGreeting.LongestLength];
        int length = ProxyGreeting.Write(version, Address(client), Address(relay), header);

        Assert.Equal(ParseStatus.Complete, ProxyHeaderParser.Parse(header.AsSpan(0, length), out ProxyHeader read));
        Assert.Equal((length, bytes, 4711), (read.Length, read.AddressBytes, read.Port));
    }

    [Fact]
    public void The_binary_header_is_that_of_the_specification()
    {
        byte[] header = new byte[ProxyGreeting.LongestLength];
        int length = ProxyGreeting.Write(2, Address("192.0.2.7:4711"), Address("192.0.2.1:25"), header);

        Assert.Equal("0D0A0D0A000D0A515549540A2111000CC0000207C000020112670019", Convert.ToHexString(header, 0, length));
    }

    private static SocketAddress Address(string text)
    {
        Assert.True(SocketAddress.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out SocketAddress address));
        return address;
    }
}
