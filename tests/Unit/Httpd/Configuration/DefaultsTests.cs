using System;
using System.Linq;

using Sluice.Http.Logging;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

/// <summary>What holds where the file says nothing (H-CONF-26, -27, -32, H-TLS-02, -03, H-PRIVSEP-26).</summary>
public sealed class DefaultsTests
{
    private const string Smallest = "server \"a\" {\n listen on * port 80\n}\n";

    [Fact]
    public void There_are_three_servers_in_var_www()
    {
        HttpdConfiguration? configuration = RoundTrip.Load(Smallest).Configuration;
        Assert.Equal((3, "/var/www", "/var/www/logs"), (configuration?.Prefork, configuration?.Chroot, configuration?.LogDirectory));
    }

    [Fact]
    public void Files_are_below_htdocs_and_logged_in_the_style_common()
    {
        Settings settings = RoundTrip.Server(Smallest).Settings;
        Assert.Equal(("/htdocs", "application/octet-stream", "index.html"), (settings.Root, settings.DefaultType.ToString(), Assert.Single(settings.Index)));
        Assert.Equal(LogSettings.Default, settings.Log);
        Assert.Equal((LogStyle.Common, "access.log", "error.log"), (settings.Log.Style, settings.Log.Access, settings.Log.Error));
    }

    [Fact]
    public void An_application_is_behind_the_socket_of_slowcgi() =>
        Assert.Equal("/run/slowcgi.sock", RoundTrip.Server("server \"a\" {\n listen on * port 80\n fastcgi\n}\n").Settings.FastCgi?.Socket);

    [Fact]
    public void A_certificate_and_its_key_are_those_of_the_system()
    {
        StubHost host = new StubHost().With("/etc/ssl/server.crt", "certificate").With("/etc/ssl/private/server.key", "key");
        ServerTls? tls = RoundTrip.Load(host, "server \"a\" {\n listen on * tls port 443\n}\n").Configuration?.Servers[0].Tls;
        Assert.Equal(("/etc/ssl/server.crt", 1, TimeSpan.Zero), (tls?.Contents?.Certificate, tls?.Contents?.KeyId, tls?.TicketLifetime));
    }

    [Fact]
    public void Types_are_those_that_every_site_has() =>
        Assert.Equal(
            "css=text/css gif=image/gif html=text/html jpeg=image/jpeg jpg=image/jpeg js=application/javascript png=image/png svg=image/svg+xml txt=text/plain",
            Types(Smallest));

    [Fact]
    public void One_type_of_the_file_takes_the_place_of_all() =>
        Assert.Equal("html=text/html", Types("types {\n text/html html\n}\n" + Smallest));

    private static string Types(string text) =>
        string.Join(' ', RoundTrip.Load(text).Configuration!.MediaTypes.Select(line => $"{line.Extension}={line.Type}").Order(StringComparer.Ordinal));
}
