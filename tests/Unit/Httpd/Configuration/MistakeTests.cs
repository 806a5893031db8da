using System;
using System.Linq;
using System.Text.RegularExpressions;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;
using Sluice.Unit.Tidy;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

/// <summary>The words of the parser, and where each is said (H-CONF-12, -34, -36, -37, H-SRV-08, -13, H-TLS-05).</summary>
public sealed partial class MistakeTests
{
    [Theory]
    [InlineData("alias \"b\"", "alias inside location")]
    [InlineData("errdocs \"/e\"", "errdocs inside location")]
    [InlineData("no errdocs", "errdocs inside location")]
    [InlineData("tcp nodelay", "tcp flags inside location")]
    [InlineData("connection timeout 5", "connection options inside location")]
    [InlineData("tls certificate \"/c\"", "tls configuration inside location")]
    [InlineData("hsts", "hsts inside location")]
    [InlineData("banner", "banner inside location")]
    [InlineData("no banner", "no banner inside location")]
    [InlineData("listen on 192.0.2.1 port 80", "listen 192.0.2.1 inside location")]
    [InlineData("location \"/y\" {\n block\n }", "location /y inside location")]
    public void What_is_a_servers_is_no_locations(string line, string message) =>
        Assert.Matches($"^f:4:[0-9]+: {message}\n", Said($" location \"/x\" {{\n {line}\n }}"));

    [Theory]
    [InlineData(" tcp ip hops 3", "invalid TCP/IP flag: hops")]
    [InlineData(" tcp socket buffer -1", "invalid socket buffer size: -1")]
    [InlineData(" tcp ip minttl -1", "invalid ttl: -1")]
    [InlineData(" request strip -1", "invalid strip number")]
    [InlineData(" fastcgi strip -1", "invalid fastcgi strip number")]
    [InlineData(" fastcgi socket tcp nowhere.example", "getaddrinfo: nowhere.example is not known")]
    [InlineData(" block return 299", "invalid return code: 299")]
    [InlineData(" block return 404 \"/x\"", "invalid return code for location URI")]
    [InlineData(" listen on nowhere.example port 80", "invalid listen ip: nowhere.example")]
    [InlineData(" listen on * port 65536", "invalid port: 65536")]
    [InlineData(" listen on * tls port 443\n tls ticket lifetime 59", "ticket lifetime too small")]
    [InlineData(" listen on * tls port 443\n tls ticket lifetime 86401", "ticket lifetime too large")]
    [InlineData(" listen on * tls port 443\n tls protocols \"sslv3\"", "invalid tls protocols")]
    public void A_value_that_is_none_is_named(string line, string message) =>
        Assert.Contains($": {message}", Said(line), StringComparison.Ordinal);

    [Theory]
    [InlineData("tls port 80", "", "server \"b\": tls and non-tls on same address/port")]
    [InlineData("port 80", " listen on 192.0.2.2 tls port 443\n tls ciphers \"HIGH\"", "server \"b\": tls configuration mismatch on same address/port")]
    [InlineData("port 80", " listen on 192.0.2.2 tls port 443\n tls dhe \"auto\"", "server \"b\": tls configuration mismatch on same address/port")]
    [InlineData("port 80", " listen on 192.0.2.2 tls port 443\n tls ecdhe \"P-256\"", "server \"b\": tls configuration mismatch on same address/port")]
    [InlineData("port 80", " listen on 192.0.2.2 tls port 443\n tls protocols \"tlsv1.3\"", "server \"b\": tls configuration mismatch on same address/port")]
    [InlineData("port 80", " listen on 192.0.2.2 tls port 443\n tls client ca \"/k\" optional", "server \"b\": tls configuration mismatch on same address/port")]
    public void Servers_on_one_socket_speak_alike(string port, string lines, string message)
    {
        string other = $"server \"b\" {{\n listen on 192.0.2.1 {port}\n{lines}\n}}\n";
        Assert.Contains($": {message}", Said(" listen on 192.0.2.2 tls port 443", other), StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_on_one_socket_may_have_pairs_and_staples_of_their_own()
    {
        string other = "server \"b\" {\n listen on 192.0.2.2 tls port 443\n tls { certificate \"/c\", key \"/k\", ocsp \"/o\" }\n}\n";
        Assert.Equal("", Said(" listen on 192.0.2.2 tls port 443", other));
    }

    [Theory]
    [InlineData("sack")]
    [InlineData("no sack")]
    public void What_Linux_has_for_all_sockets_is_warned_of(string option) =>
        Assert.Contains("warning: sack has no effect: Linux has it for the whole system", Said($" tcp {option}"), StringComparison.Ordinal);

    [Fact]
    public void The_reserved_words_are_those_of_the_reference()
    {
        string row = KeywordRow().Match(SourceTree.ReadText("docs/reference/httpd.md")).Groups["words"].Value;
        Assert.Equal(row.Replace("¹", "", StringComparison.Ordinal).Split(' ').Order(StringComparer.Ordinal), HttpdKeywords.All.Words.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [GeneratedRegex(@"H-CONF-12 \| Keywords: (?<words>[^.]*)\.", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex KeywordRow();

    private static string Said(string lines, string others = "")
    {
        StubHost host = new StubHost().With("/c", "x").With("/k", "-----BEGIN CERTIFICATE-----\nx\n").With("/o", "x")
            .With("/etc/ssl/server.crt", "x").With("/etc/ssl/private/server.key", "x")
            .With("f", $"server \"a\" {{\n listen on 192.0.2.1 port 80\n{lines}\n}}\n{others}");
        return RoundTrip.Printed(HttpdConfigurationLoader.Load("f", new Macros(), host, new StubTlsFiles(host), LoadVerbosity.Normal));
    }
}
