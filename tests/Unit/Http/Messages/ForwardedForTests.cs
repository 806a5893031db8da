using System;
using System.Text;

using Sluice.Engine.Io;
using Sluice.Http.Codec;
using Sluice.Http.Messages;

using Xunit;

namespace Sluice.Unit.Http.Messages;

public sealed class ForwardedForTests
{
    private static readonly AddressSet _trusted = AddressSetTests.Set("10.0.0.0/8", "fd00::/8");

    [Theory]
    [InlineData("X-Forwarded-For: 192.0.2.7", "192.0.2.7")]
    [InlineData("X-Forwarded-For: 203.0.113.9, 192.0.2.7", "192.0.2.7")]
    [InlineData("X-Forwarded-For: 203.0.113.9, 192.0.2.7, 10.0.0.2", "192.0.2.7")]
    [InlineData("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 10.0.0.2", "192.0.2.7")]
    [InlineData("X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 192.0.2.7", "192.0.2.7")]
    [InlineData("X-Forwarded-For: 192.0.2.7:51234", "192.0.2.7")]
    [InlineData("X-Forwarded-For: 2001:db8::7", "2001:db8::7")]
    [InlineData("X-Forwarded-For: [2001:db8::7]:51234", "2001:db8::7")]
    [InlineData("X-Forwarded-For: [2001:db8::7], [fd00::1]:80", "2001:db8::7")]
    [InlineData("X-Forwarded-For: 192.0.2.7 , ,", "192.0.2.7")]
    [InlineData("X-Forwarded-For: ::ffff:10.0.0.3", "::ffff:10.0.0.3")]
    [InlineData("X-Forwarded-For: 10.0.0.5, 10.0.0.4", "10.0.0.5")]
    [InlineData("X-Forwarded-For: unknown, 10.0.0.4", "10.0.0.4")]
    [InlineData("X-Forwarded-For: 192.0.2.7, garbage", "10.0.0.1")]
    [InlineData("X-Forwarded-For: \"192.0.2.7\"", "10.0.0.1")]
    [InlineData("X-Forwarded-For: 192.0.2.7:99999", "10.0.0.1")]
    [InlineData("X-Forwarded-For: 192.0.2.07", "10.0.0.1")]
    [InlineData("X-Forwarded-For: [192.0.2.7]:80", "10.0.0.1")]
    [InlineData("X-Forwarded-For: [2001:db8::7", "10.0.0.1")]
    [InlineData("X-Forwarded-For: fe80::1%eth0", "10.0.0.1")]
    [InlineData("X-Forwarded-For:", "10.0.0.1")]
    [InlineData("X-Other: 192.0.2.7", "10.0.0.1")]
    public void Behind_a_trusted_proxy_the_rightmost_hop_that_is_none_is_the_client(string fields, string client) =>
        Assert.Equal(client, Client("10.0.0.1", fields));

    [Fact]
    public void A_client_that_is_no_proxy_says_nothing_about_itself() =>
        Assert.Equal("203.0.113.1", Client("203.0.113.1", "X-Forwarded-For: 192.0.2.7"));

    [Fact]
    public void How_the_address_is_known_is_kept() =>
        Assert.Equal(ClientSource.ForwardedFor, Resolve("10.0.0.1", "X-Forwarded-For: 192.0.2.7").Source);

    [Fact]
    public void The_transport_stays_what_it_is() =>
        Assert.Equal(AddressSetTests.Address("10.0.0.1"), Resolve("10.0.0.1", "X-Forwarded-For: 192.0.2.7").Transport);

    private static string Client(string transport, string fields)
    {
        Span<byte> text = stackalloc byte[SocketAddress.LongestText];
        return Encoding.Latin1.GetString(text[..Resolve(transport, fields).Client.WriteHost(text)]);
    }

    private static Peer Resolve(string transport, string fields)
    {
        RequestHead head = new();
        byte[] request = Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n");
        Assert.Equal(ParseStatus.Complete, RequestParser.Parse(request, head, HeadLimits.Httpd));
        return ForwardedFor.Resolve(Peer.OfSocket(AddressSetTests.Address(transport)), head, _trusted);
    }
}
