using System.Linq;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Rules;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Rules;

/// <summary>Which rule decides, and what it leaves behind (R-FILTER-20 to -30).</summary>
public sealed class DecisionTests
{
    [Theory]
    [InlineData("match header \"A\"", nameof(RuleVerdict.Pass))]
    [InlineData("block", nameof(RuleVerdict.Block))]
    [InlineData("block\npass", nameof(RuleVerdict.Pass))]
    [InlineData("pass\nblock path \"/x\"", nameof(RuleVerdict.Block))]
    [InlineData("block\npass path \"/y\"", nameof(RuleVerdict.Block))]
    [InlineData("block quick\npass", nameof(RuleVerdict.Block))]
    [InlineData("match quick\nblock", nameof(RuleVerdict.Block))]
    [InlineData("block response", nameof(RuleVerdict.Pass))]
    public void The_last_rule_that_matches_decides_unless_one_is_quick(string rules, string verdict)
        => Assert.Equal(verdict, new Ruled(rules).Get("/x").Verdict.ToString());

    [Fact]
    public void Answers_are_asked_about_by_rules_of_their_own()
        => Assert.Equal(RuleVerdict.Block, new Ruled("pass\nblock response header \"X\" value \"1\"").Respond("X: 1").Verdict);

    [Fact]
    public void A_relay_without_rules_of_a_direction_does_not_ask()
    {
        RuleSet rules = Ruled.Compiled(Loaded.Good(Loaded.Protocol("block response")));
        Assert.Equal((false, true), (rules.HasRules(Direction.Request), rules.HasRules(Direction.Response)));
    }

    [Theory]
    [InlineData("match tag A\nblock tagged A", nameof(RuleVerdict.Block))]
    [InlineData("block tagged A\nmatch tag A", nameof(RuleVerdict.Pass))]
    [InlineData("match tag A\nmatch tag B\nblock tagged A", nameof(RuleVerdict.Pass))]
    [InlineData("match tag A\nmatch no tag\nblock tagged A", nameof(RuleVerdict.Pass))]
    [InlineData("pass tag A\nblock tagged A", nameof(RuleVerdict.Pass))]
    public void The_tag_of_a_match_is_there_for_the_next_rule(string rules, string verdict)
        => Assert.Equal(verdict, new Ruled(rules).Get("/").Verdict.ToString());

    [Fact]
    public void Only_the_rule_that_decides_leaves_its_tag_label_and_table()
    {
        Ruled ruled = new Ruled("pass tag A label \"a\" forward to <others> header set \"X\" value \"a\"\npass tag B\nmatch label \"c\"").Get("/");
        Assert.Equal(("B", "c", null, ""), (ruled.Tag, ruled.Label, ruled.Subject.Table, ruled.Fields));
    }

    [Fact]
    public void Tag_and_label_stay_with_the_session()
    {
        Ruled ruled = new Ruled("match path \"/a\" tag A label \"l\"\nblock response tagged A\nmatch path \"/n\" no tag no label").Get("/a");
        Assert.Equal(RuleVerdict.Block, ruled.Respond("X: 1").Verdict);
        Assert.Equal(("A", "l"), (ruled.Get("/b").Tag, ruled.Label));
        Assert.Equal(("", ""), (ruled.Get("/n").Tag, ruled.Label));
    }

    [Fact]
    public void The_table_is_chosen_anew_for_each_request()
    {
        Ruled ruled = new Ruled("pass path \"/a\" forward to <others>\npass response forward to <others>").Get("/a");
        Assert.Equal("others", ruled.Subject.Table);
        Assert.Null(ruled.Get("/b").Subject.Table);
        Assert.Null(ruled.Respond("X: 1").Subject.Table);
    }

    [Fact]
    public void A_table_stays_for_the_answer()
        => Assert.Equal("others", new Ruled("pass forward to <others>\npass response").Get("/a").Respond("X: 1").Subject.Table);

    [Theory]
    [InlineData("GET", nameof(RuleVerdict.Block))]
    [InlineData("HEAD", nameof(RuleVerdict.Pass))]
    public void A_method_is_compared(string method, string verdict)
        => Assert.Equal(verdict, new Ruled("block method GET").Request(method, "/").Verdict.ToString());

    [Fact]
    public void No_answer_has_a_method() => Assert.Equal(RuleVerdict.Pass, new Ruled("block response method GET").Respond("X: 1").Verdict);

    [Theory]
    [InlineData("block from 198.51.100.0/24", nameof(RuleVerdict.Block))]
    [InlineData("block from 198.51.101.0/24", nameof(RuleVerdict.Pass))]
    [InlineData("block to 192.0.2.1", nameof(RuleVerdict.Block))]
    [InlineData("block to 192.0.2.2", nameof(RuleVerdict.Pass))]
    [InlineData("block inet", nameof(RuleVerdict.Block))]
    [InlineData("block inet6", nameof(RuleVerdict.Pass))]
    public void A_rule_asks_for_the_connection(string rules, string verdict)
        => Assert.Equal(verdict, new Ruled(rules).Get("/").Verdict.ToString());

