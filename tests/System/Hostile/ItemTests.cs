using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.System.Ground;

using Xunit;

namespace Sluice.System.Hostile;

/// <summary>
/// items.tsv is the list of hostile inputs and faults that a server must survive: a number, what it is, and a test that shows it.
/// The number that is not there concerns the control socket: see Control.
/// </summary>
[Compares]
public sealed class ItemTests
{
    private static readonly int[] _numbers =
        [.. Enumerable.Range(1, 61), .. Enumerable.Range(63, 14)];

    private static string Tests => Path.Combine(Place.Clone, "tests");

    private static IEnumerable<string[]> Items =>
        File.ReadLines(Path.Combine(Tests, "System", "Hostile", "items.tsv")).Skip(1).Select(line => line.Split('\t'));

    [Fact]
    public void Each_item_has_a_test() =>
        Assert.Equal(_numbers, Items.Select(item => int.Parse(item[0], global::System.Globalization.CultureInfo.InvariantCulture)).Distinct());

    [Fact]
    public void Each_test_of_the_list_is_there() => Assert.Empty(Items.Where(item => !IsThere(item[2], item[3])).Select(item => item[3]));

    private static bool IsThere(string kind, string name) => kind switch
    {
        "probe" => File.ReadLines(Path.Combine(Tests, "System", "Probes", "http11.tsv")).Any(line => line.StartsWith(name + "\t", StringComparison.Ordinal)),
        "case" => AllOf("System/Cases", "*.case").Any(text => text.Contains($"\ncase {name}\n", StringComparison.Ordinal)),
        _ => AllOf(".", "*.cs").Any(text => text.Contains($"public void {name}(", StringComparison.Ordinal)),
    };

    private static IEnumerable<string> AllOf(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Tests, folder), pattern, SearchOption.AllDirectories).Select(File.ReadAllText);
}
