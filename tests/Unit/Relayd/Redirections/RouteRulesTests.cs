using System;
using System.Linq;

using Sluice.Engine.Netfilter;
using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class RouteRulesTests
{
    private const string Route = "route to <hosts> check tcp interface eth0";
    private const string Base = "ip sluice prerouting";

    private static readonly PresentMap _left = new(FilterMapKind.Map, "flows-776262-65746830-00000007", IsEmpty: false);

    [Fact]
    public void A_redirection_is_in_the_table_of_its_family_and_in_no_other()
    {
        Ruleset rules = Planned.Rules(Planned.Redirect(Route));

        Assert.Empty(Planned.Caught(rules));
        Assert.StartsWith("192.0.2.1 . tcp . 80 ", Assert.Single(rules.Maps["ip sluice redirects-4"].Elements).Key + " ", StringComparison.Ordinal);
        Assert.Equal(["inet sluice", "ip sluice"], rules.Tables.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.DoesNotContain(rules.Chains.Values.SelectMany(static chain => chain.Rules), static rule => rule.Contains("dnat", StringComparison.Ordinal));
    }

    [Fact]
    public void A_flow_that_is_noted_down_is_asked_for_first_and_others_are_counted()
    {
        Ruleset rules = Planned.Rules(Planned.Redirect(Route));

        RuleChain chain = Assert.Single(rules.Chains.Values, static chain => chain is { Table: "ip sluice", Name: ['r', ..] });
        Assert.Contains(" goto known-", chain.Rules[0], StringComparison.Ordinal);
        Assert.Equal(Lease.Rule, chain.Rules[1]);
        Assert.StartsWith("counter name", chain.Rules[2], StringComparison.Ordinal);
        Assert.StartsWith("numgen inc mod 2 vmap @hosts-", chain.Rules[3], StringComparison.Ordinal);
    }

    [Fact]
    public void The_session_timeout_is_that_of_flows() => Assert.Contains(
        Planned.Rules(Planned.Redirect($"{Route}\nsession timeout 7")).Chains.Values.SelectMany(static chain => chain.Rules),
        static rule => rule.Contains(" timeout 7s : 0.0.0.0", StringComparison.Ordinal));

    [Fact]
    public void A_tag_is_on_each_packet()
    {
        RuleChain chain = Assert.Single(Planned.Rules(Planned.Redirect($"{Route}\nmatch pftag x")).Chains.Values, static chain => chain is { Table: "ip sluice", Name: ['r', ..] });

        Assert.Equal("meta mark set meta mark & 0x00ffffff | 0x01000000", chain.Rules[0]);
    }

    // The table gets all packets of a flow.
    [Fact]
    public void Only_packets_of_flows_that_are_not_noted_down_are_logged()
    {
        RuleChain chain = Assert.Single(
            Planned.Rules(Planned.Redirect($"listen on 192.0.2.9 port 81 pflog\n{Route}")).Chains.Values, static chain => chain is { Table: "ip sluice", Name: ['l', ..] });

        Assert.Matches(@"^jhash .* != @flows-[-0-9a-f]+ log prefix ""redirect www "" group 1$", chain.Rules[0]);
        Assert.StartsWith("goto redirect-", chain.Rules[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_of_a_sticky_redirection_has_the_host_of_its_address() => Assert.Contains(
        Planned.Rules(Planned.Redirect($"{Route}\nsticky-address")).Chains.Values.SelectMany(static chain => chain.Rules),
        static rule => rule.StartsWith("jhash ip saddr mod 1024", StringComparison.Ordinal));

    [Fact]
    public void A_name_says_whose_the_flows_are()
    {
        FlowMap map = FlowMap.Of(Planned.Redirect(Route).Redirects[0], RuleFamily.Version6);

        Assert.Equal(map, FlowMap.Of(map.Name, RuleFamily.Version6));
        Assert.Equal("www", map.Redirect);
    }

    [Theory]
    [InlineData("hosts-1")]
    [InlineData("flows-")]
    [InlineData("flows-77-2a-00000007")]
    [InlineData("flows-77-6-00000007")]
    [InlineData("flows-7G-6565-00000007")]
    [InlineData("flows-77-6565-x")]
    [InlineData("flows-77-6565-00000007-1")]
    public void Other_names_say_nothing(string name) => Assert.Null(FlowMap.Of(name, RuleFamily.Version4));

    [Fact]
    public void Other_addresses_have_another_map() => Assert.NotEqual(
        FlowMap.Of(Planned.Redirect(Route).Redirects[0], RuleFamily.Version4),
        FlowMap.Of(Planned.Redirect($"listen on 192.0.2.1 port 81\n{Route}").Redirects[0], RuleFamily.Version4));

    [Fact]
    public void Flows_that_there_are_go_on_where_their_redirection_is_not()
    {
        Ruleset idle = RulesetPlan.Idle([FlowMap.Of(_left.Name, RuleFamily.Version4)!]);

        Assert.Contains(" goto known-776262-65746830-00000007", idle.Chains[Base].Rules[^1], StringComparison.Ordinal);
        Assert.Contains(idle.Chains.Values.SelectMany(static chain => chain.Rules), static rule => rule.EndsWith("device \"eth0\" drop", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_noted_down_stays_and_all_else_is_made_anew()
    {
        Ruleset idle = RulesetPlan.Idle([FlowMap.Of(_left.Name, RuleFamily.Version4)!]);

        string commands = idle.Reconciliation([new PresentTable("ip sluice", ["known-9"], ["redirect-9"], [_left, new PresentMap(FilterMapKind.Map, "hosts-9", IsEmpty: false), new PresentMap(FilterMapKind.Map, "flows-1", IsEmpty: true)])]);

        Assert.DoesNotContain($"delete map ip sluice {_left.Name}", commands, StringComparison.Ordinal);
        Assert.All(
            (string[])["flush table ip sluice", "delete map ip sluice hosts-9", "delete map ip sluice flows-1", "delete chain ip sluice known-9", "delete counter ip sluice redirect-9"],
            command => Assert.Contains(command + "\n", commands, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_nothing_needs_a_table_it_is_taken_away() =>
        Assert.Contains("delete table ip6 sluice\n", RulesetPlan.Idle([]).Reconciliation([new PresentTable("ip6 sluice", [], [], [])]), StringComparison.Ordinal);
}
