using System;
using System.Linq;

using Sluice.Relayd.Configuration;
using Sluice.Relayd.Redirections;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class RulesetTests
{
    private const string Forward = "forward to <hosts> check tcp";

    [Fact]
    public void The_same_rules_need_no_command()
    {
        RelaydConfiguration configuration = Planned.Redirect(Forward);

        Assert.Empty(Planned.Rules(configuration).ChangeFrom(Planned.Rules(configuration)));
    }

    [Fact]
    public void A_host_of_a_thousand_is_a_change_of_a_few_elements()
    {
        RelaydConfiguration configuration = Planned.Text(
            $"table <t> {{ {string.Join(' ', Enumerable.Range(0, 1000).Select(static i => $"10.0.{i / 250}.{(i % 250) + 1}"))} }}\nredirect \"r\" {{\nlisten on 192.0.2.1 port 80\nforward to <t> check tcp\n}}\n");

        string commands = Planned.Rules(configuration, "10.0.1.7").ChangeFrom(Planned.Rules(configuration));

        Assert.Equal(6, commands.Count(static letter => letter == '\n'));
        Assert.Contains("{ 256, 999 }", commands, StringComparison.Ordinal);
        Assert.Contains("{ 256 : 10.0.3.250 }", commands, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_gone_is_deleted_after_what_refers_to_it()
    {
        string commands = RulesetPlan.Idle([]).ChangeFrom(Planned.Rules(Planned.Redirect($"{Forward}\nsticky-address")));
        string[] verbs = [.. commands.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => string.Join(' ', line.Split(' ')[..2]))];

        Assert.Equal(["delete element", "flush chain", "delete map", "delete set", "delete chain", "delete counter", "delete ct"], verbs.Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void A_replacement_says_everything_whatever_was_before() =>
        Assert.StartsWith("add table inet sluice\ndelete table inet sluice\nadd table ip sluice\ndelete table ip sluice\nadd table ip6 sluice\ndelete table ip6 sluice\nadd table inet sluice\nadd set inet sluice alive", RulesetPlan.Idle([]).Replacement(), StringComparison.Ordinal);

    [Fact]
    public void Any_change_and_its_undoing_end_where_they_began()
    {
        RelaydConfiguration configuration = Planned.Redirect($"{Forward} mode source-hash");
        Ruleset before = Planned.Rules(configuration);

        _ = Planned.Rules(configuration, "192.0.2.11");

        Assert.Empty(Planned.Rules(configuration).ChangeFrom(before));
    }
}
