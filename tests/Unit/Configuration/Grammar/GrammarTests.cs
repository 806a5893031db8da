using System.Net;

using Sluice.Configuration.Grammar;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Configuration.Grammar;

public sealed class GrammarTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("fe80::1%1", "fe80::1%1")]
    [InlineData("192.0.2", null)]
    [InlineData("0x7f.1", null)]
    [InlineData("192.0.02.1", null)]
    [InlineData("[::1]", null)]
    [InlineData("::1/128", null)]
    [InlineData("cafe", null)]
    public void A_literal_is_four_decimal_parts_or_IPv6(string text, string? address) => Assert.Equal(address, Addresses.Literal(text)?.ToString());

    [Fact]
    public void A_star_is_both_wildcards_IPv6_first() => Assert.Equal([IPAddress.IPv6Any, IPAddress.Any], Addresses.Find("*", new StubHost()));

    [Theory]
    [InlineData("10.0.0.0/8", 8)]
    [InlineData("10.0.0.1", 32)]
    [InlineData("fd00::/8", 8)]
    [InlineData("::1", 128)]
    [InlineData("10/8", 8)]
    [InlineData("192.0.2/24", 24)]
    [InlineData("10.0.0", null)]
    [InlineData("10./8", null)]
    [InlineData("/8", null)]
    [InlineData("10.0.0.0.0/8", null)]
    [InlineData("10.0.0.0/33", null)]
    [InlineData("10.0.0.0/", null)]
    [InlineData("10.0.0.0/+8", null)]
    public void A_network_has_a_length_within_its_family(string text, int? length) => Assert.Equal(length, Addresses.Network(text)?.Length);

    [Fact]
    public void Parts_of_a_network_that_are_left_out_are_zero() =>
        Assert.Equal(IPAddress.Parse("192.0.2.0"), Addresses.Network("192.0.2/24")?.Address);

    [Theory]
    [InlineData("http", 80)]
    [InlineData("syslog", 514)]
    [InlineData("8080", 8080)]
    [InlineData("0", 0)]
    [InlineData("65536", null)]
    [InlineData("nonesuch", null)]
    public void A_port_is_a_number_or_a_service_of_either_protocol(string text, int? port) => Assert.Equal(port, Ports.Find(text, new StubHost()));

    [Theory]
    [InlineData("tlsv1.2", TlsProtocols.Tls12)]
    [InlineData("tlsv1.3:tlsv1.2", TlsProtocols.Tls12 | TlsProtocols.Tls13)]
    [InlineData("!tlsv1.2", TlsProtocols.Tls13)]
    [InlineData("all, !tlsv1.3", TlsProtocols.Tls12)]
    [InlineData("SECURE", TlsProtocols.Tls12 | TlsProtocols.Tls13)]
    [InlineData("tlsv1.2,!tlsv1.2", TlsProtocols.None)]
    [InlineData("tlsv1.2,", null)]
    [InlineData("sslv3", null)]
    public void Protocols_are_a_list_with_negations(string list, TlsProtocols? protocols) => Assert.Equal(protocols, TlsOptions.Protocols(list));
}
