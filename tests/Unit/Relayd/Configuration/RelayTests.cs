using System;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Relayd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class RelayTests
{
    private const string Inspecting = "table <t> { ::1 }\nhttp protocol \"p\" {\ntls ca file \"/ca\"\ntls client ca \"/people\"\ntls ca cert \"/cert\"\ntls ca key \"/key\" password \"\"\n}\n";

    [Fact]
    public void Each_address_is_a_relay_named_after_the_first()
        => Assert.Equal(
            ["1 www 192.0.2.1:80", "2 www2:81 192.0.2.1:81", "3 www3:81 [2001:db8::1]:81"],
            Loaded.Good(Loaded.Relay("listen on eth0 port 81\nforward to <hosts> port 80")).Relays.Select(relay => $"{relay.Id} {relay.Name} {relay.Listen}"),
            StringComparer.Ordinal);

    [Fact]
    public void A_relay_has_its_options()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Relay("disable\nsession timeout 5\nforward to <hosts> port 80"));
        Relay relay = configuration.Relays[0];
        Assert.Equal((true, TimeSpan.FromSeconds(5), false), (relay.IsDisabled, relay.SessionTimeout, relay.Tls));
        Assert.Equal(Protocol.Default, configuration.ProtocolOf(relay));
    }

    [Theory]
    [InlineData("", "", 600)]
    [InlineData("dns ", "", 10)]
    [InlineData("dns ", "session timeout 7\n", 7)]
    public void Sessions_have_their_time_and_queries_less(string type, string line, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        Loaded.Good($"{type}protocol \"p\"\n" + Loaded.Relay($"protocol \"p\"\n{line}forward to <hosts> port 53")).Relays[0].SessionTimeout);

    [Fact]
    public void Some_options_are_those_of_the_last_line_and_some_of_any()
        => Assert.Equal(
            new Forwarding
            {
                Lookup = Lookup.Destination,
                Tables = [new TableUse(1, ScheduleMode.RoundRobin, [])],
                Address = IPEndPoint.Parse("192.0.2.99:8080"),
                Retry = 3,
                Tls = true,
                ProxyProtocol = 1,
                Translation = new Translation(TargetFamily.Inet6, IPAddress.Parse("64:ff9b::")),
            },
            Forward("transparent forward to destination retry 1\nforward with tls to 192.0.2.99 port 8080 retry 3 proxy-protocol v1\nforward to <hosts> port 80 inet6 64:ff9b::"));

    [Theory]
    [InlineData("transparent forward to <hosts> port 80 inet", true, "Inet")]
    [InlineData("transparent forward to <hosts> port 80 inet\nforward to <others> port 80", false, "Same")]
    public void A_line_without_an_option_takes_it_back(string lines, bool isTransparent, string family)
        => Assert.Equal((isTransparent, family), (Forward(lines).IsTransparent, Forward(lines).Translation.Family.ToString()));

    [Theory]
    [InlineData("forward to destination\nforward to nat lookup", "conflicting nat lookup and peer options")]
    [InlineData("forward to ::1 port 1\nforward to ::2 port 1", "target or redirection already specified")]
    [InlineData("disable", "relay www has no target, rdr, or table")]
    [InlineData("forward to destination inet6 192.0.2.1", "invalid inet6 prefix: 192.0.2.1")]
    [InlineData("listen on 192.0.2.1 port 80\nforward to nat lookup", "or listener defined twice")]
    [InlineData("listen on nowhere port 80\nforward to nat lookup", "invalid listen ip: nowhere")]
    [InlineData("listen on \"*\" port 80\nforward to nat lookup", "invalid listen ip: *")]
    [InlineData("forward to <hosts> port 80 mode least-states", "mode not supported for relays")]
    [InlineData("protocol \"x\"", "no such protocol: x")]
    public void A_mistake_is_named(string lines, string message) => Assert.Contains(message, Loaded.Said(Loaded.Relay(lines)), StringComparison.Ordinal);

    [Theory]
    [InlineData("/none", "/none cannot be read.")]
    [InlineData("/open", "/open is open to all.")]
    public void A_secret_of_tickets_that_is_none_is_a_mistake(string file, string reason)
    {
        StubHost host = With(Loaded.Host(), "::1").With("/open", "s");
        string text = $"protocol \"p\" {{\ntls session tickets from \"{file}\"\n}}\nrelay \"r\" {{\nlisten on ::1 port 1 tls\nprotocol \"p\"\nforward to ::2 port 3\n}}\n";

        Assert.Contains(
            $"cannot load the secret of session tickets for relay r: {reason}",
            Loaded.Said(Loaded.Text(host, text, new StubTlsFiles(host) { TicketFault = "/open is open to all." })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_listener_is_needed()
        => Assert.Contains("relay r has no listener", Loaded.Said("relay \"r\" {\nforward to nat lookup\n}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("listen on ::1 port 1", false, false)]
    [InlineData("listen on ::1 port 1 proxy-protocol", false, true)]
    [InlineData("listen on ::1 port 1 tls proxy-protocol", true, true)]
    public void A_listener_may_have_a_PROXY_header(string listen, bool tls, bool proxied)
    {
        string text = $"trusted-proxies ::1\nrelay \"r\" {{\n{listen}\nlisten on ::1 port 2\nforward to ::2 port 3 proxy-protocol v2\n}}\n";
        LoadResult<RelaydConfiguration> result = Loaded.Text(With(Loaded.Host(), "::1"), text);
        Assert.Equal([(tls, proxied), (false, false)], Loaded.Good(result).Relays.Select(relay => (relay.Tls, relay.ProxyProtocol)));
        Assert.Equal("", Loaded.Said(result));
    }

    [Fact]
    public void Without_trusted_proxies_a_PROXY_header_is_a_warning()
        => Assert.Contains("2: proxy-protocol without trusted-proxies", Loaded.Said("relay \"r\" {\nlisten on ::1 port 1 proxy-protocol\nforward to ::2 port 3\n}\n"), StringComparison.Ordinal);

    [Fact]
    public void Udp_has_no_PROXY_header()
        => Assert.Contains("proxy-protocol over udp is not supported", Loaded.Said("trusted-proxies ::1\ndns protocol \"d\"\nrelay \"r\" {\nlisten on ::1 port 53 proxy-protocol\nprotocol \"d\"\nforward to ::2 port 53\n}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("session close on host down", true, 600)]
    [InlineData("session close on host down\nsession timeout 7", true, 7)]
    [InlineData("session timeout 7", false, 7)]
    public void Sessions_of_a_host_that_goes_down_may_be_closed(string lines, bool closes, int seconds)
    {
        Relay relay = Loaded.Good(Loaded.Relay($"forward to <hosts> port 80\n{lines}")).Relays[0];
        Assert.Equal((closes, seconds), (relay.ClosesOnHostDown, (int)relay.SessionTimeout.TotalSeconds));
    }

    [Theory]
    [InlineData("session close", "Here belongs: on")]
    [InlineData("session close on host up", "Here belongs: down")]
    [InlineData("session", "Here belongs: timeout")]
    public void Whatever_else_is_said_of_sessions_is_a_mistake(string line, string remedy)
        => Assert.Contains(remedy, Loaded.Said(Loaded.Relay($"forward to <hosts> port 80\n{line}")), StringComparison.Ordinal);

    // A client whose answer was cut asks again over TCP.
    [Theory]
    [InlineData("protocol \"d\"", "", 2)]
    [InlineData("", "protocol \"d\"", 2)]
    [InlineData("protocol \"d\"", "protocol \"d\"", 0)]
    [InlineData("", "", 0)]
    public void One_of_datagrams_and_one_of_connections_share_an_address(string one, string other, int relays)
    {
        LoadResult<RelaydConfiguration> result = Loaded.Text(Loaded.Host(), "dns protocol \"d\"\n"
            + $"relay \"one\" {{\nlisten on ::1 port 53\n{one}\nforward to ::2 port 53\n}}\nrelay \"other\" {{\nlisten on ::1 port 53\n{other}\nforward to ::2 port 53\n}}\n");
        Assert.Equal(relays, result.Configuration?.Relays.Count ?? 0);
        Assert.Equal(relays == 0, Loaded.Said(result).Contains("or listener defined twice", StringComparison.Ordinal));
    }

    [Fact]
    public void Udp_has_no_tls()
        => Assert.Contains("tls over udp is not supported", Loaded.Said("dns protocol \"d\"\nrelay \"r\" {\nlisten on ::1 port 53 tls\nprotocol \"d\"\nforward to ::2 port 53\n}\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("192.0.2.1:443", "192.0.2.1:443")]
    public void A_certificate_is_found_by_the_address_with_or_without_its_port(string present, string name)
    {
        StubHost host = With(Loaded.Host(), present);
        Assert.Equal(
            new CertificateFiles($"/etc/ssl/{name}.crt", $"/etc/ssl/private/{name}.key", $"/etc/ssl/{name}.ocsp")
            {
                Chain = "chain",
                KeyId = 1,
                End = DateTimeOffset.UnixEpoch,
                Staple = "staple",
            },
            Loaded.Good(Loaded.Text(host, "relay \"r\" {\nlisten on 192.0.2.1 port 443 tls\nforward to nat lookup\n}\n")).Relays[0].Certificates[0]);
    }

    [Theory]
    [InlineData("cert", "certificate")]
    [InlineData("key", "key")]
    [InlineData("ocsp", "response")]
    public void A_path_of_a_keypair_begins_at_the_root(string word, string what) => Assert.Contains(
        $"2: the path of a {what} must be absolute: b.pem", Loaded.Said($"protocol \"p\" {{\ntls keypair b {word} \"b.pem\"\n}}\n"), StringComparison.Ordinal);

    [Fact]
    public void Each_keypair_has_its_files_by_name_or_by_path()
    {
        StubHost host = With(Loaded.Host(), "a").With("/b.pem", "").With("/b.key", "");
        RelaydConfiguration configuration = Loaded.Good(Loaded.Text(
            host,
            "protocol \"p\" {\ntls keypair a\ntls { keypair b cert \"/b.pem\", keypair b key \"/b.key\" }\n}\n"
            + "relay \"r\" {\nlisten on ::1 port 443 tls\nprotocol \"p\"\nforward to nat lookup\n}\n"));
        Assert.Equal(
            ["/etc/ssl/a.crt /etc/ssl/private/a.key /etc/ssl/a.ocsp", "/b.pem /b.key /etc/ssl/b.ocsp"],
            configuration.Relays[0].Certificates.Select(static files => $"{files.Certificate} {files.Key} {files.Ocsp}"),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("", "cannot load certificates for relay r")]
    [InlineData("tls keypair k", "cannot load keypair k for relay r")]
    public void A_certificate_that_is_not_there_is_a_mistake(string line, string message)
        => Assert.Contains(message, Loaded.Said($"protocol \"p\" {{\ntcp nodelay\n{line}\n}}\nrelay \"r\" {{\nlisten on ::1 port 443 tls\nprotocol \"p\"\nforward to nat lookup\n}}\n"), StringComparison.Ordinal);

    [Fact]
    public void One_that_is_of_no_use_is_a_mistake_and_says_why()
        => Assert.Equal(
            "4: cannot load certificates for relay r: /k is not the key of /c.",
            Loaded.Said(Secure(static host => new StubTlsFiles(host) { PairFault = "/k is not the key of /c" })));

    [Fact]
    public void Options_with_which_no_client_could_speak_are_a_mistake()
        => Assert.Equal(
            "4: tls cannot be used by relay r: no cipher matches: All its handshakes would fail.",
            Loaded.Said(Secure(static host => new StubTlsFiles(host) { Fault = "no cipher matches" })));

    [Fact]
    public void One_that_ends_soon_is_a_warning()
    {
        LoadResult<RelaydConfiguration> result = Secure(static host => new StubTlsFiles(host) { Warning = "expires in 7 days" });
        Assert.Equal("4: expires in 7 days: ", Loaded.Said(result));
        Assert.True(Loaded.Good(result).Relays[0].Tls);
    }

    [Fact]
    public void Authorities_of_clients_are_those_of_listeners_with_tls()
    {
        StubHost host = With(Loaded.Host(), "::1").With("/people", "-----BEGIN PRIVATE KEY-----\na key\n-----BEGIN CERTIFICATE-----\n");
        RelaydConfiguration configuration = Loaded.Good(Loaded.Text(
            host, "protocol \"p\" {\ntls client ca \"/people\"\n}\nrelay \"r\" {\nlisten on ::1 port 443 tls\nlisten on ::1 port 80\nprotocol \"p\"\nforward to nat lookup\n}\n"));
        Assert.Equal([new Authorities("-----BEGIN CERTIFICATE-----\n", ""), null], configuration.Relays.Select(static relay => relay.ClientAuthorities));
    }

    [Theory]
    [InlineData("forward with tls to <t> port 1", "/cert", "/key", "/ca", "relay r does not verify the name of ::1")]
    [InlineData("forward to <t> port 1", "", "", "", "")]
    public void Authorities_are_read_by_those_who_need_them(string forward, string first, string second, string third, string warning)
    {
        string text = Inspecting + "relay \"r\" {\nlisten on ::1 port 443\nprotocol \"p\"\n" + forward + "\n}\n";
        StubHost host = Loaded.Host().With(first, "").With(second, "").With(third, "");
        string said = Loaded.Said(Loaded.Text(host, text));
        Assert.Contains(warning, said, StringComparison.Ordinal);
        Assert.Equal(warning.Length == 0 ? 0 : 1, said.Count(static c => c == '\n') + (said.Length > 0 && !said.EndsWith('\n') ? 1 : 0));
    }

    [Theory]
    [InlineData("/ca")]
    [InlineData("/cert")]
    [InlineData("/key")]
    public void An_authority_that_is_not_there_is_named(string missing)
    {
        StubHost host = Loaded.Host().With("/ca", "").With("/cert", "").With("/key", "");
        _ = host.Files.Remove(missing);
        Assert.Contains($"{missing} cannot be read", Loaded.Said(Loaded.Text(host, Inspecting + "relay \"r\" {\nlisten on ::1 port 443\nprotocol \"p\"\nforward with tls to <t> port 1\n}\n")), StringComparison.Ordinal);
    }

    private static LoadResult<RelaydConfiguration> Secure(Func<StubHost, IRelayTlsFiles> files)
    {
        StubHost host = With(Loaded.Host(), "::1").With("f", "relay \"r\" {\nlisten on ::1 port 443 tls\nforward to nat lookup\n}\n");
        return RelaydConfigurationLoader.Load("f", new Macros(), host, files(host), LoadVerbosity.Normal);
    }

    private static StubHost With(StubHost host, string name) =>
        host.With($"/etc/ssl/{name}.crt", "").With($"/etc/ssl/private/{name}.key", "").With($"/etc/ssl/{name}.ocsp", "staple");

    private static Forwarding Forward(string lines) => Loaded.Good(Loaded.Relay(lines)).Relays[0].Forward;
}
