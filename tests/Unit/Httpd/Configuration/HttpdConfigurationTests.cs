using System;
using System.Linq;
using System.Net;
using System.Text;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

public sealed class HttpdConfigurationTests
{
    private const string Everything = """
        prefork 4
        chroot "/srv"
        errdocs "/errors"
        no banner
        default type text/plain
        trusted-proxies { "10.0.0.0/8", "fd00::/8" }
        types {
            image/jpeg { cache "max-age=60" } jpeg jpg
            text/html html
            text/x-seven 7
        }
        server match "^a.b$" {
            listen on 192.0.2.1 tls port https proxy-protocol
            listen on "2001:db8::1" port "0"
            alias { "{www,ftp}.example.org" }
            alias match "x%d"
            banner
            no errdocs
            connection { timeout 5, request timeout 6, max requests -1, max request body 7 }
            tcp { no nodelay, sack, backlog 3, socket buffer 4, ip ttl 300, ip minttl 6 }
            hsts { max-age 9, preload }
            tls { certificate "/c", key "/k", ciphers "HIGH", dhe "auto", ecdhe "X25519", protocols "tlsv1.3" }
            tls client ca "/ca" optional crl "/crl"
            tls ocsp "/ocsp"
            tls ticket lifetime 600
            root "/say \"hi\"\ there"
            directory { index { "a.html", "b.html" }, auto index }
            fastcgi { socket tcp 127.0.0.1 9001, param A "1", param B "2", strip 1, script "/i.php", errdocs }
            log { style combined, syslog, access "a", error "e" }
            authenticate "realm" with "/passwords"
            block return 302 "https://$HTTP_HOST$REQUEST_URI"
            request { rewrite "/r", strip 2 }
            gzip-static
            header set "A" "1" always
            header add "B" "2"
            notify-on-block { socket "/s", message "m", timeout 3 }
            pass chunked
            location not found match "^/x" not from "10.1.0.0/16" "::1" {
                no fastcgi
                no log
                no authenticate
                pass
                request no rewrite
                no gzip-static
                header remove "b"
                no notify-on-block
                directory no index
            }
            location { "/{1..3}", "/y" } {
                log json
                block drop
            }
        }
        """;

    private static StubHost Host() => new StubHost().With("/c", "").With("/k", "").With("/ca", "").With("/crl", "").With("/ocsp", "x");

    private static HttpdConfiguration Whole() => RoundTrip.Load(Host(), Everything).Configuration ?? throw new InvalidOperationException(RoundTrip.Printed(RoundTrip.Load(Host(), Everything)));

    [Fact]
    public void Every_directive_survives_printing() => Assert.Equal(Whole(), RoundTrip.ThroughText(Whole(), Host()));

    [Fact]
    public void Every_directive_survives_the_wire() => Assert.Equal(Whole(), RoundTrip.ThroughBytes(Whole()));

