using System;
using System.Globalization;
using System.Linq;
using System.Net;

using Sluice.Http.Messages;

using Xunit;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Http.Messages;

public sealed class AddressSetTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.1.2.3/8", "10.0.0.0", true)]
    [InlineData("0.0.0.0/0", "255.1.2.3", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("::/0", "::ffff:192.0.2.1", false)]
    [InlineData("::/0", "ffff::1", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.1.1", true)]
    [InlineData("::ffff:10.0.0.0/104", "11.1.1.1", false)]
    [InlineData("::ffff:0.0.0.0/96", "192.0.2.1", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("192.0.2.1/32", "192.0.2.1", true)]
    [InlineData("192.0.2.1/32", "192.0.2.2", false)]
    public void A_network_holds_its_addresses(string network, string address, bool expected) =>
        Assert.Equal(expected, Set(network).Contains(Address(address)));

    [Fact]
    public void Networks_that_overlap_are_one() =>
        Assert.True(Set("10.2.0.0/16", "10.0.0.0/8", "10.1.0.0/16", "9.0.0.0/8").Contains(Address("10.200.1.1")));

    [Fact]
    public void A_unix_socket_is_in_no_network() =>
        Assert.False(Set("0.0.0.0/0", "::/0").Contains(SocketAddress.FromUnix("/run/x"u8)));

    [Fact]
    public void No_network_holds_nothing() => Assert.True(Set().IsEmpty && !Set().Contains(Address("10.0.0.1")));

    [Fact]
    public void A_lookup_says_what_the_framework_says() => Assert.All(
        Enumerable.Range(0, 300).Select(static seed => new Random(seed)),
        static random =>
        {
            IPNetwork[] networks = [.. Enumerable.Range(0, 6).Select(_ => AnyNetwork(random))];
            AddressSet set = Set([.. networks.Select(static network => network.ToString())]);
            Assert.All(
                Enumerable.Range(0, 30).Select(_ => AnyAddress(random)),
                address => Assert.Equal(networks.Any(network => network.Contains(address)), set.Contains(Address(address.ToString()))));
        });

    internal static SocketAddress Address(string text) => SocketAddress.FromIp(IPAddress.Parse(text).GetAddressBytes(), 0);

    internal static AddressSet Set(params string[] networks) => new(networks
        .Select(static network => network.Split('/'))
        .Select(static parts => (Address(parts[0]), int.Parse(parts[1], CultureInfo.InvariantCulture))));

    private static IPNetwork AnyNetwork(Random random)
    {
        IPAddress address = AnyAddress(random);
        byte[] bytes = address.GetAddressBytes();
        int length = random.Next(bytes.Length * 8) + 1;
        byte[] masked = [.. bytes.Select((value, index) => (byte)(value & (0xff00 >> int.Clamp(length - (8 * index), 0, 8))))];
        return new IPNetwork(new IPAddress(masked), length);
    }

    private static IPAddress AnyAddress(Random random)
    {
        byte[] bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(bytes.AsSpan(0, 1 + random.Next(2)));
        bytes[^1] = (byte)random.Next(3);
        return new IPAddress(bytes);
    }
}
