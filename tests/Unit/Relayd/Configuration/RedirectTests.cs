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
                OnlyMarks = true,
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

    [Theory]
    [InlineData("forward to <hosts> port 80", "table hosts:80 has no check")]
    [InlineData("route to <hosts> check tcp", "missing interface to route to")]
    [InlineData("forward to <hosts> check tcp interface eth0", "superfluous interface")]
    [InlineData("forward to <hosts> check tcp mode loadbalance", "mode not supported for redirections")]
    [InlineData("forward to <hosts> check tcp\nforward to <others> port 81 check tcp", "uses two different ports")]
    [InlineData("disable", "redirection www has no table")]
    [InlineData("listen on 192.0.2.2 icmp port 1\nforward to <hosts> check tcp", "Here belongs: port")]
    [InlineData("listen on 192.0.2.2 ospf port 1\nforward to <hosts> check tcp", "invalid protocol: ospf")]
    [InlineData("listen on nowhere port 1\nforward to <hosts> check tcp", "invalid virtual ip: nowhere")]
    public void A_mistake_is_named(string lines, string message) => Assert.Contains(message, Loaded.Said(Loaded.Redirect(lines)), StringComparison.Ordinal);

    [Fact]
    public void An_address_is_needed()
        => Assert.Contains("redirection r has no virtual ip", Loaded.Said("table <t> { ::1 }\nredirect \"r\" {\nforward to <t> port 1 check tcp\n}\n"), StringComparison.Ordinal);
}