    [Fact]
    public void A_slice_that_ends_early_is_refused()
    {
        byte[] bytes = ConfigurationWire.Write(Whole());
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Null(ConfigurationWire.Read(bytes.AsMemory(0, length))));
    }

    [Fact]
    public void The_servers_are_not_told_where_keys_are()
    {
        string slice = Encoding.Latin1.GetString(ConfigurationWire.Write(ConfigurationWire.ForServers(Whole())));
        Assert.DoesNotContain("/k", slice, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_are_tried_address_by_address_own_name_first()
    {
        Server server = RoundTrip.Server("server \"a\" {\n listen on * port 80\n alias \"b\"\n}\n");
        Assert.Equal(["a [::]:80", "b [::]:80", "a 0.0.0.0:80", "b 0.0.0.0:80"], VirtualHost.Expand(server).Select(host => $"{host.Name.Text} {host.Listen.EndPoint}"), StringComparer.Ordinal);
    }

    [Fact]
    public void A_location_inherits_what_it_does_not_set()
    {
        Server server = RoundTrip.Server("server \"a\" {\n listen on * port 80\n location \"/x\" {\n  block\n }\n root \"/r\"\n request strip 3\n}\n");
        Assert.Equal(("/r", 0), (server.Locations[0].Settings.Root, server.Locations[0].Settings.Strip));
    }

    [Fact]
    public void A_location_may_list_where_its_server_does_not()
    {
        Server server = RoundTrip.Server("server \"a\" {\n listen on * port 80\n directory no index\n location \"/x\" {\n  directory auto index\n }\n}\n");
        Assert.True(server.Locations[0].Settings.AutoIndex);
    }

    // What the server says, what its location says, and what comes of both.
    [Theory]
    [InlineData("log style combined", "log access \"a\"", "log = Combined a error.log True False")]
    [InlineData("log { access \"a\", error \"e\" }", "log style forwarded", "log = Forwarded a e True False")]
    [InlineData("log { error \"e\", syslog }", "log no syslog", "log = Common access.log e True False")]
    [InlineData("log syslog", "block", "log = Common access.log error.log True True")]
    [InlineData("no log", "block", "log = Common access.log error.log False False")]
    [InlineData("no log", "log style combined", "log = Combined access.log error.log True False")]
    [InlineData("no log", "log access \"a\"", "log = Common a error.log False False")]
    [InlineData("directory auto index", "block", "directory = index.html True")]
    [InlineData("directory auto index", "directory no auto index", "directory = index.html False")]
    [InlineData("directory auto index", "directory index \"i\"", "directory = i True")]
    [InlineData("directory auto index", "directory no index", "directory =  False")]
    [InlineData("request rewrite \"/r\"", "block", "request = /r 0")]
    [InlineData("request { rewrite \"/r\", strip 1 }", "request no rewrite", "request =  0")]
    [InlineData("block", "block", "gzip = False")]
    [InlineData("gzip-static", "block", "gzip = True")]
    [InlineData("gzip-static", "no gzip-static", "gzip = False")]
    [InlineData("default type a/b", "block", "type = a/b")]
    [InlineData("block return 301 \"/x\"", "no log", "block = 301 /x")]
    [InlineData("block return 301 \"/x\"", "block", "block = 403 ")]
    [InlineData("block return 301 \"/x\"", "pass", "block =  ")]
    public void Each_setting_is_inherited_apart(string server, string location, string expected)
    {
        Settings settings = RoundTrip.Server($"server \"a\" {{\n listen on * port 80\n {server}\n location \"/x\" {{\n  {location}\n }}\n}}\n").Locations[0].Settings;
        string found = expected.Split(' ')[0] switch
        {
            "log" => $"{settings.Log.Style} {settings.Log.Access} {settings.Log.Error} {settings.Log.IsOn} {settings.Log.Syslog}",
            "directory" => $"{string.Join(',', settings.Index)} {settings.AutoIndex}",
            "request" => $"{settings.Rewrite} {settings.Strip}",
            "gzip" => $"{settings.GzipStatic}",
            "type" => $"{settings.DefaultType}",
            _ => $"{settings.Block?.Code} {settings.Block?.Uri}",
        };
        Assert.Equal(expected, $"{expected.Split(' ')[0]} = {found}");
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("no banner", "", false)]
    [InlineData("no banner", "banner", true)]
    [InlineData("", "no banner", false)]
    public void A_server_may_name_itself_where_others_do_not(string global, string server, bool shows) =>
        Assert.Equal(shows, RoundTrip.Server($"{global}\nserver \"a\" {{\n listen on * port 80\n {server}\n}}\n").Banner);

    [Theory]
    [InlineData("", "", null)]
    [InlineData("errdocs \"/g\"", "", "/g")]
    [InlineData("errdocs \"/g\"", "errdocs \"/s\"", "/s")]
    [InlineData("errdocs \"/g\"", "no errdocs", null)]
    public void Pages_of_errors_are_those_of_the_server_or_of_all(string global, string server, string? directory) =>
        Assert.Equal(directory, RoundTrip.Server($"{global}\nserver \"a\" {{\n listen on * port 80\n {server}\n}}\n").ErrorDocuments);

    /// <summary>H-CONF-18.</summary>
    [Fact]
    public void What_stands_below_a_server_does_not_concern_it_and_is_warned_of()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load(
            new StubHost(), "server \"a\" {\n listen on * port 80\n}\nno banner\nerrdocs \"/g\"\nserver \"b\" {\n listen on * port 81\n}\n");
        Assert.Equal([(true, null), (false, "/g")], result.Configuration!.Servers.Select(server => (server.Banner, server.ErrorDocuments)));
        Assert.Contains("no banner concerns the servers below it", RoundTrip.Printed(result), StringComparison.Ordinal);
    }

    /// <summary>H-CONF-19.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("prefork 2\n")]
    public void Without_a_server_there_is_nothing_to_do(string text)
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load(new StubHost(), text);
        Assert.Null(result.Configuration);
        Assert.Contains("no actions, nothing to do", RoundTrip.Printed(result), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_stands_for_all_its_addresses()
    {
        StubHost host = new();
        host.Names["www.example"] = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")];
        Server? server = RoundTrip.Load(host, "server \"a\" {\n listen on www.example port 80\n}\n").Configuration?.Servers[0];
        Assert.Equal(["192.0.2.1:80", "[2001:db8::1]:80"], server!.Listens.Select(listen => listen.EndPoint.ToString()), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("header set \"a b\" \"v\"", "invalid header name: a b")]
    [InlineData("header remove \"\"", "invalid header name: ")]
    [InlineData("header set \"a\" \"x\u0001\"", "invalid header value")]
    [InlineData("header add \"a\" \"x\ry\"", "invalid header value")]
    [InlineData("header add \"a\" \"x\u007f\"", "invalid header value")]
    public void A_header_rule_cannot_break_a_message(string line, string message) =>
        Assert.Contains(message, RoundTrip.Printed(RoundTrip.Load($"server \"a\" {{\n listen on * port 80\n {line}\n}}\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData(16, "")]
    [InlineData(17, "too many networks")]
    public void A_location_takes_sixteen_networks(int count, string message)
    {
        string networks = string.Join(' ', Enumerable.Range(1, count).Select(number => $"\"10.{number}/16\""));
        string printed = RoundTrip.Printed(RoundTrip.Load($"server \"a\" {{\n listen on * port 80\n location \"/x\" from {networks} {{\n  block\n }}\n}}\n"));
        Assert.Equal(message.Length > 0, printed.Contains("too many networks", StringComparison.Ordinal));
    }

    [Fact]
    public void Header_rules_of_a_location_replace_those_of_the_same_name()
    {
        Server server = RoundTrip.Server("server \"a\" {\n listen on * port 80\n header set \"A\" \"1\"\n header set \"B\" \"2\"\n location \"/x\" {\n  header set \"a\" \"3\"\n }\n}\n");
        Assert.Equal([new HeaderRule(HeaderAction.Set, "a", "3"), new HeaderRule(HeaderAction.Set, "B", "2")], server.Locations[0].Settings.Headers);
    }

    [Theory]
    [InlineData("message \"a\"", "a")]
    [InlineData("message \"a b\" cr lf \"cr\" lf \"lf\"", "a b\r\ncr\nlf")]
    [InlineData("message lf", "\n")]
    [InlineData("message \"x\", message \"a\" \"b\"", "ab")]
    public void A_message_is_made_of_strings_and_ends_of_lines(string option, string message)
    {
        string text = $"server \"a\" {{\n listen on * port 80\n notify-on-block {{ socket \"/s\", {option} }}\n}}\n";
        Assert.Equal(message, RoundTrip.Server(text).Settings.NotifyOnBlock?.Message);
        HttpdConfiguration configuration = RoundTrip.Load(text).Configuration!;
        Assert.Equal(configuration, RoundTrip.ThroughText(configuration, new StubHost()));
    }

    [Fact]
    public void A_location_may_drop_the_message_of_its_server()
    {
        Server server = RoundTrip.Server(
            "server \"a\" {\n listen on * port 80\n notify-on-block { socket \"/s\", message \"m\" }\n location \"/x\" {\n  notify-on-block { message drop }\n }\n}\n");
        Assert.Equal((true, true), (server.Settings.NotifyOnBlock is not null, server.Locations[0].Settings.NotifyOnBlock is null));
    }

    [Fact]
    public void Authentication_of_a_block_is_not_cancelled_in_it()
    {
        Server server = RoundTrip.Server("server \"a\" {\n listen on * port 80\n authenticate with \"/p\"\n no authenticate\n}\n");
        Assert.NotNull(server.Settings.Authentication);
    }

    [Fact]
    public void A_global_behind_a_server_is_taken_with_a_warning()
    {
        LoadResult<HttpdConfiguration> result = RoundTrip.Load("server \"a\" {\n listen on * port 80\n}\nprefork 2\nchroot \"/srv\"\n");
        Assert.Equal((2, "/srv", "/srv/logs", 2), (result.Configuration?.Prefork, result.Configuration?.Chroot, result.Configuration?.LogDirectory, result.Diagnostics.Found.Count));
    }

    [Fact]
    public void A_plain_string_keeps_its_braces()
    {
        Server server = RoundTrip.Server("server \"a\" {\n listen on * port 80\n location \"/{a,b}\" {\n  block\n }\n}\n");
        Assert.Equal("/{a,b}", server.Locations[0].Path);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("{a,b}c", "ac bc")]
    [InlineData("{a,b{1..3}}", "a b1 b2 b3")]
    [InlineData("{3..1}", "3 2 1")]
    [InlineData("{a}", "{a}")]
    [InlineData("\\{a,b\\}", "{a,b}")]
    [InlineData("{a,b", "{a,b")]
    public void Braces_expand_as_in_a_shell(string text, string expanded)
    {
        System.Collections.Generic.List<string> all = [];
        _ = Braces.Expand(text, all);
        Assert.Equal(expanded, string.Join(' ', all));
    }

    [Fact]
    public void Braces_that_expand_to_too_much_are_refused() => Assert.False(Braces.Expand("{0..999}{0..999}{0..999}", []));

    [Fact]
    public void Ten_thousand_servers_of_five_locations_are_loaded()
    {
        string text = string.Concat(Enumerable.Range(0, 10000).Select(OneOfMany));
        Assert.Equal(10000, RoundTrip.Load(text).Configuration?.Servers.Count);
    }

    private static string OneOfMany(int number) => $$"""
        server "host{{number}}.example.org" {
            listen on * port 80
            alias "www.host{{number}}.example.org"
            root "/htdocs/host{{number}}"
            location "/a*" { block return 301 "https://$HTTP_HOST$REQUEST_URI" }
            location "/b*" { directory auto index }
            location "/c*" { request strip 1 }
            location "/d*" { block drop }
            location "/e*" { no log }
        }

        """;
}
