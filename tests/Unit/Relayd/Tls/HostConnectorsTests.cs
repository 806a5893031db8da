using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Tls;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Tls;

/// <summary>What is used on of TLS towards hosts when another configuration comes.</summary>
public sealed class HostConnectorsTests
{
    private static readonly Relay _relay = new() { Id = 1, Name = "r", Listen = new(0, 0), Forward = new Forwarding { Tls = true } };

    [Fact]
    public void What_treats_hosts_alike_is_the_same_in_the_next_configuration()
    {
        HostConnectors before = new(former: null);
        TlsConnector one = before.Of(Verifying(1, "a"), _relay);
        HostConnectors after = new(before);

        Assert.Same(one, after.Of(Verifying(2, "a"), _relay));
        Assert.Same(one, after.Of(Verifying(3, "a"), _relay));
    }

    [Fact]
    public void Other_authorities_or_none_are_another()
    {
        HostConnectors before = new(former: null);
        TlsConnector one = before.Of(Verifying(1, "a"), _relay);
        HostConnectors after = new(before);

        Assert.NotSame(one, after.Of(Verifying(1, "b"), _relay));
        Assert.NotSame(one, after.Of(new Protocol { Id = 2, Name = "p" }, _relay));
    }

    [Fact]
    public void Of_a_configuration_that_is_complete_the_one_before_is_let_go()
    {
        HostConnectors before = new(former: null);
        TlsConnector one = before.Of(Verifying(1, "a"), _relay);
        HostConnectors after = new(before);
        after.Complete();

        Assert.NotSame(one, after.Of(Verifying(1, "a"), _relay));
    }

    private static Protocol Verifying(int id, string authority) =>
        new() { Id = id, Name = "p", Tls = RelayTls.Default with { HostAuthorities = Authorities.In(TestCertificate.Of("P-256", authority).Certificate, revocationLists: null) } };
}
