using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep;
using Sluice.Daemon.Program;
using Sluice.Engine;
using Sluice.Engine.Netfilter;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Health;
using Sluice.Relayd.Redirections;
using Sluice.Unit.Fakes;
using Sluice.Unit.Relayd.Configuration;

using Xunit;

namespace Sluice.Unit.Relayd.Redirections;

public sealed class RunningRulesTests : IDisposable
{
    private readonly SharedPages _pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
    private readonly SaidLines _said = new();
    private readonly FakeKernel _kernel = new();
    private readonly HealthBoard _board;
    private readonly RunningRules _rules;

    public RunningRulesTests()
    {
        _board = new HealthBoard(_pages);
        _rules = new RunningRules(_board, new Log(_said, verbosity: 2), _kernel);
    }

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void At_the_start_everything_is_made_and_then_what_changes()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp");
        Set(configuration, "192.0.2.11", HostState.Down);

        Assert.True(_rules.Follow());

        Assert.StartsWith("add table inet sluice\ndelete table", _kernel.Commands[0], StringComparison.Ordinal);
        Assert.StartsWith("flush chain inet sluice redirect-", _kernel.Commands[1], StringComparison.Ordinal);
        Assert.Equal(2, _kernel.Commands.Count);
    }

    [Fact]
    public void The_board_may_change_while_rules_are_made_of_it()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp");
        using CancellationTokenSource over = new();
        Thread writer = new(() => GoUpAndDown(configuration, over.Token));
        writer.Start();
        try
        {
            Assert.All(Enumerable.Range(0, 2000), _ => Assert.True(_rules.Follow()));
        }
        finally
        {
            over.Cancel();
            writer.Join();
        }
    }

    [Fact]
    public void A_host_of_a_thousand_that_goes_down_is_one_transaction()
    {
        RelaydConfiguration configuration = Planned.Text(
            $"table <t> {{ {string.Join(' ', Enumerable.Range(0, 1000).Select(static i => $"10.0.{i / 250}.{(i % 250) + 1}"))} }}\nredirect \"r\" {{\nlisten on 192.0.2.1 port 80\nforward to <t> check tcp\n}}\n");
        configuration.Tables[0].Hosts.ToList().ForEach(host => Set(configuration, host.Name, HostState.Up));
        Assert.True(_rules.Take(configuration));
        int before = _kernel.Commands.Count;
        Set(configuration, "10.0.1.7", HostState.Down);

        Assert.True(_rules.Follow());

        Assert.Equal(before + 1, _kernel.Commands.Count);
    }

    [Fact]
    public void What_runs_out_is_renewed_in_each_table()
    {
        _ = Taken("route to <hosts> check tcp interface eth0");

        _rules.Renew();

        Assert.Contains("add element inet sluice alive { ip, ip6 }\ndelete element inet sluice alive { ip, ip6 }\nadd element inet sluice alive", _kernel.Commands[^1], StringComparison.Ordinal);
        Assert.Contains("add element ip sluice alive", _kernel.Commands[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_new_is_no_transaction()
    {
        _ = Taken("forward to <hosts> check tcp");

        Assert.True(_rules.Follow());

        Assert.Single(_kernel.Commands);
    }

    [Fact]
    public void A_change_that_is_refused_is_followed_by_the_whole()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp");
        Set(configuration, "192.0.2.11", HostState.Down);
        _kernel.Refused = "flush chain";

        Assert.True(_rules.Follow());

        Assert.StartsWith("add table inet sluice\ndelete table", _kernel.Commands[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void When_the_whole_is_refused_it_is_said_and_tried_again()
    {
        _kernel.Refused = "add";
        RelaydConfiguration configuration = Planned.Redirect("forward to <hosts> check tcp");

        Assert.False(_rules.Take(configuration));
        _kernel.Refused = "nothing";
        Assert.True(_rules.Follow());

        Assert.Contains(_said.Lines, static line => line.Contains("refused the rules of redirections", StringComparison.Ordinal));
    }

    [Fact]
    public void Flows_to_a_host_that_went_down_are_forgotten_and_no_others()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp", "log state changes\n");
        TrackedFlow lost = Flow("192.0.2.1:80", "192.0.2.11:80");
        _kernel.Flows.AddRange([lost, Flow("192.0.2.1:80", "192.0.2.12:80"), Flow("192.0.2.1:81", "192.0.2.11:80"), Flow("192.0.2.1:80", "192.0.2.11:81"), Flow("192.0.2.2:80", "192.0.2.11:80")]);
        Set(configuration, "192.0.2.11", HostState.Down);

        Assert.True(_rules.Follow());

        Assert.Equal([lost], _kernel.Forgotten);
        Assert.Contains(_said.Lines, static line => line.EndsWith("table www: 0 added, 1 deleted, 0 changed, 1 killed", StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_serves_again_while_flows_are_ended_keeps_those_that_are_left()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp", "log state changes\n");
        _kernel.Flows.AddRange([Flow("192.0.2.1:80", "192.0.2.11:80"), Flow("192.0.2.1:80", "192.0.2.11:80")]);
        Set(configuration, "192.0.2.11", HostState.Down);
        _kernel.Between = () => ComeBack(configuration);

        Assert.True(_rules.Follow());

        Assert.Single(_kernel.Forgotten);
        Assert.Contains(_said.Lines, static line => line.EndsWith("table www: 0 added, 1 deleted, 0 changed, 1 killed", StringComparison.Ordinal));
    }

    [Fact]
    public void Those_of_a_host_that_the_operator_takes_out_stay()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp");
        _kernel.Flows.Add(Flow("192.0.2.1:80", "192.0.2.11:80"));
        _board.Write(PlaceOf(configuration, "192.0.2.11"), new HostHealth { Withdrawal = Withdrawal.Disabled });

        Assert.True(_rules.Follow());

        Assert.Empty(_kernel.Forgotten);
    }

    [Fact]
    public void Datagrams_that_were_not_translated_are_forgotten_when_a_host_comes_up()
    {
        RelaydConfiguration configuration = Planned.Redirect("listen on 192.0.2.3 udp port 53\nforward to <hosts> check tcp");
        TrackedFlow astray = new(17, Address("192.0.2.3:53"), Address("192.0.2.3:53"));
        _kernel.Flows.AddRange([astray, new(17, Address("192.0.2.3:53"), Address("192.0.2.12:80")), new(17, Address("192.0.2.3:54"), Address("192.0.2.3:54"))]);
        Assert.True(_rules.Take(configuration));
        Assert.Empty(_kernel.Forgotten);
        Set(configuration, "192.0.2.11", HostState.Up);

        Assert.True(_rules.Follow());

        Assert.Equal([astray], _kernel.Forgotten);
    }

    [Fact]
    public void Clients_of_a_host_that_failed_choose_anew()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp\nsticky-address");
        _kernel.Add("10.0.0.1", "192.0.2.11").Add("10.0.0.2", "192.0.2.12");
        Set(configuration, "192.0.2.11", HostState.Down);

        Assert.True(_rules.Follow());

        Assert.Equal(["10.0.0.1"], _kernel.Removed);
    }

    [Fact]
    public void Flows_of_direct_server_return_to_a_host_that_went_down_are_taken_out()
    {
        RelaydConfiguration configuration = Taken("route to <hosts> check tcp interface eth0", "log state changes\n");
        _kernel.Add("0.0.0.7", "192.0.2.11").Add("0.0.0.8", "192.0.2.12").Add("0.0.0.9", "192.0.2.11");
        Set(configuration, "192.0.2.11", HostState.Down);

        Assert.True(_rules.Follow());

        Assert.Equal(["0.0.0.7", "0.0.0.9"], _kernel.Removed);
        Assert.Contains(_said.Lines, static line => line.EndsWith("table www: 0 added, 1 deleted, 0 changed, 2 killed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_host_that_serves_again_while_its_flows_are_looked_up_keeps_what_is_left()
    {
        RelaydConfiguration configuration = Taken("route to <hosts> check tcp interface eth0", "log state changes\n");
        _kernel.AddMany(1500, "192.0.2.11");
        Set(configuration, "192.0.2.11", HostState.Down);
        _kernel.Between = () => ComeBack(configuration);

        Assert.True(_rules.Follow());

        Assert.Empty(_kernel.Removed);
        Assert.Contains(_said.Lines, static line => line.EndsWith("table www: 0 added, 1 deleted, 0 changed, 0 killed", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_follow_the_board_while_flows_are_looked_up()
    {
        RelaydConfiguration configuration = Taken("route to <hosts> check tcp interface eth0");
        _kernel.AddMany(1500, "192.0.2.11").AddMany(700, "192.0.2.12");
        Set(configuration, "192.0.2.11", HostState.Down);
        int before = 0;
        _kernel.Between = () =>
        {
            Set(configuration, "192.0.2.12", HostState.Down);
            before = _kernel.Removed.Count;
            _kernel.Between = null;
            Assert.True(_rules.Follow());
        };

        Assert.True(_rules.Follow());

        Assert.Equal((0, 2200), (before, _kernel.Removed.Count));
        Assert.Contains("flush chain ip sluice redirect-", _kernel.Commands[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("route to <hosts> check tcp interface eth0")]
    [InlineData("forward to <hosts> check tcp\nsticky-address")]
    public void A_redirection_that_a_reload_removes_while_all_that_is_looked_through_does_no_harm(string lines)
    {
        RelaydConfiguration configuration = Taken(lines);
        _kernel.AddMany(1500, "192.0.2.11");
        _kernel.Flows.AddRange([Flow("192.0.2.1:80", "192.0.2.11:80"), Flow("192.0.2.1:80", "192.0.2.11:80")]);
        Set(configuration, "192.0.2.11", HostState.Down);
        _kernel.Between = () =>
        {
            _kernel.Between = null;
            _kernel.Outcomes.Enqueue(Errno.NotFound);
            Assert.True(_rules.Take(configuration with { Redirects = [] }));
        };

        Assert.True(_rules.Follow());
        Assert.True(_rules.Take(configuration));

        Assert.Contains("goto redirect-", _kernel.Commands[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(_said.Lines, static line => line.Contains("could not", StringComparison.Ordinal) || line.Contains("refused", StringComparison.Ordinal));
    }

    // Its predecessor may have died before all were forgotten.
    [Fact]
    public void Flows_of_hosts_that_are_down_at_the_start_are_forgotten()
    {
        RelaydConfiguration configuration = Planned.Redirect("route to <hosts> check tcp interface eth0");
        Set(configuration, "192.0.2.11", HostState.Down);
        Set(configuration, "192.0.2.12", HostState.Up);
        _kernel.Add("0.0.0.7", "192.0.2.11").Add("0.0.0.8", "192.0.2.12");

        Assert.True(_rules.Take(configuration));

        Assert.Equal(["0.0.0.7"], _kernel.Removed);
    }

    [Fact]
    public void Many_clients_are_forgotten_behind_the_change_of_the_rules_which_sends_nobody_to_their_host()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp\nsticky-address");
        _kernel.AddMany(3000, "192.0.2.11");
        Set(configuration, "192.0.2.11", HostState.Down);
        int before = -1;
        _kernel.Between = () => before = before < 0 ? _kernel.Commands.Count : before;

        Assert.True(_rules.Follow());

        Assert.Equal(2, before);
        Assert.Matches(@"\ndelete element inet sluice serving-\S+ \{ 192\.0\.2\.11 \}\n", _kernel.Commands[1]);
        Assert.Equal(3000, _kernel.Removed.Count);
    }

    [Fact]
    public void A_map_with_flows_stays_at_the_start_and_an_empty_one_goes()
    {
        string full = FlowMap.Of(Planned.Redirect("route to <hosts> check tcp interface eth0").Redirects[0], RuleFamily.Version4).Name;
        _kernel.Table = new FilterTable { Chains = { "known-1" }, Counters = { "redirect-1" }, Maps = { new FilterMapName(full, FilterMapKind.Map), new FilterMapName("flows-776262-65746830-00000007", FilterMapKind.Map) } };
        _kernel.Named(full).Add("0.0.0.7", "192.0.2.12");

        _ = Taken("forward to <hosts> check tcp");

        Assert.DoesNotContain($"delete map ip sluice {full}", _kernel.Commands[0], StringComparison.Ordinal);
        Assert.Contains("delete map ip sluice flows-776262-65746830-00000007\n", _kernel.Commands[0], StringComparison.Ordinal);
        Assert.Contains($"goto known-{full[FlowMap.Beginning.Length..]}", _kernel.Commands[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_with_fewest_states_get_the_next_flows()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp mode least-states");
        _kernel.Flows.AddRange([Flow("192.0.2.1:80", "192.0.2.11:80"), Flow("192.0.2.1:80", "192.0.2.11:80"), Flow("192.0.2.1:80", "192.0.2.11:80"), Flow("192.0.2.1:80", "192.0.2.12:80")]);

        Level(new Dictionary<int, long> { [configuration.Redirects[0].Place] = 2 });
        int commands = _kernel.Commands.Count;
        Level(new Dictionary<int, long> { [configuration.Redirects[0].Place] = 2 });

        Assert.Contains("{ 0 : 192.0.2.12 }", _kernel.Commands[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(": 192.0.2.11", _kernel.Commands[^1], StringComparison.Ordinal);
        Assert.Equal(commands, _kernel.Commands.Count);
    }

    [Fact]
    public void Clients_of_one_that_gets_no_new_flows_stay()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp mode least-states\nsticky-address");
        _kernel.Flows.AddRange([Flow("192.0.2.1:80", "192.0.2.11:80"), Flow("192.0.2.1:80", "192.0.2.11:80")]);

        Level(new Dictionary<int, long> { [configuration.Redirects[0].Place] = 1 });

        Assert.DoesNotContain("goto host-" + PlaceOf(configuration, "192.0.2.11"), _kernel.Commands[^1].Split("add element")[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(" serving-", _kernel.Commands[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void So_do_those_with_direct_server_return()
    {
        RelaydConfiguration configuration = Taken("route to <hosts> check tcp mode least-states interface eth0");
        _kernel.Add("0.0.0.7", "192.0.2.11").Add("0.0.0.8", "192.0.2.11");

        Level(new Dictionary<int, long> { [configuration.Redirects[0].Place] = 1 });

        Assert.Contains($"0 : goto host-{PlaceOf(configuration, "192.0.2.12")}", _kernel.Commands[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void At_the_end_the_kernel_are_empty_and_the_chain_stays()
    {
        _ = Taken("forward to <hosts> check tcp");

        _rules.Empty();

        Assert.Contains("type nat hook prerouting", _kernel.Commands[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.1", _kernel.Commands[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_are_those_of_redirections_in_all_tables_and_list_nothing_else()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp");
        string name = RulesetPlan.CounterOf(configuration.Redirects[0]);
        _kernel.Counters.AddRange([(name, 7), ("other", 9), (name, 2)]);

        Assert.Equal([(configuration.Redirects[0].Place, 9L)], _rules.Counts());
        Assert.Equal(0, _kernel.Listings);
    }

    [Fact]
    public void Counters_that_were_not_all_seen_count_later()
    {
        RelaydConfiguration configuration = Taken("forward to <hosts> check tcp");
        _kernel.Counters.AddRange([(RulesetPlan.CounterOf(configuration.Redirects[0]), 7), ("torn", 0)]);

        Assert.Empty(_rules.Counts());
    }

    private RelaydConfiguration Taken(string lines, string before = "")
    {
        RelaydConfiguration configuration = Planned.Text(before + Loaded.Redirect(lines));
        foreach (Host host in configuration.Tables.SelectMany(static table => table.Hosts))
        {
            _board.Write(host.Place, new HostHealth { State = HostState.Up });
        }

        Assert.True(_rules.Take(configuration));
        return configuration;
    }

    private void Level(Dictionary<int, long> opened) => Assert.True(_rules.Level(opened).AsTask().IsCompletedSuccessfully);

    private void ComeBack(RelaydConfiguration configuration)
    {
        _kernel.Between = null;
        Set(configuration, "192.0.2.11", HostState.Up);
        Assert.True(_rules.Follow());
    }

    private void GoUpAndDown(RelaydConfiguration configuration, CancellationToken over)
    {
        for (HostState state = HostState.Down; !over.IsCancellationRequested; state = state == HostState.Down ? HostState.Up : HostState.Down)
        {
            configuration.Tables[0].Hosts.ToList().ForEach(host => Set(configuration, host.Name, state));
        }
    }

    private void Set(RelaydConfiguration configuration, string host, HostState state) => _board.Write(PlaceOf(configuration, host), new HostHealth { State = state });

    private static int PlaceOf(RelaydConfiguration configuration, string name) => configuration.Tables.SelectMany(static table => table.Hosts).First(host => host.Name == name).Place;

    private static TrackedFlow Flow(string wanted, string answering) => new(6, Address(wanted), Address(answering));

    private static Sluice.Engine.Io.SocketAddress Address(string text) => IPEndPoint.Parse(text).ToSocketAddress();
}
