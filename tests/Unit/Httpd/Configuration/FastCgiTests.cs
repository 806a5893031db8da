using System.Linq;
using System.Net;

using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

/// <summary><c>fastcgi</c> of httpd.conf(5).</summary>
public sealed class FastCgiTests
{
    [Theory]
    [InlineData("fastcgi", "/run/slowcgi.sock ")]
    [InlineData("fastcgi socket \"/run/other.sock\"", "/run/other.sock ")]
    [InlineData("fastcgi socket tcp \"192.0.2.1\"", "192.0.2.1:9000 ")]
    [InlineData("fastcgi socket tcp \"192.0.2.1\" 9001", "192.0.2.1:9001 ")]
    [InlineData("fastcgi socket tcp \"192.0.2.1\" domain", "192.0.2.1:53 ")]
    [InlineData("fastcgi socket tcp \"::1\"", "[::1]:9000 ")]
    [InlineData("fastcgi socket tcp \"apps\"", "192.0.2.7:9000 ")]
    [InlineData("fastcgi { param B \"1\", param A \"2\", param B \"3\" }", "/run/slowcgi.sock B=1,A=2,B=3")]
    [InlineData("fastcgi param B \"1\"\n fastcgi param A \"$2\"", "/run/slowcgi.sock B=1,A=$2")]
    public void Says_where_the_application_is_and_what_it_is_told(string line, string expected) => Assert.Equal(expected, Told(line, "block"));

    // H-FCGI-08, D-39.
    [Theory]
    [InlineData("fastcgi socket \"/s\"\n fastcgi param A \"1\"", "block", "/s A=1")]
    [InlineData("fastcgi socket \"/s\"\n fastcgi param A \"1\"", "fastcgi socket \"/l\"", "/l ")]
    [InlineData("fastcgi socket \"/s\"\n fastcgi param A \"1\"", "fastcgi param B \"2\"", "/run/slowcgi.sock B=2")]
    [InlineData("fastcgi socket \"/s\"", "no fastcgi", "none")]
    [InlineData("block", "fastcgi", "/run/slowcgi.sock ")]
    public void A_location_has_its_servers_or_its_own_and_no_mixture(string server, string location, string expected) => Assert.Equal(expected, Told(server, location));

    // H-LOC-15, D-39.
    [Fact]
    public void A_location_strips_and_starts_what_its_server_does()
    {
        Settings settings = RoundTrip.Server(
            "server \"a\" {\n listen on * port 80\n fastcgi { strip 2, script \"/i.php\" }\n location \"/x\" {\n  no log\n }\n}\n").Locations[0].Settings;
        Assert.Equal((2, "/i.php"), (settings.FastCgi?.Strip, settings.FastCgi?.Script));
    }

    private static string Told(string server, string location)
    {
        StubHost host = new();
        host.Names["apps"] = [IPAddress.Parse("192.0.2.7"), IPAddress.Parse("192.0.2.8")];
        HttpdConfiguration? loaded =
            RoundTrip.Load(host, $"server \"a\" {{\n listen on * port 80\n {server}\n location \"/x\" {{\n  {location}\n }}\n}}\n").Configuration;
        return loaded?.Servers[0].Locations[0].Settings.FastCgi is { } application
            ? $"{application.Host?.ToString() ?? application.Socket} {string.Join(',', application.Parameters.Select(each => $"{each.Name}={each.Value}"))}"
            : loaded is null ? "refused" : "none";
    }
}
