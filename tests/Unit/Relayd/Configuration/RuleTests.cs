using System;
using System.Linq;
using System.Net;

using Sluice.Configuration.Grammar;
using Sluice.Relayd.Configuration;
using Sluice.Unit.Fakes;

using Xunit;

namespace Sluice.Unit.Relayd.Configuration;

public sealed class RuleTests
{
    [Fact]
    public void A_rule_has_its_head_and_its_options()
        => Assert.Equal(
            new Rule
            {
                Id = 1,
                Action = RuleAction.Block,
                IsQuick = true,
                Family = Family.Inet,
                From = new Prefix(IPAddress.Parse("10.0.0.0"), 8),
                To = new Prefix(IPAddress.Parse("192.0.2.1"), 32),
                Method = "GET",
                Strip = 2,
                TaggedId = 1,
                Tag = new Mark(MarkChange.Set, 2),
                Label = new Mark(MarkChange.Set, 1),
                ForwardTo = "others",
            },
            Loaded.GoodRule("block request quick inet from 10.0.0.0/8 to 192.0.2.1 method GET path strip 2 tagged A tag B label \"L\" forward to <others>"));

    [Theory]
    [InlineData("pass", "Pass Request")]
    [InlineData("match response", "Match Response")]
    [InlineData("block request", "Block Request")]
    public void A_rule_is_for_requests_unless_it_says_otherwise(string line, string rule)
        => Assert.Equal(rule, $"{Loaded.GoodRule(line).Action} {Loaded.GoodRule(line).Direction}");

    [Fact]
    public void Addresses_say_the_family_themselves() => Assert.Equal(Family.Inet6, Loaded.GoodRule("pass from ::1").Family);

    [Theory]
    [InlineData("match header \"A\"", "Header Match Exact:A ")]
    [InlineData("match header \"A*\" value \"b?\"", "Header Match Glob:A* Glob:b?")]
    [InlineData("match header pattern \"^a\" value pattern \"b$\"", "Header Match Pattern:^a Pattern:b$")]
    [InlineData("match header set \"A*\" value \"$REMOTE_ADDR\"", "Header Set Exact:A* Template:$REMOTE_ADDR")]
    [InlineData("match header append A value b", "Header Append Exact:A Exact:b")]
    [InlineData("match header append A", "Header Append Exact:A Exact:*")]
    [InlineData("match header remove \"A*\"", "Header Remove Glob:A* ")]
    [InlineData("match header hash A", "Header Hash Exact:A ")]
    [InlineData("match header log", "Header Log Glob:* ")]
    [InlineData("match header hash", "Header Hash  ")]
    [InlineData("match cookie \"a*\" value \"b*\"", "Cookie Match Exact:a* Glob:b*")]
    [InlineData("match query \"a\" value \"b\"", "Query Match Exact:a Glob:b")]
    [InlineData("match path set \"*\" value \"/x\"", "Path Set Glob:* Exact:/x")]
    [InlineData("match path set \"/a\"", "Path Set Exact:/a ")]
    [InlineData("match url \"a/b\"", "Url Match Exact:a/b ")]
    [InlineData("match url digest 0123456789abcdef0123456789abcdef", "Url Match Digest:0123456789abcdef0123456789abcdef ")]
    [InlineData("match url pattern digest 0123456789abcdef0123456789abcdef", "Url Match DigestPattern:0123456789abcdef0123456789abcdef ")]
    public void An_entity_has_an_action_a_key_and_a_value(string line, string entity)
        => Assert.Equal(entity, Describe(Assert.Single(Loaded.GoodRule(line).Entities)));

    [Fact]
    public void Entities_stand_in_the_order_in_which_they_act()
        => Assert.Equal(
            [EntityKind.Header, EntityKind.Query, EntityKind.Path, EntityKind.Url, EntityKind.Cookie],
            Loaded.GoodRule("match cookie a url \"b\" path \"c\" query d header e").Entities.Select(entity => entity.Kind));

    [Fact]
    public void Of_two_of_a_kind_the_second_counts()
        => Assert.Equal("Header Match Exact:B ", Describe(Assert.Single(Loaded.GoodRule("match header A header B").Entities)));

    [Fact]
    public void Each_key_of_a_file_makes_a_rule()
    {
        StubHost host = Loaded.Host().With("/keys", "# none\n\na.example.org/ and more\nb.example.org/\r\n");
        Protocol protocol = Loaded.Good(Loaded.Text(host, Loaded.Protocol("pass\nblock url log file \"/keys\" label \"L\"\npass"))).Protocols[0];
        Assert.Equal([1, 2, 4], protocol.Rules.Select(rule => rule.Id));
        Assert.Equal([2, 3], [protocol.Rules[1].At(0).Id, protocol.Rules[1].At(1).Id]);
        Assert.Equal("Url Log Exact:a.example.org/ ", Describe(protocol.Rules[1].At(0).Entities[0]));
        Assert.Equal("Url Log Exact:b.example.org/ ", Describe(protocol.Rules[1].At(1).Entities[0]));
    }

