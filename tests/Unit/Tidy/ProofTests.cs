using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>docs/reference/proofs.md names a test for each row of both references, and names none that is not there.</summary>
public sealed partial class ProofTests
{
    private static readonly string _proofs = SourceTree.ReadText("docs/reference/proofs.md");

    [Fact]
    public void Each_row_has_its_line() => Assert.Equal(
        RowsOf(SourceTree.ReadText("docs/reference/httpd.md") + SourceTree.ReadText("docs/reference/relayd.md")), RowsOf(_proofs), StringComparer.Ordinal);

    [Fact]
    public void Each_test_that_is_named_is_there()
    {
        HashSet<string> cases = [.. SourceTree.Files("*.case").Select(path => Path.GetFileName(path))];
        ILookup<string, string> tests = SourceTree.Code.Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal))
            .ToLookup(file => Path.GetFileNameWithoutExtension(file.Path), file => file.Text, StringComparer.Ordinal);

        Assert.DoesNotContain(
            Named().Matches(_proofs).Select(match => match.Groups["name"].Value),
            name => !cases.Contains(name) && !tests[name.Split('.')[0]].Any(text => text.Contains($" {name.Split('.')[^1]}(", StringComparison.Ordinal)));
    }

    private static string[] RowsOf(string text) => [.. Row().Matches(text).Select(match => match.Groups["id"].Value)];

    [GeneratedRegex(@"^(\| |\*\*)?(?<id>[HR]-[A-Z]+-[0-9]+)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[A-Za-z]+\\.[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
