using System;
using System.Linq;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class RulesetPlanTests
{
    private const string Forward = "forward to <hosts> check tcp";

    [Fact]
    public void A_redirection_is_an_element_of_the_map_and_a_chain()
    {
        Ruleset rules = Planned.Rules(Planned.Redirect(Forward));

        string chain = Assert.Single(Planned.Caught(rules));
        Assert.StartsWith("192.0.2.1 . tcp . 80 : goto redirect-", chain, StringComparison.Ordinal);
        Assert.Equal(["192.0.2.11", "192.0.2.12"], Planned.Map(rules, "hosts-"));
        Assert.Contains(rules.Chains[chain[(chain.LastIndexOf(' ') + 1)..]].Rules, static rule => rule.Contains("dnat ip to numgen inc mod 2 map @hosts-", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_packets_that_open_a_flow_are_looked_at() => Assert.Equal(
        ["ct state != new accept", "tcp flags & (fin | syn | rst | ack) != syn accept"], RulesetPlan.Idle([]).Chains["prerouting"].Rules.Take(2), StringComparer.Ordinal);

    [Theory]
    [InlineData("random", "numgen random mod 2")]
    [InlineData("roundrobin", "numgen inc mod 2")]
    [InlineData("source-hash 0x000102030405060708090a0b0c0d0e0f", "jhash ip saddr mod 1024 seed 0x")]
    public void A_mode_has_its_words(string mode, string words) =>
        Assert.Contains(words, Assert.Single(Planned.Rules(Planned.Redirect($"{Forward} mode {mode}")).Chains.Values, static chain => chain.Hook.Length == 0).Rules[^1], StringComparison.Ordinal);

    [Fact]
    public void A_host_that_is_down_is_in_no_slot() =>
        Assert.Equal(["192.0.2.12"], Planned.Map(Planned.Rules(Planned.Redirect(Forward), "192.0.2.11"), "hosts-"));

    [Fact]
    public void Without_a_host_that_is_up_packets_fall_through() =>
        Assert.Empty(Planned.Caught(Planned.Rules(Planned.Redirect(Forward), "192.0.2.11", "192.0.2.12")));

    [Fact]
    public void Then_the_backup_table_serves() => Assert.Equal(
        ["192.0.2.13"],
        Planned.Map(Planned.Rules(Planned.Redirect($"{Forward}\nforward to <others> check tcp"), "192.0.2.11", "192.0.2.12"), "hosts-"));

    [Fact]
    public void A_redirection_that_is_disabled_catches_nothing() => Assert.Empty(Planned.Caught(Planned.Rules(Planned.Redirect($"{Forward}\ndisable"))));

    [Theory]
    [InlineData("listen on 192.0.2.9 udp port 53\n" + Forward, "192.0.2.9 . udp . 53", " : 80", "192.0.2.11")]
    [InlineData("listen on 192.0.2.9 udp port 5000:5100\nforward to <hosts> port 7 check icmp", "192.0.2.9 . udp . 5000-5100", " : 7", "192.0.2.11")]
    public void Ports_are_translated(string lines, string key, string rule, string host)
    {
        Ruleset rules = Planned.Rules(Planned.Redirect(lines));

        Assert.Contains(Planned.Caught(rules), caught => caught.StartsWith(key, StringComparison.Ordinal));
        Assert.Contains(rules.Chains.Values.SelectMany(static chain => chain.Rules), text => text.EndsWith(rule, StringComparison.Ordinal));
        Assert.Equal(host, Planned.Map(rules, "hosts-")[0]);
    }

    [Fact]
    public void A_range_keeps_its_ports_where_the_table_names_none()
    {
        Ruleset rules = Planned.Rules(Planned.Text("table <t> { ::2 }\nredirect \"r\" {\nlisten on ::1 udp port 7:9\nforward to <t> check icmp\n}\n"));

        Assert.StartsWith("::1 . udp . 7-9 : goto redirect-", Assert.Single(Planned.Caught(rules, '6')), StringComparison.Ordinal);
        Assert.Equal(["::2"], Planned.Map(rules, "hosts-"));
        Assert.Contains(rules.Chains.Values, static chain => chain.Rules[^1].StartsWith("dnat ip6 to numgen", StringComparison.Ordinal));
    }

    [Fact]
    public void A_range_has_a_map_of_its_own_which_costs_others_nothing()
    {
        Ruleset single = Planned.Rules(Planned.Redirect(Forward));
        Ruleset ranges = Planned.Rules(Planned.Redirect($"listen on 192.0.2.9 udp port 7:9\n{Forward}"));

        Assert.Equal(2, single.Chains["prerouting"].Rules.Count(static rule => rule.Contains(" vmap @redirects-", StringComparison.Ordinal)));
        Assert.DoesNotContain(single.Maps.Values, static map => map.Content.Contains("interval", StringComparison.Ordinal));
        Assert.Contains(ranges.Chains["prerouting"].Rules, static rule => rule.EndsWith(" vmap @redirects-ranges-4", StringComparison.Ordinal));
        Assert.Equal(["192.0.2.9 . udp . 7-9"], ranges.Maps["redirects-ranges-4"].Elements.Keys, StringComparer.Ordinal);
        Assert.Equal(["192.0.2.1 . tcp . 80"], ranges.Maps["redirects-4"].Elements.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public void An_interface_and_the_log_are_asked_before()
    {
        Ruleset rules = Planned.Rules(Planned.Text("table <t> { 192.0.2.2 }\nredirect \"a; b\" {\nlisten on 192.0.2.1 port 7 interface eth0 pflog\nforward to <t> check icmp\n}\n"));

        RuleChain chain = Assert.Single(rules.Chains.Values, static chain => chain.Name.StartsWith("listen", StringComparison.Ordinal));
        Assert.Equal("iifname \"eth0\" log prefix \"redirect a_ b \" group 1", chain.Rules[0]);
        Assert.StartsWith("iifname \"eth0\" goto redirect-", chain.Rules[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_of_a_sticky_redirection_is_noted_down_and_found_again()
    {
        Ruleset rules = Planned.Rules(Planned.Redirect($"{Forward}\nsticky-address"));

        string[] all = [.. rules.Chains.Values.SelectMany(static chain => chain.Rules)];
        Assert.Contains(all, static rule => rule.Contains("dnat ip to ip saddr map @sticky-", StringComparison.Ordinal));
        Assert.Contains(all, static rule => rule.StartsWith("update @sticky-", StringComparison.Ordinal) && rule.EndsWith("{ ip saddr : 192.0.2.12 }", StringComparison.Ordinal));
    }

    // The packet has its own destination again before anything else is done.
    [Fact]
    public void One_that_is_remembered_with_a_host_that_serves_no_more_is_forgotten_first()
    {
        Ruleset rules = Planned.Rules(Planned.Redirect($"{Forward}\nsticky-address"), "192.0.2.11");

        Assert.Equal(["192.0.2.12"], Assert.Single(rules.Maps.Values, static map => map.Name.StartsWith("serving-", StringComparison.Ordinal)).Elements.Keys, StringComparer.Ordinal);
        Assert.Equal(
            ["ip daddr set ip saddr map", "ip daddr", "ip daddr set ct original ip daddr", "delete", "numgen inc mod 1 vmap"],
            Assert.Single(rules.Chains.Values, static chain => chain.Name.StartsWith("redirect-", StringComparison.Ordinal)).Rules.TakeLast(5).Select(static rule => rule.Split(" @")[0]),
            StringComparer.Ordinal);
        Assert.Contains(rules.Chains.Values.SelectMany(static chain => chain.Rules), static rule => rule.Contains(" ip daddr set ct original ip daddr meta l4proto { tcp, udp, dccp, sctp, udplite } dnat ip to ip saddr map @sticky-", StringComparison.Ordinal));
    }

    [Fact]
    public void A_tag_is_some_bits_of_the_mark_of_packet_and_connection()
    {
        RuleChain chain = Assert.Single(Planned.Rules(Planned.Redirect($"{Forward}\npftag x mark 0x100 mask 0xff00")).Chains.Values, static chain => chain.Hook.Length == 0);

        Assert.Equal(["meta mark set meta mark & 0xffff00ff | 0x00000100", "ct mark set ct mark & 0xffff00ff | 0x00000100"], chain.Rules.Skip(1).Take(2), StringComparer.Ordinal);
    }

    [Fact]
    public void With_match_packets_are_marked_before_rules_of_others_and_redirected_behind_them()
    {
        Ruleset rules = Planned.Rules(Planned.Redirect($"{Forward}\nlisten on 192.0.2.9 port 7 interface eth0 pflog\nmatch pftag x"));

        Assert.Empty(Planned.Caught(rules));
        Assert.All(rules.Maps["marks-4"].Elements.Values, static verdict => Assert.StartsWith("jump mark", verdict, StringComparison.Ordinal));
        Assert.Equal(2, rules.Maps["matches-4"].Elements.Count);
        Assert.Contains(rules.Chains["prerouting"].Rules, static rule => rule.EndsWith("vmap @marks-4", StringComparison.Ordinal));
        Assert.Contains(rules.Chains["prerouting-matches"].Rules, static rule => rule.EndsWith("vmap @matches-4", StringComparison.Ordinal));
        Assert.DoesNotContain("log", Assert.Single(Assert.Single(rules.Chains.Values, static chain => chain.Name.StartsWith("marked-", StringComparison.Ordinal)).Rules), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hairpin_masks_clients_of_its_networks_alone_and_flows_of_its_addresses()
    {
        Ruleset rules = Planned.Rules(Planned.Redirect($"{Forward}\nlisten on 192.0.2.1 udp port 7:9\nhairpin {{ \"192.0.2.8/29\", \"2001:db8::/64\" }}"));

        Assert.Equal(["192.0.2.1"], rules.Maps["hairpins-4"].Elements.Keys, StringComparer.Ordinal);
        Assert.Equal(
            ["meta l4proto tcp ct original proto-dst 80 ip saddr { 192.0.2.8/29 } masquerade", "meta l4proto udp ct original proto-dst 7-9 ip saddr { 192.0.2.8/29 } masquerade"],
            rules.Chains["hairpin-4-1"].Rules, StringComparer.Ordinal);
        Assert.StartsWith("type nat hook postrouting", rules.Chains["postrouting"].Hook, StringComparison.Ordinal);
    }

    [Fact]
    public void The_session_timeout_is_that_of_established_connections() => Assert.Contains(
        Planned.Rules(Planned.Redirect($"{Forward}\nsession timeout 7")).Objects.Values,
        static one => one.Content.Contains("established : 7 ", StringComparison.Ordinal));

    [Fact]
    public void Nothing_that_a_name_says_reaches_the_packet_filter()
    {
        RelaydConfiguration configuration = Planned.Redirect(Forward);
        string commands = Planned.Rules(configuration with { Redirects = [configuration.Redirects[0] with { Name = "\"}; delete table inet filter\n" }] }).Replacement();

        Assert.Contains("comment \"___ delete table inet filter_\"", commands, StringComparison.Ordinal);
    }
}
