using System;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

/// <summary>What relays inspect with (R-TLS-30, R-TLS-31).</summary>
public sealed class InspectionChecksTests
{
    private const string Known = "-----BEGIN CERTIFICATE-----\nknown\n";
    private const string System = "-----BEGIN CERTIFICATE-----\nsystem\n";
    private const string Authority = "tls ca cert \"/cert\"\ntls ca key \"/key\" password \"secret\"\n";
    private const string Forward = "forward with tls to <t> port 1 check tls";

    [Fact]
    public void A_relay_with_tls_on_both_sides_and_an_authority_inspects()
    {
        RelaydConfiguration configuration = Loaded.Good(Load(Authority + "tls ca file \"/ca\"\n"));

        Protocol protocol = configuration.ProtocolOf(configuration.Relays[0]);
        Assert.Equal(new Inspecting("chain", 2, new Authorities(Known, "")) { End = DateTimeOffset.UnixEpoch }, protocol.Tls.Inspecting);
        Assert.True(protocol.Inspects(configuration.Relays[0]));
    }

    [Theory]
    [InlineData("listen on ::1 port 443", Forward)]
    [InlineData("listen on ::1 port 443 tls", "forward to <t> port 1")]
    public void One_with_tls_on_one_side_does_not(string listen, string forward)
    {
        RelaydConfiguration configuration = Loaded.Good(Load(Authority, listen, forward));

        Assert.False(configuration.ProtocolOf(configuration.Relays[0]).Inspects(configuration.Relays[0]));
        Assert.Null(configuration.Tables[0].Authorities);
    }

    [Theory]
    [InlineData("tls ca cert \"/cert\"\n", "has tls ca cert and no tls ca key: Its relays inspect nothing")]
    [InlineData("tls ca key \"/key\" password \"\"\n", "has tls ca key and no tls ca cert: Its relays inspect nothing")]
    [InlineData("tls inspect-invalid\n", "has tls inspect-invalid and no authority: Its relays inspect nothing")]
    public void Neither_does_one_with_half_an_authority_which_is_a_warning(string half, string said)
    {
        LoadResult<RelaydConfiguration> result = Load(half);

        Assert.Null(Loaded.Good(result).Protocols[0].Tls.Inspecting);
        Assert.Contains($"protocol p {said}", Loaded.Said(result), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_file_the_systems_authorities_are_those_of_hosts()
    {
        RelaydConfiguration configuration = Loaded.Good(Load(Authority));

        Assert.Equal(new Authorities(System, ""), configuration.Protocols[0].Tls.Inspecting!.Hosts);
        Assert.Null(configuration.Protocols[0].Tls.HostAuthorities);
        Assert.Equal(new Authorities(System, ""), configuration.Tables[0].Authorities);
    }

    [Fact]
    public void Where_what_is_invalid_is_shown_it_is_up() => Assert.Null(Loaded.Good(Load(Authority + "tls { ca file \"/ca\", inspect-invalid }\n")).Tables[0].Authorities);

    [Fact]
    public void Where_the_system_has_none_that_is_said()
    {
        StubHost host = Host();
        _ = host.Files.Remove("/etc/ssl/certs/ca-certificates.crt");

        Assert.Contains(
            "cannot load certificates for relay r: There is no /etc/ssl/certs/ca-certificates.crt to verify hosts with: name a file with tls ca file.",
            Loaded.Said(Load(Authority, host: host)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_that_cannot_be_used_is_a_mistake() => Assert.Contains(
        "cannot load certificates for relay r: /key is not the key of /cert.",
        Loaded.Said(Load(Authority, files: static host => new StubTlsFiles(host) { PairFault = "/key is not the key of /cert" })),
        StringComparison.Ordinal);

    [Fact]
    public void A_certificate_that_is_no_authoritys_is_a_warning() => Assert.Contains(
        "/cert is not the certificate of an authority: No client accepts what it has issued",
        Loaded.Said(Load(Authority, files: static host => new StubTlsFiles(host) { IsAuthority = false })),
        StringComparison.Ordinal);

    [Fact]
    public void A_rule_that_chooses_a_host_by_the_request_is_a_warning() => Assert.Contains(
        "relay r does not forward to <t>, as a rule of its protocol wants: A relay that inspects chooses its host before the request is there.",
        Loaded.Said(Load(Authority + "pass request path \"/x\" forward to <t>\n")),
        StringComparison.Ordinal);

    [Fact]
    public void Relays_know_the_certificate_and_no_path_and_no_password()
    {
        RelayTls tls = ConfigurationWire.Read(ConfigurationWire.Write(ConfigurationWire.ForRelays(Loaded.Good(Load(Authority)))))!.Protocols[0].Tls;

        Assert.Equal((new CaKey("", ""), "", "chain"), (tls.CaKey, tls.CaCertificate, tls.Inspecting!.Chain));
    }

    [Fact]
    public void Such_relays_run() => Assert.Null(NotRunnable.WhyNot(Loaded.Good(Load(Authority))));

    private static StubHost Host() => Loaded.Host()
        .With("/ca", Known).With("/cert", "").With("/key", "").With("/etc/ssl/certs/ca-certificates.crt", System)
        .With("/etc/ssl/::1.crt", "").With("/etc/ssl/private/::1.key", "");

    private static LoadResult<RelaydConfiguration> Load(
        string protocol, string listen = "listen on ::1 port 443 tls", string forward = Forward, StubHost? host = null, Func<StubHost, IRelayTlsFiles>? files = null)
    {
        host = (host ?? Host()).With("f", $"table <t> {{ ::2 }}\nhttp protocol \"p\" {{\ntcp nodelay\n{protocol}}}\nrelay \"r\" {{\n{listen}\nprotocol \"p\"\n{forward}\n}}\n");
        return RelaydConfigurationLoader.Load("f", new Macros(), host, files?.Invoke(host) ?? new StubTlsFiles(host), LoadVerbosity.Normal);
    }
}
