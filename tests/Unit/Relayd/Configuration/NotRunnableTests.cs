using System;

using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class NotRunnableTests
{
    private const string Tables = "table <t> { ::1 }\nhttp protocol \"http\"\ndns protocol \"dns\"\nprotocol \"tcp\" {\nmatch from ::1 tag A\n}\n";
    private const string Plain = "relay \"plain\" {\nlisten on ::1 port 9\nforward to <t> port 1\n}\n";

    [Theory]
    [InlineData("listen on ::1 port 1\nprotocol \"tcp\"\nforward to <t> port 1 check https \"/\" code 200 mode source-hash")]
    [InlineData("listen on ::1 port 1 proxy-protocol\nforward to ::2 port 1 retry 2 inet6 64:ff9b:: proxy-protocol v2\nsession close on host down\ndisable")]
    [InlineData("listen on ::1 port 1\nprotocol \"http\"\nforward to ::2 port 1")]
    [InlineData("listen on ::1 port 1\nforward with tls to ::2 port 1")]
    [InlineData("listen on ::1 port 1\nforward to destination")]
    [InlineData("listen on ::1 port 1\nprotocol \"dns\"\ntransparent forward to nat lookup inet")]
    [InlineData("listen on ::1 port 1\nprotocol \"dns\"\nforward to <t> port 1 check dns mode source-hash")]
    public void Relays_of_TCP_HTTP_and_the_DNS_run(string lines) => Assert.Null(Reason(lines));

    [Theory]
    [InlineData("protocol \"dns\"\nforward to ::2 port 1 proxy-protocol v2", "hosts of datagrams are sent no PROXY header; leave proxy-protocol out of forward")]
    public void Of_other_relays_the_reason_is_said(string lines, string reason) => Assert.Equal($"relay \"www\": {reason}", Reason("listen on ::1 port 1\n" + lines));

    [Theory]
    [InlineData("0.0.0.0", "destination")]
    [InlineData("::", "nat lookup")]
    public void One_that_listens_everywhere_cannot_tell_whom_clients_meant(string listen, string target) =>
        Assert.Contains("listen on one, to which rules", Reason($"listen on {listen} port 1\nforward to {target}"), StringComparison.Ordinal);

    [Fact]
    public void Relays_with_TLS_towards_clients_run()
        => Assert.Null(NotRunnable.WhyNot(Loaded.Good(Loaded.Text(
                Loaded.Host().With("/etc/ssl/::1.crt", "").With("/etc/ssl/private/::1.key", ""),
                "relay \"www\" {\nlisten on ::1 port 1 tls\nforward to ::2 port 1\n}\n"))));

    [Theory]
    [InlineData("redirect \"d\" {\nlisten on ::1 port 1\nroute to <t> check tcp interface \"l*\"\n}\n", "redirect \"d\": the name of an interface has letters, digits and . - _ : @ alone; rename it with ip link set")]
    [InlineData("redirect \"d\" {\nlisten on ::1 port 1 interface \"e*\"\nforward to <t> check tcp\n}\n", "redirect \"d\": the name of an interface has letters, digits and . - _ : @ alone; rename it with ip link set")]
    [InlineData("router \"w\" {\nroute ::/0\nrtable 255\nforward to <t> check icmp\n}\n", "router \"w\": rtable 255 has the addresses of this machine; give the router another one")]
    [InlineData("router \"w\" {\nroute ::7/64\nforward to <t> check icmp\n}\nrouter \"v\" {\nroute ::9/64\nforward to <t> check icmp\n}\n", "router \"v\": route ::/64 is another router's with the same priority; put the gateways of both into one table")]
    public void And_of_what_is_no_relay(string section, string reason) => Assert.Equal(reason, NotRunnable.WhyNot(Loaded.Good(Tables + section + Plain)));

    [Fact]
    public void Redirections_that_translate_destinations_run() => Assert.Null(NotRunnable.WhyNot(Loaded.Good(Loaded.Redirect(
        "listen on 192.0.2.1 udp port 53:59 interface eth0 pflog\nsticky-address\nsession timeout 9\ndisable\nforward to <hosts> check tcp mode source-hash\nforward to <others> check tcp mode source-hash"))));

    [Fact]
    public void Routers_run() => Assert.Null(NotRunnable.WhyNot(Loaded.Good(Loaded.Router("route 10.1.0.0/16\nroute 10.1.7.0/16\nforward to <hosts> check icmp\nrtable 255000\nrtlabel \"L\""))));

    [Fact]
    public void So_do_those_with_direct_server_return_and_tags() => Assert.Null(NotRunnable.WhyNot(Loaded.Good(Loaded.Redirect("route to <hosts> check tcp interface eth0\nmatch pftag x"))));

    private static string? Reason(string lines) => NotRunnable.WhyNot(Loaded.Good("trusted-proxies ::1\n" + Tables + $"relay \"www\" {{\n{lines}\n}}\n" + Plain));
}