    [Theory]
    [InlineData("block url \"a/\"\nblock url \"b/\"\nblock url \"c/\"", "Url: a/ b/ c/")]
    [InlineData("block url \"a/\" header X\nblock url \"b/\" header X", "Url: a/ b/")]
    [InlineData("match cookie remove a\nmatch cookie remove b\nmatch cookie b", "Cookie: a b, -")]
    [InlineData("match url log \"a/\"\nmatch url log \"/b\"\nmatch url log \"c*\"\nmatch url log \"d/\"\nmatch url log \"e/\"", "-, -, -, Url: d/ e/")]
    [InlineData("block path \"/a\"\nblock path \"/b*\"\nblock path \"/c\"", "-, -, -")]
    [InlineData("block url \"a/*\"\nblock url \"b/*\"", "Url: a/* b/*")]
    [InlineData("block path \"/a\"\nblock path \"/b\" tag A", "-, -")]
    [InlineData("block path \"/a\"\nblock response path \"/b\"", "")]
    [InlineData("block path \"/a\" query a\nblock path \"/b\" query b", "-, -")]
    [InlineData("block path \"/a\" query a\nblock path \"/b\" query a\nblock path \"/a\" query b", "Path: /a /b, -")]
    [InlineData("match header set A value v\nmatch header set B value v", "-, -")]
    [InlineData("block path \"/a\"\nblock path \"/a\"", "-, -")]
    public void Neighbours_that_differ_by_a_key_only_are_one_rule_with_keys(string rules, string keys)
        => Assert.Equal(keys, string.Join(", ", (Loaded.Text(Loaded.Protocol(rules)).Configuration?.Protocols[0].Rules ?? [])
            .Select(rule => rule.Keys is null ? "-" : $"{rule.Keys.Kind}: {string.Join(' ', rule.Keys.Texts)}")));

    [Fact]
    public void Marks_are_numbered_over_the_whole_file()
    {
        RelaydConfiguration configuration = Loaded.Good(Loaded.Protocol("match tag A label \"x\"\nmatch tagged B tag A\nmatch no tag no label"));
        Assert.Equal(["A", "B"], configuration.Tags);
        Assert.Equal(["x"], configuration.Labels);
        Assert.Equal((new Mark(MarkChange.Clear), new Mark(MarkChange.Clear)), (configuration.Protocols[0].Rules[2].Tag, configuration.Protocols[0].Rules[2].Label));
    }

    [Theory]
    [InlineData("match url set \"x\"", "combining url type and the given option is not supported")]
    [InlineData("match query append", "combining query type and the given option is not supported")]
    [InlineData("match response query \"x\"", "failed to load rule")]
    [InlineData("match response path strip 1", "failed to load rule")]
    [InlineData("block url digest \"0123\"", "invalid http digest")]
    [InlineData("pass inet6 from 192.0.2.1", "address family mismatch")]
    [InlineData("pass from 192.0.2.1 to ::1", "address family mismatch")]
    [InlineData("pass method get", "Write: GET")]
    [InlineData("match tag A tag B", "tag already defined")]
    [InlineData("match label \"A\" label \"B\"", "label already defined")]
    [InlineData("match tagged A tagged A", "tagged already defined")]
    [InlineData("match no tag", "no tag defined")]
    [InlineData("match tag \"\"", "invalid tag")]
    [InlineData("match forward to <nowhere>", "undefined forward table")]
    [InlineData("match file \"/keys\"", "file without the part that it has keys for")]
    [InlineData("match url file \"/nowhere\"", "failed to load rules from /nowhere")]
    [InlineData("pass quick request", "syntax error")]
    public void A_mistake_is_named(string line, string message) => Assert.Contains(message, Loaded.Said(Loaded.Protocol(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData("pass sni \"*.Example.ORG\" forward to <others>", "*.example.org")]
    [InlineData("block request quick from ::1 sni example.org", "example.org")]
    [InlineData("match sni \"[a-m]*.example.org\" tag A", "[a-m]*.example.org")]
    [InlineData("match header sni", null)]
    public void A_rule_of_TCP_asks_for_the_name_of_a_server(string line, string? name) => Assert.Equal(name, Loaded.GoodProtocol(line, "tcp").Rules[0].ServerName);

    [Theory]
    [InlineData("tcp", "pass sni \"\"", "invalid sni")]
    [InlineData("tcp", "pass sni \"a b\"", "invalid sni: a b")]
    [InlineData("tcp", "pass sni \"a/b\"", "invalid sni: a/b")]
    [InlineData("tcp", "match response sni \"a\"", "sni in a rule for responses of protocol p")]
    [InlineData("http", "pass sni \"a\"", "sni in a rule of protocol p")]
    [InlineData("dns", "pass sni \"a\"", "sni in a rule of protocol p")]
    [InlineData("tcp", "pass sni", "syntax error")]
    public void A_mistake_about_the_name_of_a_server_is_named(string type, string line, string message) =>
        Assert.Contains(message, Loaded.Said(Loaded.Protocol(line, type)), StringComparison.Ordinal);

    // What OpenBSD cannot read it does not ignore.
    [Fact]
    public void Rules_with_a_name_need_no_warning() => Assert.Equal("", Loaded.Said(Loaded.Protocol("block\npass sni \"a.example\" forward to <others>", "tcp")));

    [Fact]
    public void A_pattern_that_never_matches_is_a_warning()
        => Assert.Contains("never matches", Loaded.Said(Loaded.Protocol("match header pattern \"(\"")), StringComparison.Ordinal);

    [Fact]
    public void A_table_that_the_relay_does_not_know_is_a_warning()
        => Assert.Contains(
            "relay www does not forward to <third>",
            Loaded.Said("table <third> { ::1 }\n" + Loaded.Protocol("pass forward to <third>")),
            StringComparison.Ordinal);

    private static string Describe(Entity entity) => $"{entity.Kind} {entity.Action} {Describe(entity.Key)} {Describe(entity.Value)}";

    private static string Describe(Comparand? comparand) => comparand is null ? "" : $"{comparand.Kind}:{comparand.Text}";
}
