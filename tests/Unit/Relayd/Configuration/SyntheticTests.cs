using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Wire;
using Sluice.Unit.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class SyntheticTests
{
    // Verdicts that are decided to be others (docs/differences.md): standby machines start, groups are names for keepalived,
    // and what upstream ends over without a line has one here.
    private static readonly Dictionary<string, string> _decided = new(StringComparer.Ordinal)
    {
        ["relay-listen-not-local.conf"] = "accept ",
        ["tableref-demote-group-missing.conf"] = "accept ",
        ["check-binary-send-odd.conf"] = "reject 4",
    };

    private static readonly string[] _certificates =
    [
        "/etc/ssl/127.0.0.1:8443.crt", "/etc/ssl/private/127.0.0.1:8443.key", "/etc/ssl/here.example.org.crt",
        "/etc/ssl/private/here.example.org.key",
    ];

    public static IEnumerable<TheoryDataRow<SyntheticCase>> Cases() =>
        SyntheticCase.All("relayd").Select(row => new TheoryDataRow<SyntheticCase>(row) { TestDisplayName = row.File });

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_verdict_and_its_line_are_upstreams(SyntheticCase row)
        => Assert.Equal(_decided.GetValueOrDefault(row.File, row.Verdict), row.VerdictOf(Load(row).Diagnostics));

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Reading_twice_gives_equal_records(SyntheticCase row) => Assert.Equal(Load(row).Configuration, Load(row).Configuration);

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_printed_configuration_reads_as_the_same(SyntheticCase row)
    {
        RelaydConfiguration? first = Load(row).Configuration;
        Assert.Equal(first, first is null ? null : Loaded.ThroughText(first, Host(row)));
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_written_configuration_reads_as_the_same(SyntheticCase row)
    {
        RelaydConfiguration? first = Load(row).Configuration;
        Assert.Equal(first, first is null ? null : ConfigurationWire.Read(ConfigurationWire.Write(first)));
    }

    private static LoadResult<RelaydConfiguration> Load(SyntheticCase row)
    {
        StubHost host = Host(row);
        return RelaydConfigurationLoader.Load(row.File, new Macros(), host, new StubTlsFiles(host), LoadVerbosity.Normal);
    }

    private static StubHost Host(SyntheticCase row)
    {
        StubHost host = row.Host();
        Array.ForEach(row.Has("cert") ? _certificates : [], path => host.Files[path] = [0]);
        return host;
    }
}
