using System.Collections.Generic;
using System.Globalization;
using System.Linq;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Httpd.Configuration;

public sealed class SyntheticTests
{
    public static IEnumerable<TheoryDataRow<SyntheticCase>> Cases() =>
        SyntheticCase.All().Select(row => new TheoryDataRow<SyntheticCase>(row) { TestDisplayName = row.File });

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_verdict_and_its_line_are_upstreams(SyntheticCase row)
    {
        LoadResult result = Load(row);
        Diagnostic? error = result.Diagnostics.Found.FirstOrDefault(found => found.Severity == Severity.Error);
        Assert.Equal(row.Accepted ? "accept " : "reject " + row.Place, error is null ? "accept " : "reject " + Place(error, row));
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_printed_configuration_reads_as_the_same(SyntheticCase row)
    {
        HttpdConfiguration? first = Load(row).Configuration;
        Assert.Equal(first, first is null ? null : RoundTrip.ThroughText(first, row.Host()));
    }

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void The_written_configuration_reads_as_the_same(SyntheticCase row)
    {
        HttpdConfiguration? first = Load(row).Configuration;
        Assert.Equal(first, first is null ? null : RoundTrip.ThroughBytes(first));
    }

    private static LoadResult Load(SyntheticCase row) =>
        HttpdConfigurationLoader.Load(row.File, new Macros(), row.Host(), new StubTlsFiles(row.Host()), LoadVerbosity.Normal);

    private static string Place(Diagnostic error, SyntheticCase row)
    {
        string line = error.Position.Line == 0 ? "" : error.Position.Line.ToString(CultureInfo.InvariantCulture);
        bool isInner = error.Position.Source is { } source && source.Name != row.File;
        return isInner ? $"{error.Position.Source!.Name}:{line}" : line;
    }
}
