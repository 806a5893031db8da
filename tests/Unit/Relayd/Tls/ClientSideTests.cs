using System;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Daemon.Keys;
using Sluice.Engine.Tls;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Tls;
using Sluice.Unit.Fakes;

using Xunit;

using TlsProtocols = Sluice.Engine.Tls.TlsProtocols;

namespace Sluice.Unit.Relayd.Tls;

/// <summary>What the options of a protocol mean for clients of its relays.</summary>
public sealed class ClientSideTests : IDisposable
{
    private static readonly TicketKeys _tickets = new(ClientSide.TicketLifetime);

    private readonly KeyFiles _keys = new(running: null, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void Nothing_written_is_the_strict_default()
    {
        TlsSettings settings = Settings(new RelayTls());

        Assert.Equal(
            (TlsProtocols.Tls12 | TlsProtocols.Tls13, TlsSettings.StrictCiphers, TlsSettings.UsualGroups, CipherOrder.Own, DhParameters.None),
            (settings.Protocols, settings.Ciphers, settings.Groups, settings.CipherOrder, settings.Dhe));
        Assert.Equal((null, null, true), (settings.Tickets, settings.Clients, settings.OcspResponse.IsEmpty));
    }

    [Fact]
    public void What_is_written_is_meant()
    {
        TlsSettings settings = Settings(new RelayTls
        {
            Protocols = Sluice.Configuration.Grammar.TlsProtocols.Tls13,
            Ciphers = "compat",
            Ecdhe = "P-384,X25519",
            Edh = "auto",
            CipherServerPreference = false,
            SessionTickets = true,
        });

        Assert.Equal(
            (TlsProtocols.Tls13, "HIGH:!aNULL", "P-384:X25519", CipherOrder.Client, DhParameters.Automatic),
            (settings.Protocols, settings.Ciphers, settings.Groups, settings.CipherOrder, settings.Dhe));
        Assert.Same(_tickets, settings.Tickets);
    }

    [Theory]
    [InlineData("Tcp", "")]
    [InlineData("Http", "http/1.1")]
    public void Only_HTTP_is_agreed_on(string type, string spoken) =>
        Assert.Equal(spoken, string.Join(' ', Settings(new RelayTls(), Enum.Parse<ProtocolType>(type)).ApplicationProtocols));

    [Fact]
    public void The_authorities_of_clients_are_demanded()
    {
        ClientVerification? clients = ClientSide.Settings(Relay() with { ClientAuthorities = new Authorities("pem", "crl") }, new RelayTls(), new NoSigner(), tickets: null)[0].Clients;

        Assert.Equal(("pem", "crl", CertificateDemand.Required), (Bytes.Text(clients!.Authorities.ToArray()), Bytes.Text(clients.RevocationLists.ToArray()), clients.Demand));
    }

    [Theory]
    [InlineData("", "there is no client authority in it")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a client authority cannot be read")]
    public void A_file_without_an_authority_lets_nobody_in(string content, string fault) =>
        Assert.Contains(fault, new RelayTlsFiles(_keys).FindFault(Relay() with { ClientAuthorities = new Authorities(content, "") }, new RelayTls()), StringComparison.Ordinal);

    [Theory]
    [InlineData("no-such-cipher", "default", "no cipher matches")]
    [InlineData("secure", "P-1", "not all groups are known")]
    public void Options_that_leave_nothing_are_a_fault(string ciphers, string curves, string fault) =>
        Assert.Contains(fault, new RelayTlsFiles(_keys).FindFault(Relay(), new RelayTls { Ciphers = ciphers, Ecdhe = curves }), StringComparison.Ordinal);

    [Fact]
    public void A_listener_that_speaks_otherwise_demands_something_else()
    {
        ClientTls none = new(Context: null, new Handshakes(null!, 1), Within: null!, Authorities: null, Inspection: null);
        ClientTls known = none with { Authorities = new Authorities("pem", "") };

        Assert.Equal(
            [true, true, false, false, false],
            [
                ClientTls.DemandTheSame(one: null, other: null),
                ClientTls.DemandTheSame(known, known with { Context = null }),
                ClientTls.DemandTheSame(none, known),
                ClientTls.DemandTheSame(one: null, none),
                ClientTls.DemandTheSame(known, known with { Authorities = new Authorities("pem", "other") }),
            ]);
    }

    private static TlsSettings Settings(RelayTls options, ProtocolType type = ProtocolType.Tcp) =>
        ClientSide.Settings(Relay(), options, new NoSigner(), _tickets, type).Single();

    private static Relay Relay() => new()
    {
        Id = 1,
        Name = "r",
        Listen = new IPEndPoint(IPAddress.Loopback, 443),
        Forward = new Forwarding(),
        Certificates = [new CertificateFiles("/c", "/k", "") { Chain = Bytes.Text(TestCertificate.Of("P-256", "a").Certificate), KeyId = 1 }],
    };
}
