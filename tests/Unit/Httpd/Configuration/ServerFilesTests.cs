using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

public sealed class ServerFilesTests
{
    private const string Both = """
        server "a" {
            listen on 192.0.2.1 port 80
            listen on 192.0.2.1 tls port 443
            tls { certificate "/c", key "/k" }
        }
        """;

    private const string Authorities = "-----BEGIN CERTIFICATE-----\nauthorities\n";
    private const string Lists = "-----BEGIN X509 CRL-----\nlists\n";

    private readonly StubHost _host = new StubHost().With("/c", "certificate").With("/k", "key").With("/ca", "a key\n" + Authorities).With("/crl", "a key\n" + Lists);

    [Fact]
    public void A_server_has_the_content_of_its_files_and_the_number_of_its_key()
    {
        LoadResult<HttpdConfiguration> result = Load(Both.Replace("key \"/k\"", "key \"/k\", client ca \"/ca\" crl \"/crl\"", StringComparison.Ordinal));

        Assert.Equal(
            new TlsContents { Certificate = "/c", KeyId = 1, End = DateTimeOffset.UnixEpoch, Authorities = Authorities, Revocations = Lists },
            result.Configuration?.Servers[0].Tls?.Contents);
    }

    [Fact]
    public void A_pair_that_is_not_there_costs_the_listener_for_TLS_alone()
    {
        _ = _host.Files.Remove("/k");
        LoadResult<HttpdConfiguration> result = Load(Both);

        Assert.Equal([80], result.Configuration?.Servers[0].Listens.Select(listen => listen.EndPoint.Port) ?? []);
        Assert.Null(result.Configuration?.Servers[0].Tls);
        Assert.Equal(["server \"a\": failed to load public/private keys"], Messages(result), StringComparer.Ordinal);
    }

    [Fact]
    public void A_pair_that_is_of_no_use_keeps_the_listener_and_leaves_it_without_a_certificate()
    {
        LoadResult<HttpdConfiguration> result = HttpdConfigurationLoader.Load(
            "f", new Macros(), _host.With("f", Both), new StubTlsFiles(_host) { PairFault = "/k is not the key of /c" }, LoadVerbosity.Normal);

        Assert.Equal([80, 443], result.Configuration?.Servers[0].Listens.Select(listen => listen.EndPoint.Port) ?? []);
        Assert.Equal(new TlsContents(), result.Configuration?.Servers[0].Tls?.Contents);
        Assert.Equal(["server \"a\": failed to load public/private keys"], Messages(result), StringComparer.Ordinal);
    }

    [Fact]
    public void What_leaves_nothing_to_speak_is_said_and_the_listener_stays_without_contents()
    {
        LoadResult<HttpdConfiguration> result = Load(Both, fault: "no cipher matches \"x\"");

        Assert.NotNull(result.Configuration?.Servers[0].Tls);
        Assert.Null(result.Configuration?.Servers[0].Tls?.Contents);
        Assert.Equal(["server \"a\": tls cannot be used: no cipher matches \"x\""], Messages(result), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("client ca \"/none\"", "server \"a\": failed to load ca cert(s)")]
    [InlineData("client ca \"/ca\" crl \"/none\"", "server \"a\": failed to load crl(s)")]
    [InlineData("ocsp \"/none\"", "failed to load ocsp staple for server a")]
    public void Another_file_that_is_not_there_is_a_mistake(string option, string message)
    {
        LoadResult<HttpdConfiguration> result = Load(Both.Replace("key \"/k\"", $"key \"/k\", {option}", StringComparison.Ordinal));

        Assert.Null(result.Configuration);
        Assert.Equal([message], Messages(result), StringComparer.Ordinal);
    }

    /// <summary>H-TLS-13.</summary>
    [Theory]
    [InlineData("optional crl \"/crl\"")]
    [InlineData("crl \"/crl\" optional")]
    public void Optional_may_stand_before_or_behind_the_list(string words)
    {
        LoadResult<HttpdConfiguration> result = Load(Both.Replace("key \"/k\"", $"key \"/k\", client ca \"/ca\" {words}", StringComparison.Ordinal));

        Assert.Equal(new ClientCertificates("/ca", "/crl", Optional: true), result.Configuration?.Servers[0].Tls?.Client);
    }

    [Theory]
    [InlineData("compat")]
    [InlineData("legacy")]
    [InlineData("insecure")]
    [InlineData("all")]
    public void A_name_for_less_than_the_best_is_said(string ciphers)
    {
        LoadResult<HttpdConfiguration> result = Load(Both.Replace("key \"/k\"", $"key \"/k\", ciphers \"{ciphers}\"", StringComparison.Ordinal));

        Assert.Equal([$"ciphers {ciphers} is OpenSSL's nearest to that name"], Messages(result), StringComparer.Ordinal);
    }

    private LoadResult<HttpdConfiguration> Load(string text, string? fault = null) => HttpdConfigurationLoader.Load(
        "f", new Macros(), _host.With("f", text), new StubTlsFiles(_host) { Fault = fault }, LoadVerbosity.Normal);

    private static IEnumerable<string> Messages(LoadResult<HttpdConfiguration> result) => result.Diagnostics.Found.Select(found => found.Message);
}
