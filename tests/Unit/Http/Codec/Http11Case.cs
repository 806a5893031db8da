using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;

using Sluice.Http.Codec;
using Sluice.Unit.Tidy;

using Xunit;

namespace Sluice.Unit.Http.Codec;

/// <summary>The lines of <c>Cases/http11.tsv</c>.</summary>
public static partial class Http11Case
{
    public static TheoryData<string, string, string> All { get; } =
        [.. File.ReadLines(Path.Join(SourceTree.Root, "tests/Unit/Cases/http11.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .Select(cells => (cells[0], cells[1], Message(cells[2])))];

    public static bool Agrees(string verdict, ParseStatus status) => verdict switch
    {
        "accept" => status == ParseStatus.Complete,
        "reject" => status == ParseStatus.Rejected,
        "not-accepted" => status != ParseStatus.Complete,
        _ => true,
    };

    private static string Message(string text)
    {
        string full = Repetition().Replace(text, match =>
            string.Concat(Enumerable.Repeat(match.Groups["text"].Value, int.Parse(match.Groups["times"].Value, CultureInfo.InvariantCulture))));
        return JsonSerializer.Deserialize<string>(full)!;
    }

    [GeneratedRegex(@"\\\{(?<text>.+)\*(?<times>\d+)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10000)]
    private static partial Regex Repetition();
}
