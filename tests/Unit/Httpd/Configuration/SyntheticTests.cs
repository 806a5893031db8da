using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

public sealed class SyntheticTests
{
    // The files that cases name, and the need that says that one is missing.
    private static readonly (string Path, string Unless)[] _files =
    [
        ("/etc/ssl/server.crt", "no-cert"), ("/etc/ssl/private/server.key", "no-cert"), ("/a.pem", "no-cert"), ("/b.pem", "no-cert"),
        ("/etc/ssl/a.pem", "no-cert"), ("/etc/ssl/private/a.key", "no-cert"), ("/etc/ssl/shop.example.com.pem", "no-cert"),
        ("/etc/ssl/private/shop.example.com.key", "no-cert"), ("/etc/ssl/people.pem", "no-ca"),
        ("/etc/ssl/people.crl", "no-crl"), ("/etc/ssl/none.crl", "no-crl"), ("/etc/ssl/none.der", "no-ocsp"),
    ];

    public static IEnumerable<TheoryDataRow<SyntheticCase>> Cases() =>
        SyntheticCase.All("httpd").Select(row => new TheoryDataRow<SyntheticCase>(row) { TestDisplayName = row.File });

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_verdict_and_its_line_are_upstreams(SyntheticCase row)
        => Assert.Equal(row.Verdict, row.VerdictOf(Load(row).Diagnostics));

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_printed_configuration_reads_as_the_same(SyntheticCase row)
    {
        HttpdConfiguration? first = Load(row).Configuration;
        Assert.Equal(first, first is null ? null : RoundTrip.ThroughText(first, Host(row)));
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_written_configuration_reads_as_the_same(SyntheticCase row)
    {
        HttpdConfiguration? first = Load(row).Configuration;
        Assert.Equal(first, first is null ? null : RoundTrip.ThroughBytes(first));
    }

    private static LoadResult<HttpdConfiguration> Load(SyntheticCase row) =>
        HttpdConfigurationLoader.Load(row.File, new Macros(), Host(row), new StubTlsFiles(Host(row)), LoadVerbosity.Normal);

    private static StubHost Host(SyntheticCase row)
    {
        StubHost host = row.Host();
        host.Interfaces["egress"] = row.Has("interface") ? [IPAddress.Parse("192.0.2.1")] : [];
        Array.ForEach(Array.FindAll(_files, file => !row.Has(file.Unless)), file => host.Files[file.Path] = [0]);
        return host;
    }
}
