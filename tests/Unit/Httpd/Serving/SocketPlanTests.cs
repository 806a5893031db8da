using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Httpd.Configuration;
using Sluice.Httpd.Serving;

using Xunit;

namespace Sluice.Unit.Httpd.Serving;

public sealed class SocketPlanTests
{
    private static readonly IPEndPoint _everywhere = new(IPAddress.Any, 80);
    private static readonly IPEndPoint _here = new(IPAddress.Parse("203.0.113.1"), 80);

    [Fact]
    public void An_earlier_wildcard_covers_a_later_address() =>
        Assert.Equal([_everywhere], Addresses(Servers.Named("a", _everywhere), Servers.Named("b", _here)));

    [Fact]
    public void An_earlier_address_does_not_cover_a_later_wildcard() =>
        Assert.Equal([_here, _everywhere], Addresses(Servers.Named("a", _here), Servers.Named("b", _everywhere)));

    [Fact]
    public void A_wildcard_covers_its_own_family_only()
    {
        IPEndPoint six = new(IPAddress.IPv6Loopback, 80);
        Assert.Equal([_everywhere, six], Addresses(Servers.Named("a", _everywhere), Servers.Named("b", six)));
    }

    [Fact]
    public void Another_port_is_another_socket()
    {
        IPEndPoint other = new(IPAddress.Any, 81);
        Assert.Equal([_everywhere, other], Addresses(Servers.Named("a", _everywhere, other)));
    }

    [Fact]
    public void Hosts_come_address_by_address_and_the_own_name_first()
    {
        Server server = Servers.Named("own", _here, _everywhere) with { Aliases = [new ServerName("alias")] };
        SocketPlan first = Plan(server)[0];
        Assert.Equal(["own", "alias"], first.Hosts.Select(host => host.Name.Text), System.StringComparer.Ordinal);
    }

    [Fact]
    public void Options_are_those_of_the_first_server_on_the_address()
    {
        Server first = Servers.Named("a", _here) with { Tcp = new() { Backlog = 7 } };
        Server second = Servers.Named("b", _here) with { Tcp = new() { Backlog = 8 } };
        Assert.Equal(7, Assert.Single(Plan(first, second)).Options.Backlog);
    }

    private static IEnumerable<IPEndPoint> Addresses(params Server[] servers) => Plan(servers).Select(plan => plan.EndPoint);

    private static IReadOnlyList<SocketPlan> Plan(params Server[] servers) => SocketPlan.Of(
        new HttpdConfiguration { Chroot = "/var/www", LogDirectory = "/var/www/logs", Servers = [.. servers] });
}
