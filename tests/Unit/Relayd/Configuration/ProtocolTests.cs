using System;

using Sluice.Configuration;
using Sluice.Configuration.Grammar;
using Sluice.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class ProtocolTests
{
    [Fact]
    public void An_empty_protocol_is_the_built_in_one_but_for_its_name()
        => Assert.Equal(Protocol.Default with { Id = 1, Name = "p" }, Loaded.Good("protocol \"p\" { }\n" + Loaded.Global("")).Protocols[0]);

    [Theory]
    [InlineData("tcp", "Tcp")]
    [InlineData("http", "Http")]
    [InlineData("dns", "Dns")]
    [InlineData("", "Tcp")]
    public void A_protocol_has_a_type(string word, string type)
        => Assert.Equal(type, Loaded.Good($"{word} protocol \"p\"\n{Loaded.Global("")}").Protocols[0].Type.ToString());

    [Fact]
    public void Options_of_tcp_are_for_both_sides()
    {
        Protocol protocol = Loaded.GoodProtocol("tcp { no nodelay, sack socket buffer 4096\n backlog 7, no splice, ip \"ttl\" 5 }\ntcp ip minttl 300");
        Assert.Equal(
            (false, new TcpOptions { NoDelay = Setting.Off, Sack = Setting.On, SocketBuffer = 4096, Backlog = 7, Ttl = 5, MinTtl = 255 }),
            (protocol.Splice, protocol.Tcp));
    }

    [Fact]
    public void An_unknown_option_of_tcp_is_answered_with_those_of_relayd()
        => Assert.Contains("tcp takes: [no] splice, [no] nodelay", Loaded.Said("protocol \"p\" { tcp fast }\n" + Loaded.Global("")), StringComparison.Ordinal);

    [Fact]
    public void Options_of_http_are_taken()
        => Assert.Equal(new HttpOptions(4096, WebSockets: true), Loaded.GoodProtocol("http { headerlen 4096, websockets }").Http);

    [Theory]
    [InlineData("return error", null)]
    [InlineData("return error style \"a {}\"", "a {}")]
    [InlineData("return error { style \"a {}\", style \"b {}\" }", "b {}")]
    public void Errors_have_a_page(string line, string? style) => Assert.Equal(new ErrorPageStyle(style), Loaded.GoodProtocol(line).ErrorPage);

    [Fact]
    public void Options_of_tls_are_taken()
        => Assert.Equal(
            new RelayTls
            {
                Protocols = TlsProtocols.Tls13,
                Ciphers = "HIGH",
                Ecdhe = "P-384,P-256",
                Edh = "auto",
                CipherServerPreference = false,
                SessionTickets = true,
                TicketFile = "/t",
                CaFile = "/f",
                ClientCa = "/c",
                CaCertificate = "/a",
                CaKey = new CaKey("/k", "secret"),
                InspectsInvalid = true,
                Keypairs = [new Keypair("x", Certificate: "/x", Ocsp: "/o"), new Keypair("y")],
            },
            Loaded.GoodProtocol(
                "tls { no tlsv1.2, ciphers \"HIGH\", ecdhe \"P-384,P-256\", edh, no cipher-server-preference, client-renegotiation }\n"
                + "tls { ca file \"/f\", client ca \"/c\", ca cert \"/a\", ca key \"/k\" password \"secret\", inspect-invalid }\n"
                + "tls { session tickets from \"/t\", keypair x cert \"/x\", keypair y, keypair x ocsp \"/o\" }").Tls);

    [Theory]
    [InlineData("tls { edh, no edh }")]
    [InlineData("tls { inspect-invalid, no inspect-invalid }")]
    [InlineData("tls { session tickets, no session tickets }")]
    [InlineData("tls { session tickets from \"/t\", no session tickets }")]
    [InlineData("tls { no tlsv1, tlsv1.3, tlsv1.2 }")]
    [InlineData("tls { tlsv1.0, no tlsv1.0, no client-renegotiation, cipher-server-preference }")]
    public void What_is_taken_back_is_as_before(string line) => Assert.Equal(RelayTls.Default, Loaded.GoodProtocol(line).Tls);

    [Theory]
    [InlineData("tls { no tlsv1, tlsv1.0 }", "protocol p speaks no version of TLS that is left")]
    [InlineData("tls edh params legacy", "edh params legacy means edh params auto")]
    [InlineData("tls ciphers \"compat\"", "ciphers compat is OpenSSL's nearest to that name")]
    public void What_is_accepted_but_not_so_done_is_a_warning(string line, string message)
        => Assert.Contains(message, Loaded.Said(Loaded.Text(Loaded.Protocol(line))), StringComparison.Ordinal);

    [Theory]
    [InlineData("http", "tls no tlsv1", "invalid TLS protocol")]
    [InlineData("http", "tls tlsv9", "invalid TLS flag: tlsv9")]
    [InlineData("http", "tls ecdhe \"P-1\"", "invalid ecdhe curve 'P-1'")]
    [InlineData("http", "tls edh params strong", "invalid dhe param 'strong'")]
    [InlineData("dns", "tls session tickets", "can set tls options only for tcp or http protocols")]
    [InlineData("dns", "tcp nodelay", "can set tcp options only for tcp or http protocols")]
    [InlineData("tcp", "http websockets", "can set http options only for http protocol")]
    [InlineData("http", "tcp {\nnodelay }", "The first option stands on the line of the opening brace")]
    [InlineData("http", "tcp { nodelay\n}", "The closing brace stands on the line of the last option")]
    public void A_mistake_is_named(string type, string lines, string message)
        => Assert.Contains(message, Loaded.Said(Loaded.Protocol(lines, type)), StringComparison.Ordinal);

    [Fact]
    public void The_name_of_the_built_in_one_is_taken()
        => Assert.Contains("protocol default defined twice", Loaded.Said("protocol \"default\"\n"), StringComparison.Ordinal);

    [Fact]
    public void A_protocol_that_no_relay_names_is_a_warning()
        => Assert.Contains("unused protocol: p", Loaded.Said("protocol \"p\"\n" + Loaded.Global("")), StringComparison.Ordinal);

    [Theory]
    [InlineData("tcp", "block from 192.0.2.0/24", "which OpenBSD's relayd ignores in tcp protocols")]
    [InlineData("dns", "block from 192.0.2.0/24", "the rules of protocol p have no effect")]
    public void Rules_outside_of_http_are_a_warning(string type, string line, string message)
    {
        LoadResult<RelaydConfiguration> result = Loaded.Text(Loaded.Protocol(line, type));
        Assert.Equal(0, result.Diagnostics.Errors);
        Assert.Contains(message, Loaded.Said(result), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_inside_makes_no_other_where_the_protocol_is_named()
        => Assert.Single(Loaded.Said(Loaded.Protocol("tcp fast")).Split('\n'));
}