    [Theory]
    [InlineData("block response from 198.51.100.0/24", nameof(RuleVerdict.Pass))]
    [InlineData("block response from 10.0.0.5", nameof(RuleVerdict.Block))]
    [InlineData("block response to 192.0.2.1", nameof(RuleVerdict.Block))]
    public void An_answer_comes_from_the_host(string rules, string verdict)
    {
        Ruled ruled = new(rules);
        ruled.Subject.Host = Address("10.0.0.5:80");
        Assert.Equal(verdict, ruled.Respond("X: 1").Verdict.ToString());
    }

    [Fact]
    public void Both_sides_have_the_family_as_far_as_they_are_there()
    {
        Ruled ruled = new("block inet");
        Assert.Equal(RuleVerdict.Block, ruled.Get("/").Verdict);
        ruled.Subject.Host = Address("[2001:db8::5]:80");
        Assert.Equal(RuleVerdict.Pass, ruled.Get("/").Verdict);
    }

    [Fact]
    public void All_that_a_rule_names_must_match()
    {
        Ruled ruled = new("block path \"/a\" query \"q\" value \"1\" header \"X\" cookie \"c\"");
        Assert.Equal(RuleVerdict.Block, ruled.Get("/a?q=1", "X: y", "Cookie: c=d").Verdict);
        Assert.Equal(RuleVerdict.Pass, ruled.Get("/a?q=2", "X: y", "Cookie: c=d").Verdict);
        Assert.Equal(RuleVerdict.Pass, ruled.Get("/a?q=1", "Cookie: c=d").Verdict);
        Assert.Equal(RuleVerdict.Pass, ruled.Get("/a?q=1", "X: y").Verdict);
    }

    [Fact]
    public void Rules_see_messages_as_they_came()
    {
        Ruled ruled = new("match header set \"X\" value \"2\"\nmatch header \"X\" value \"2\" tag A\nmatch header \"X\" value \"1\" tag B\nmatch path set \"*\" value \"/z\"\nblock path \"/z\"");
        Assert.Equal(("B", RuleVerdict.Pass), (ruled.Get("/", "X: 1").Tag, ruled.Verdict));
    }

    [Fact]
    public void Rules_do_not_see_what_was_taken_away_before()
    {
        Ruled ruled = new("block header \"X-Secret\"\nblock header \"X-S*\"\nmatch header append \"X-Secret\" value \"ours\"") { Dropped = { "x-secret" } };
        Assert.Equal((RuleVerdict.Pass, "X-Secret: ours|"), (ruled.Get("/", "X-Secret: 1").Verdict, ruled.Fields));
    }

    [Fact]
    public void What_is_blocked_is_logged_and_changed_all_the_same()
        => Assert.Equal(" [/x]", new Ruled("block path log \"*\"").Get("/x").Logged);

    [Fact]
    public void A_session_takes_tag_and_label_over_to_another_configuration()
    {
        Ruled ruled = new Ruled("match path \"/a\" tag A label \"l\"").Get("/a");
        RelaydConfiguration next = Loaded.Good(Loaded.Protocol("match path \"/b\" tag B label \"m\"\nmatch path \"/a\" tag A\nmatch path \"/c\" label \"l\""));
        Ruled.Compiled(next).Adopt(ruled.Subject, ruled.Configuration);
        Assert.Equal(("A", "l"), (next.Tags[ruled.Subject.TagId - 1], next.Labels[ruled.Subject.LabelId - 1]));
    }

    [Fact]
    public void A_tag_that_the_next_configuration_does_not_know_is_gone()
    {
        Ruled ruled = new Ruled("match tag A label \"l\"").Get("/a");
        RelaydConfiguration next = Loaded.Good(Loaded.Protocol("match path \"/b\" tag B"));
        Ruled.Compiled(next).Adopt(ruled.Subject, ruled.Configuration);
        Assert.Equal((0, 0, ""), (ruled.Subject.TagId, ruled.Subject.LabelId, ruled.Label));
    }

    [Fact]
    public void A_message_allocates_nothing()
    {
        Ruled ruled = new("match header append \"X-F\" value \"$REMOTE_ADDR\"\nmatch header set \"A\" value \"b\"\nmatch header log \"User-Agent\"\nblock path \"/x*\"\nblock url \"a.example/\"\nmatch cookie \"c\" value \"d*\"\nmatch query hash \"q\"");
        RequestOf request = new("GET /a/b/c?q=1 HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: x\r\nCookie: c=def\r\nA: 1\r\n\r\n");
        _ = Enumerable.Range(0, 100).Select(_ => ruled.Ask(Direction.Request, request.Head)).ToArray();
        long before = System.GC.GetAllocatedBytesForCurrentThread();
        _ = ruled.Ask(Direction.Request, request.Head);
        Assert.Equal(0, System.GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static Sluice.Engine.Io.SocketAddress Address(string text)
    {
        Assert.True(Sluice.Engine.Io.SocketAddress.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out Sluice.Engine.Io.SocketAddress address));
        return address;
    }

    private sealed class RequestOf(string text)
    {
        public Sluice.Http.Codec.RequestHead Head { get; } = Http.Codec.Heads.Parse(text, Sluice.Http.Codec.HeadLimits.Relayd);
    }
}
