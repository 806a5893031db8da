using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

using Sluice.Configuration;
using Sluice.Httpd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>httpd.conf(5) says what the grammar of httpd says, and everything shown as a configuration is one.</summary>
public sealed class HttpdManualTests
{
    private const string Page = "docs/man/httpd.conf.5";

    private static readonly IReadOnlyCollection<string> _keywords = [.. HttpdKeywords.All.Words, .. HttpdKeywords.Additions];

    private static readonly Dictionary<string, string> _frames = new(StringComparer.Ordinal)
    {
        ["global"] = "@server \"example.org\" {\nlisten on * port 80\n}\n",
        ["server"] = "server \"example.org\" {\nlisten on * port 80\n@}\n",
        ["server without listen"] = "server \"example.org\" {\n@}\n",
        ["tls server"] = "server \"example.org\" {\nlisten on * tls port 443\n@}\n",
        ["location"] = "server \"example.org\" {\nlisten on * port 80\nlocation \"/x/*\" {\n@}\n}\n",
    };

    [Fact]
    public void Each_keyword_is_explained() => Holds(ManualRules.Unexplained(ReadPage(), _keywords).Select(place => place.ToString()));

    [Fact]
    public void Nothing_else_is_explained() => Holds(ManualRules.Unknown(ReadPage(), _keywords).Select(place => place.ToString()));

    [Theory]
    [InlineData("docs/man/httpd.conf.5")]
    [InlineData("docs/man/patterns.7")]
    public void Each_example_of_a_page_is_a_configuration(string page)
    {
        ManualPage examples = new(new TextFile(page, SourceTree.ReadText(page)));
        Assert.NotEmpty(examples.Examples);
        Holds(examples.Examples.SelectMany(example => Findings($"{example.Path}:{example.Line}", example.Whole(_frames))));
    }

    [Fact]
    public void Each_file_of_etc_is_a_configuration()
    {
        IReadOnlyList<string> files = [.. SourceTree.Files("*.conf").Where(path => path.StartsWith("etc/", StringComparison.Ordinal) && Path.GetFileName(path) != "relayd.conf")];
        Assert.NotEmpty(files);
        Holds(files.SelectMany(path => Findings(path, SourceTree.ReadText(path))));
    }

    [Fact]
    public void A_text_that_is_no_configuration_is_found()
        => Assert.Contains("docs/a.5:7", Assert.Single(Findings("docs/a.5:7", "server \"x\" { listen on * prot 80 }\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("server match \"^(a\" {\nlisten on * port 80\n}\n")]
    [InlineData("server \"a\" {\nlisten on * port 80\nalias match \"%\"\n}\n")]
    [InlineData("server \"a\" {\nlisten on * port 80\nlocation match \"[a\" { block }\n}\n")]
    public void A_pattern_that_never_matches_is_a_warning_as_patterns_7_says(string text)
        => Assert.Contains("never matches", Assert.Single(Findings("a.conf", text)), StringComparison.Ordinal);

    private static TextFile ReadPage() => new(Page, SourceTree.ReadText(Page));

    private static IEnumerable<string> Findings(string place, string text) => ManualExamples.Findings(Load(place, text).Diagnostics);

    private static LoadResult<HttpdConfiguration> Load(string place, string text)
    {
        ObligingHost host = new(place, Encoding.Latin1.GetBytes(text));
        return HttpdConfigurationLoader.Load(place, new Macros(), host, new StubTlsFiles(host), LoadVerbosity.Verbose);
    }

    private static void Holds(IEnumerable<string> findings)
    {
        string places = string.Join('\n', findings);
        Assert.True(places.Length == 0, places);
    }
}
