using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

using Sluice.Configuration;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Configuration.Grammar;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Tidy;

/// <summary>relayd.conf(5) says what the grammar of relayd says, and everything shown as a configuration is one.</summary>
public sealed class RelaydManualTests
{
    private const string Page = "docs/man/relayd.conf.5";

    private const string Hosts = "table <hosts> { 192.0.2.11 192.0.2.12 }\ntable <others> { 192.0.2.13 }\n";

    private static readonly IReadOnlyCollection<string> _keywords = [.. RelaydKeywords.All.Words, .. RelaydKeywords.Unreserved];

    private static readonly Dictionary<string, string> _frames = new(StringComparer.Ordinal)
    {
        ["global"] = "@" + Hosts + "relay \"www\" {\nlisten on 192.0.2.1 port 80\nforward to <hosts> port 80\n}\n",
        ["redirect"] = Hosts + "redirect \"www\" {\nlisten on 192.0.2.1 port 80\n@forward to <hosts> check tcp\n}\n",
        ["bare redirect"] = Hosts + "redirect \"www\" {\n@}\n",
        ["relay"] = Hosts + "relay \"www\" {\nlisten on 192.0.2.1 port 80\n@}\n",
        ["relay option"] = Hosts + "relay \"www\" {\nlisten on 192.0.2.1 port 80\n@forward to <hosts> port 80\n}\n",
        ["bare relay"] = Hosts + "relay \"www\" {\n@forward to <hosts> port 80\n}\n",
        ["router"] = "table <gateways> { 192.0.2.1 192.0.2.2 }\nrouter \"uplinks\" {\nroute 0.0.0.0/0\nforward to <gateways> check icmp\n@}\n",
        ["bare router"] = "table <gateways> { 192.0.2.1 192.0.2.2 }\nrouter \"uplinks\" {\n@}\n",
        ["protocol"] = Hosts + "http protocol \"web\" {\n@}\nrelay \"www\" {\nlisten on 192.0.2.1 port 80\nprotocol \"web\"\n"
            + "forward to <hosts> port 80\nforward to <others> port 80\n}\n",
    };

    [Fact]
    public void Each_keyword_is_explained() => Holds(ManualRules.Unexplained(ReadPage(), _keywords).Select(place => place.ToString()));

    [Fact]
    public void Nothing_else_is_explained() => Holds(ManualRules.Unknown(ReadPage(), _keywords).Select(place => place.ToString()));

    [Fact]
    public void Each_example_of_the_page_is_a_configuration()
    {
        ManualPage page = new(ReadPage());
        Assert.NotEmpty(page.Examples);
        Holds(page.Examples.SelectMany(example => Findings($"{example.Path}:{example.Line}", example.Whole(_frames))));
    }

    [Fact]
    public void The_sample_of_etc_is_a_configuration() => Holds(Findings("etc/relayd.conf", SourceTree.ReadText("etc/relayd.conf")));

    [Fact]
    public void A_text_that_is_no_configuration_is_found()
        => Assert.Contains("docs/a.5:7", Assert.Single(Findings("docs/a.5:7", "relay \"x\" { listen on ::1 prot 80 }\n")), StringComparison.Ordinal);

    private static TextFile ReadPage() => new(Page, SourceTree.ReadText(Page));

    private static IEnumerable<string> Findings(string place, string text)
    {
        ObligingHost host = new(place, Encoding.Latin1.GetBytes(text));
        return ManualExamples.Findings(RelaydConfigurationLoader.Load(place, new Macros(), host, new StubTlsFiles(host), LoadVerbosity.Verbose).Diagnostics);
    }

    private static void Holds(IEnumerable<string> findings)
    {
        string places = string.Join('\n', findings);
        Assert.True(places.Length == 0, places);
    }
}
