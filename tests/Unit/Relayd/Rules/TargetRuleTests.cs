using System.Linq;

using Sluice.Relayd.Rules;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>Path, query and URL (R-FILTER-42 to -46, -49 to -53, -60 to -65).</summary>
public sealed class TargetRuleTests
{
    private static readonly string[] _hosts =
    ["a.b.c.d.e.f.g", "b.c.d.e.f.g", "a.b.c.d.e.f", "b.c.d.e.f", "c.d.e.f.g", "a.b.c.d.e", "b.c.d.e", "c.d.e.f", "d.e.f.g", "c.d.e", "d.e.f", "e.f.g", "a.b.c:80", "a.b.c", "b.c:80", "b.c", "d.e", "e.f", "f.g", "a.b", "a", "g", "f", "c", "192.0.2.1", "2.1", "0.2.1", "[2001:db8::1]", "[2001:db8::1]:80"];

    [Theory]
    [InlineData("path \"/a/b\"", true)]
    [InlineData("path \"/A/b\"", false)]
    [InlineData("path \"/a*\"", true)]
    [InlineData("path \"/*b\"", true)]
    [InlineData("path \"/a/b*\" value \"X=1*\"", true)]
    [InlineData("path \"/a/b\" value \"x=1\"", false)]
    [InlineData("path \"/a/b\" value \"x=1&Y=%20&z&x=2\"", true)]
    [InlineData("path hash \"/a/b\" value \"nothing\"", true)]
    [InlineData("path pattern \"^/%a/\"", true)]
    [InlineData("path pattern \"^b\"", false)]
    [InlineData("path", true)]
    [InlineData("query \"x\"", true)]
    [InlineData("query \"X\"", false)]
    [InlineData("query \"x\" value \"2\"", true)]
    [InlineData("query \"x\" value \"3\"", false)]
    [InlineData("query \"?\" value \"%20\"", true)]
    [InlineData("query \"y\" value \" \"", false)]
    [InlineData("query \"z\"", false)]
    [InlineData("query \"*\" value \"2\"", true)]
    [InlineData("query pattern \"^.$\" value pattern \"^%d$\"", true)]
    [InlineData("query \"x=1\"", false)]
    public void Path_and_query_are_compared_as_they_were_sent(string option, bool isMatch)
        => Assert.Equal(isMatch, new Ruled("block " + option).Get("/a/b?x=1&y=%20&z&x=2").Verdict == RuleVerdict.Block);

    [Theory]
    [InlineData("path \"http://www.example.org/a\"", true)]
    [InlineData("path \"/a\"", true)]
    [InlineData("path \"/a*\"", true)]
    [InlineData("path \"/b\"", false)]
    [InlineData("url \"www.example.org/a\"", true)]
    public void An_absolute_target_is_no_way_around_a_rule(string option, bool isMatch)
        => Assert.Equal(isMatch, new Ruled("block " + option).Get("http://www.example.org/a?x=1").Verdict == RuleVerdict.Block);

    [Theory]
    [InlineData("path set \"*\" value \"/new\"", "/a/b/c?q=1", "/new?q=1")]
    [InlineData("path set \"*\" value \"new\"", "/a", "/new")]
    [InlineData("path set \"/x\" value \"/new\"", "/a", "/a")]
    [InlineData("path set \"/a\"", "/a", "/a")]
    [InlineData("path append \"/a\" value \"/b\"", "/a?q", "/a/b?q")]
    [InlineData("path append \"*\"", "/a", "/a")]
    [InlineData("path remove \"/a*\"", "/a/b?q", "/?q")]
    [InlineData("path set \"*\" value \"/$HOST/$SERVER_PORT\"", "/a?q=1", "/www.example.org/80?q=1")]
    [InlineData("path set \"*\" value \"/a b#c\"", "/", "/a%20b%23c")]
    [InlineData("path strip 1", "/a/b/c?q", "/b/c?q")]
    [InlineData("path strip 2", "/a/b/c", "/c")]
    [InlineData("path strip 9", "/a/b/c", "/c")]
    [InlineData("path strip 1", "/a/", "/")]
    [InlineData("path strip 1", "/a", "/a")]
    [InlineData("path set \"*\" value \"/x/y/z\" path strip 1", "/a", "/y/z")]
    [InlineData("path set \"*\" value \"/new\"", "http://www.example.org/a?q", "http://www.example.org/new?q")]
    [InlineData("path strip 1", "http://www.example.org/a/b", "http://www.example.org/b")]
    public void A_path_is_changed(string option, string target, string becomes)
        => Assert.Equal(becomes, new Ruled("match " + option).Get(target).Target);

    [Fact]
    public void Changes_of_a_path_add_up()
        => Assert.Equal("/b/c/d", new Ruled("match path strip 1\nmatch path append \"/a*\" value \"/d\"").Get("/a/b/c").Target);

    [Fact]
    public void The_authority_of_CONNECT_is_no_path()
        => Assert.Equal("www.example.org:443", new Ruled("match path set \"*\" value \"/x\"\nmatch path strip 1").Request("CONNECT", "www.example.org:443", "Host: www.example.org:443").Target);

