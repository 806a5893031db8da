using System.Linq;

using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;
using Sluice.Unit.Tidy;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

/// <summary>The example of a site with TLS does what OpenBSD's does (H-PRIVSEP-28).</summary>
public sealed class ExampleTests
{
    [Fact]
    public void The_plain_port_sends_everyone_to_TLS_but_who_checks_for_the_issuer()
    {
        Server plain = Example().Servers[0];

        Assert.Equal(
            [("/.well-known/acme-challenge/*", null), ("*", new Block(BlockAction.Return, 302, "https://$HTTP_HOST$REQUEST_URI"))],
            plain.Locations.Select(static location => (location.Path, location.Settings.Block)));
    }

    [Fact]
    public void The_port_with_TLS_has_a_folder_that_is_listed()
    {
        Server encrypted = Example().Servers[1];

        Assert.Equal(("/pub/*", true), (Assert.Single(encrypted.Locations).Path, encrypted.Locations[0].Settings.AutoIndex));
    }

    private static HttpdConfiguration Example()
    {
        StubHost host = new StubHost()
            .With("/etc/ssl/www.example.org.fullchain.pem", "certificate")
            .With("/etc/ssl/private/www.example.org.key", "key");
        return RoundTrip.Load(host, SourceTree.ReadText("etc/examples/conf/tls.conf")).Configuration!;
    }
}
