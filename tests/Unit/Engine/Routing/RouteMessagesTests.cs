using System;
using System.Linq;
using System.Net;

using FsCheck;
using FsCheck.Fluent;

using Sluice.Daemon.Program;
using Sluice.Engine.Netlink;
using Sluice.Engine.Routing;

using Xunit;

using SocketAddress = Sluice.Engine.Io.SocketAddress;

namespace Sluice.Unit.Engine.Routing;

public sealed class RouteMessagesTests
{
    private const byte Protocol = 115;
    private const int OfLink = 16;

    [Theory]
    [InlineData("10.7.1.9", 24, "10.7.1.0/24")]
    [InlineData("0.0.0.0", 0, "0.0.0.0/0")]
    [InlineData("fd07::9", 65, "fd07::/65")]
    [InlineData("::", 0, "::/0")]
    public void A_route_that_was_written_is_read(string address, int length, string network)
    {
        RouteKey key = new(77, RoutePrefix.Of(IPAddress.Parse(address).GetAddressBytes(), length), 8);

        Assert.True(RouteMessages.TryReadRoute(Written(new AddRoute(key, 7), out NetlinkPart message), message, out PresentRoute route));

        Assert.Equal(new PresentRoute(key, Protocol, 7), route);
        Assert.Equal(network, route.Key.Destination.ToString());
    }

    [Fact]
    public void So_are_a_gateway_and_a_group()
    {
        SocketAddress gateway = Address("fd00::2");

        Nexthop one = RouteMessages.ReadNexthop(Written(new AddGateway(5, gateway, 3), out NetlinkPart first), first)!;
        Nexthop group = RouteMessages.ReadNexthop(Written(new ChangeGroup(6, [new(5, 1), new(4, 255)]), out NetlinkPart second), second)!;

        Assert.Equal((5u, Protocol, gateway, 3, 0), (one.Id, one.Protocol, one.Gateway, one.Device, one.Members.Count));
        Assert.Equal((6u, Protocol), (group.Id, group.Protocol));
        Assert.Equal([new NexthopMember(5, 1), new NexthopMember(4, 255)], group.Members);
    }

    [Fact]
    public void As_many_members_as_a_group_may_have_fit()
    {
        NexthopMember[] members = [.. Enumerable.Range(1, RouteMessages.MostMembers).Select(static id => new NexthopMember((uint)id, 255))];

        Nexthop group = RouteMessages.ReadNexthop(Written(new AddGroup(6, members), out NetlinkPart message), message)!;

        Assert.Equal(members, group.Members);
    }

    [Fact]
    public void Whatever_comes_is_read_to_an_end() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        static bytes => RouteEvents.Read(bytes, ownPort: 1, static _ => true) <= RouteNews.Routes).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, RouteNews.Devices)]
    [InlineData(1, RouteNews.None)]
    [InlineData(2, RouteNews.Routes)]
    public void News_is_what_somebody_else_does(int port, RouteNews news)
    {
        byte[] message = [.. Written(new RemoveRoute(new RouteKey(254, RoutePrefix.Of([10, 7, 0, 0], 16), 8)), out _)];
        _ = BitConverter.TryWriteBytes(message.AsSpan(12), port);

        Assert.Equal(news, RouteEvents.Read(message, ownPort: 1, static _ => false));
    }

    [Fact]
    public void Routes_of_others_are_news_where_they_lead_to_the_same()
    {
        RoutePrefix ours = RoutePrefix.Of([10, 7, 0, 0], 16);
        byte[] message = [.. Written(new AddRoute(new RouteKey(254, ours, 8), 3), out _, protocol: 4)];
        message[12] = 9;

        Assert.Equal(RouteNews.Routes, RouteEvents.Read(message, ownPort: 1, route => route == ours));
        Assert.Equal(RouteNews.None, RouteEvents.Read(message, ownPort: 1, static _ => false));
    }

    [Fact]
    public void Devices_are_news()
    {
        byte[] message = [.. Written(new RemoveNexthop(1), out _)];
        message[4] = OfLink;

        Assert.Equal(RouteNews.Devices, RouteEvents.Read(message, ownPort: 1, static _ => false));
    }

    private static ReadOnlySpan<byte> Written(RouteChange change, out NetlinkPart message, byte protocol = Protocol)
    {
        byte[] buffer = new byte[RouteMessages.LongestBytes];
        ReadOnlySpan<byte> written = RouteMessages.Write(buffer, change, protocol);
        int at = 0;
        Assert.True(NetlinkText.TryReadMessage(written, ref at, out message));
        return written;
    }

    private static SocketAddress Address(string text) => new IPEndPoint(IPAddress.Parse(text), 0).ToSocketAddress();
}