    [Theory]
    [InlineData("www.example.org/a/b/c/d/e?x=1", true)]
    [InlineData("WWW.example.org/A/b/c/d/e", true)]
    [InlineData("www.example.org/", true)]
    [InlineData("www.example.org/a/", true)]
    [InlineData("www.example.org/a/b/", true)]
    [InlineData("www.example.org/a/b/c/", true)]
    [InlineData("www.example.org/a/b/c/d/", false)]
    [InlineData("www.example.org/a", false)]
    [InlineData("www.example.org", false)]
    [InlineData("example.org/a/b/", true)]
    [InlineData("org/", false)]
    [InlineData("www.*/", false)]
    public void A_URL_is_looked_up_in_several_forms(string key, bool isMatch)
        => Assert.Equal(isMatch, new Ruled($"block url \"{key}\"").Get("/a/b/c/d/e?x=1", "Host: www.example.org").Verdict == RuleVerdict.Block);

    [Theory]
    [InlineData("a.b.c.d.e.f.g", "a.b.c.d.e.f.g c.d.e.f.g d.e.f.g e.f.g f.g")]
    [InlineData("a.b.c.d.e.f", "a.b.c.d.e.f b.c.d.e.f c.d.e.f d.e.f e.f")]
    [InlineData("a.b.c.d.e", "a.b.c.d.e b.c.d.e c.d.e d.e")]
    [InlineData("a.b", "a.b")]
    [InlineData("a", "a")]
    [InlineData("A..b.C.", "a.b.c b.c")]
    [InlineData("a.b.c:80", "a.b.c:80 b.c:80")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("[2001:DB8:0:0::1]", "[2001:db8::1]")]
    [InlineData("[2001:DB8::1]:80", "[2001:db8::1]:80")]
    public void A_host_has_shorter_names(string host, string forms)
        => Assert.Equal(
            forms,
            string.Join(' ', _hosts.Where(form => new Ruled($"block url \"{form}/\"").Get("/x", "Host: " + host).Verdict == RuleVerdict.Block)));

    [Theory]
    [InlineData("digest 0ac8ccfc03317891ae2820de10ee2167d31ebd16", true)]
    [InlineData("digest 0AC8CCFC03317891AE2820DE10EE2167D31EBD16", true)]
    [InlineData("digest 0ac8ccfc03317891ae2820de10ee2167d31ebd17", false)]
    [InlineData("digest 3bdf58f1fca4f9de9e4e6c5a1d8b1f6e", false)]
    [InlineData("pattern digest 0ac8ccfc03317891ae2820de10ee2167d31ebd16", true)]
    [InlineData("pattern \"^foo%.bar/a/b/c\"", true)]
    [InlineData("pattern \"^FOO\"", false)]
    public void A_digest_or_a_pattern_is_compared_with_each_form(string key, bool isMatch)
        => Assert.Equal(isMatch, new Ruled("block url " + key).Get("/a/b/c/d/e/f/gindex.html", "Host: foo.bar").Verdict == RuleVerdict.Block);

    [Fact]
    public void An_MD5_is_told_by_its_length()
        => Assert.Equal(RuleVerdict.Block, new Ruled("block url digest 95d4f324090587e28b0607752ae79a39").Get("/a", "Host: foo.bar").Verdict);

    [Theory]
    [InlineData("block url \"nobody/\"", nameof(RuleVerdict.Block))]
    [InlineData("block url \"nobody/\" path \"/b\"", nameof(RuleVerdict.Pass))]
    [InlineData("block url pattern \"^nobody\"", nameof(RuleVerdict.Block))]
    public void A_request_without_a_host_matches_every_URL(string rules, string verdict)
        => Assert.Equal(verdict, new Ruled(rules).GetWithoutHost("/a").Verdict.ToString());

    [Fact]
    public void Nothing_is_done_about_the_URL_of_a_request_without_a_host()
    {
        Ruled ruled = new Ruled("match url log \"nobody/\"\nmatch url hash \"nobody/\"").GetWithoutHost("/a");
        Assert.Equal(("", null), (ruled.Logged, ruled.Subject.Hashed));
    }

    [Theory]
    [InlineData("block\nmatch tag A\nblock url \"a/\"\nmatch tag B")]
    [InlineData("block\nmatch tag A\nblock url pattern \"a/\"\nmatch tag B")]
    public void A_host_that_is_none_ends_it(string rules)
    {
        Ruled ruled = new Ruled(rules).Get("/", "Host: .");
        Assert.Equal((RuleVerdict.BadRequest, "A"), (ruled.Verdict, ruled.Tag));
    }

    [Fact]
    public void A_rule_that_logs_URLs_looks_at_the_path_too()
    {
        Ruled ruled = new Ruled("match url log \"*/B\" tag A").Get("/a/b");
        Assert.Equal(("A", " [www.example.org/a/b]"), (ruled.Tag, ruled.Logged));
        Assert.Equal(["relay_httpurl_test: rule 1: url \"/a/b\" matched"], ruled.Said);
        Assert.Equal(RuleVerdict.Pass, new Ruled("block url log \"*\"").Get("/a").Verdict);
    }

    [Fact]
    public void A_pattern_that_cannot_be_tried_matches_nothing_and_is_said_once()
    {
        Ruled ruled = new("block path pattern \"%\"");
        Assert.Equal((RuleVerdict.Pass, RuleVerdict.Pass), (ruled.Get("/%").Verdict, ruled.Get("/").Verdict));
        Assert.Equal(["warning: pattern \"%\": malformed pattern (ends with '%')"], ruled.Said);
    }
}
