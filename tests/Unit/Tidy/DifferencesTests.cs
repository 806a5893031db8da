using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>What the replay of recordings pardons stands in docs/differences.md.</summary>
public sealed partial class DifferencesTests
{
    [Fact]
    public void Each_class_of_the_replay_is_a_line_of_the_page()
    {
        using JsonDocument list = JsonDocument.Parse(File.ReadAllText(Path.Join(SourceTree.Root, "tests/System/Replay/differences.json")));
        IEnumerable<string> rows = list.RootElement.GetProperty("classes").EnumerateArray().Select(item => item.GetProperty("row").GetString()!);
        IEnumerable<string> lines = Row().Matches(File.ReadAllText(Path.Join(SourceTree.Root, "docs/differences.md"))).Select(match => match.Groups["id"].Value);

        Assert.Empty(rows.Except(lines, StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| (?<id>[a-z0-9.-]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
