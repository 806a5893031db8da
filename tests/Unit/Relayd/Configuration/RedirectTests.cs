using System;
using System.Linq;
using System.Net;

using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class RedirectTests
{
    [Fact]
    public void A_redirection_has_its_options()
    {
        Redirect redirect = Loaded.Good(Loaded.Redirect(
            "listen on 192.0.2.2 udp port 5000:5100 interface eth0 pflog\nmatch pftag GREEN\nsticky-address\ndisable\nsession timeout 5\n"
            + "forward to <hosts> check tcp mode least-states\nforward to <others> check icmp mode least-states")).Redirects[0];
        Assert.Equal(
            new Redirect
            {
                Id = 1,
                Name = "www",
                Listens =
                [
                    new VirtualAddress(IPAddress.Parse("192.0.2.1"), 6, new PortRange(80, 80), Interface: null, IsLogged: false),
                    new VirtualAddress(IPAddress.Parse("192.0.2.2"), 17, new PortRange(5000, 5100), "eth0", IsLogged: true),
                ],
                Table = new TableUse(1, ScheduleMode.LeastStates, []),
                Backup = new TableUse(2, ScheduleMode.LeastStates, []),
                IsSticky = true,
                IsDisabled = true,
                PacketTag = "GREEN",
                Mark = new PacketMark(0x0100_0000, 0xff00_0000),
                AsksOthers = true,
                SessionTimeout = TimeSpan.FromSeconds(5),
            },
            redirect);
    }

    [Fact]
    public void Direct_server_return_has_an_interface()
        => Assert.Equal("eth1", Loaded.Good(Loaded.Redirect("route to <hosts> check tcp interface eth1")).Redirects[0].RouteInterface);

    [Fact]
    public void An_interface_stands_for_all_of_its_addresses()
        => Assert.Equal(["192.0.2.1", "192.0.2.1", "2001:db8::1"], Loaded.Good(Loaded.Redirect("listen on eth0 port 81\nforward to <hosts> check tcp")).Redirects[0].Listens.Select(listen => listen.Address.ToString()), StringComparer.Ordinal);

    [Fact]
    public void A_tag_without_a_mark_has_the_next_number_and_always_the_same()
    {
        string[] tags = ["pftag a", "pftag b", "pftag c mark 256 mask 0xff00", "match pftag a", "pftag c"];
        string text = Loaded.Redirect("forward to <hosts> check tcp") + string.Concat(tags.Select(static (tag, index) => $"redirect \"r{index}\" {{\nlisten on 192.0.2.2 port {index + 1}\nforward to <hosts> check tcp\n{tag}\n}}\n"));

        Assert.Equal(
            [null, PacketMark.Numbered(1), PacketMark.Numbered(2), new PacketMark(0x100, 0xff00), PacketMark.Numbered(1), new PacketMark(0x100, 0xff00)],
            Loaded.Good(text).Redirects.Select(static redirect => redirect.Mark));
    }

    [Fact]
    public void There_are_255_numbers() => Assert.Contains("more than 255 tags without a mark", Loaded.Said(Loaded.Redirect(
        string.Concat(Enumerable.Range(0, 256).Select(static number => $"pftag t{number}\n")) + "forward to <hosts> check tcp")), StringComparison.Ordinal);

    [Theory]
    [InlineData("forward to <hosts> port 80", "table hosts:80 has no check")]
    [InlineData("route to <hosts> check tcp", "missing interface to route to")]
    [InlineData("forward to <hosts> check tcp interface eth0", "superfluous interface")]
    [InlineData("forward to <hosts> check tcp mode loadbalance", "mode not supported for redirections")]
    [InlineData("forward to <hosts> check tcp\nforward to <others> port 81 check tcp", "uses two different ports")]
    [InlineData("disable", "redirection www has no table")]
    [InlineData("route to <hosts> check tcp interface eth0\nhairpin { \"10.0.0.0/8\" }", "superfluous hairpin")]
    [InlineData("pftag a mark 0x100", "Behind a mark belongs its mask")]
    [InlineData("pftag a mark 0 mask 0xff", "invalid mark")]
    [InlineData("pftag a mark 0x100 mask 255", "invalid mark")]
    [InlineData("pftag a mark 0x1 mask 0x1ffffffff", "invalid number: 0x1ffffffff")]
    [InlineData("pftag a mark 4294967296 mask 1", "invalid number: 4294967296")]
    [InlineData("pftag a mark x mask 1", "invalid number: x")]
    [InlineData("pftag a\npftag a mark 1 mask 1", "pftag a has another mark above")]
    [InlineData("listen on 192.0.2.2 icmp port 1\nforward to <hosts> check tcp", "Here belongs: port")]
    [InlineData("listen on 192.0.2.2 ospf port 1\nforward to <hosts> check tcp", "invalid protocol: ospf")]
    [InlineData("listen on nowhere port 1\nforward to <hosts> check tcp", "invalid virtual ip: nowhere")]
    public void A_mistake_is_named(string lines, string message) => Assert.Contains(message, Loaded.Said(Loaded.Redirect(lines)), StringComparison.Ordinal);

    [Fact]
    public void An_address_is_needed()
        => Assert.Contains("redirection r has no virtual ip", Loaded.Said("table <t> { ::1 }\nredirect \"r\" {\nforward to <t> port 1 check tcp\n}\n"), StringComparison.Ordinal);
}
