using System;
using System.Linq;

using Sluice.Control;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Relayd.Health;

using Xunit;

namespace Sluice.Unit.Relayd.Control;

public sealed class HealthCommandsTests
{
    [Theory]
    [InlineData("EnableHost", "Enable")]
    [InlineData("DisableHost", "Disable")]
    [InlineData("DrainHost", "Drain")]
    [InlineData("UndrainHost", "Undrain")]
    public void A_command_by_id_is_told_to_hce(string word, string action)
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel hce = run.Hce();
            Channel client = run.Client();
            ControlRun.Send(client, new CommandRequest(Enum.Parse<CommandWord>(word), new Target(2, "")));

            HostCommand command = Assert.IsType<HostCommand>(await ControlRun.ToldHce(hce));
            ControlRun.Say(hce, new CommandAnswer(command.Number, CommandOutcome.Done));

            Assert.Equal((1u, Enum.Parse<HostAction>(action), 2), (command.Generation, command.Action, command.HostId));
            Assert.Equal([new End(Outcome.Done)], await ControlRun.Answer(client));
        });
    }

    [Theory]
    [InlineData("EnableTable", "Enable")]
    [InlineData("DisableTable", "Disable")]
    public void A_command_about_a_table_is_told_to_hce(string word, string action)
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel hce = run.Hce();
            ControlRun.Send(run.Client(), new CommandRequest(Enum.Parse<CommandWord>(word), new Target(0, "web:80")));

            TableCommand command = Assert.IsType<TableCommand>(await ControlRun.ToldHce(hce));

            Assert.Equal((Enum.Parse<TableAction>(action), 1), (command.Action, command.TableId));
        });
    }

    [Fact]
    public void By_name_every_host_of_that_name_is_told()
    {
        using ControlRun run = new(4);
        run.Run(async () =>
        {
            Channel hce = run.Hce();
            Channel client = run.Client();
            ControlRun.Send(client, new CommandRequest(CommandWord.DisableHost, new Target(0, "even.example")));

            HostCommand first = Assert.IsType<HostCommand>(await ControlRun.ToldHce(hce));
            ControlRun.Say(hce, new CommandAnswer(first.Number, CommandOutcome.Done));
            HostCommand second = Assert.IsType<HostCommand>(await ControlRun.ToldHce(hce));
            ControlRun.Say(hce, new CommandAnswer(second.Number, CommandOutcome.Done));

            Assert.Equal((2, 4), (first.HostId, second.HostId));
            Assert.Equal([new End(Outcome.Done)], await ControlRun.Answer(client));
        });
    }

    [Theory]
    [InlineData((int)CommandWord.DisableHost, 99, "", "there is no host 99\n")]
    [InlineData((int)CommandWord.DisableHost, 0, "nowhere.example", "there is no host nowhere.example\n")]
    [InlineData((int)CommandWord.EnableHost, int.MaxValue, "", "there is no host 2147483647\n")]
    [InlineData((int)CommandWord.DisableTable, 0, "nothing:80", "there is no table nothing:80\n")]
    [InlineData((int)CommandWord.RemoveHost, 0, "nowhere", "there is no host nowhere\n")]
    public void What_does_not_exist_fails_and_is_said(int word, int id, string name, string said)
    {
        using ControlRun run = new();
        run.Run(async () => Assert.Equal(
            [new TextRow(said), new End(Outcome.Failed)], await ControlRun.Ask(run.Client(), new CommandRequest((CommandWord)word, new Target((uint)id, name)))));
    }

    [Fact]
    public void A_redirection_that_is_not_there_is_named()
    {
        using ControlRun run = new();
        run.Run(async () => Assert.Equal(
            [new TextRow("there is no redirection 1\n"), new End(Outcome.Failed)], await ControlRun.Ask(run.Client(), new CommandRequest(CommandWord.DisableRedirect, new Target(1, "")))));
    }

    [Fact]
    public void What_hce_refuses_fails()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel hce = run.Hce();
            Channel client = run.Client();
            ControlRun.Send(client, new PollRequest());

            Poll poll = Assert.IsType<Poll>(await ControlRun.ToldHce(hce));
            ControlRun.Say(hce, new CommandAnswer(poll.Number, CommandOutcome.Refused));

            Assert.Equal([new End(Outcome.Failed)], await ControlRun.Answer(client));
        });
    }

    [Fact]
    public void What_hce_does_not_answer_fails()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            _ = run.Hce();
            Channel client = run.Client();
            ControlRun.Send(client, new PollRequest());
            await run.Pass(TimeSpan.Zero);
            await run.Pass(HealthChannel.Limit);

            Assert.Equal([new End(Outcome.Failed)], await ControlRun.Answer(client));
        });
    }

    [Fact]
    public void When_hce_dies_its_successor_is_told()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel dying = run.Hce();
            Channel client = run.Client();
            ControlRun.Send(client, new PollRequest());
            _ = await ControlRun.ToldHce(dying);
            dying.Dispose();

            Channel successor = run.Hce();
            Poll poll = Assert.IsType<Poll>(await ControlRun.ToldHce(successor));
            ControlRun.Say(successor, new CommandAnswer(poll.Number, CommandOutcome.Done));

            Assert.Equal([new End(Outcome.Done)], await ControlRun.Answer(client));
        });
    }

    [Fact]
    public void Where_hce_has_another_configuration_the_name_is_looked_up_again()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel hce = run.Hce();
            ControlRun.Send(run.Client(), new CommandRequest(CommandWord.DisableHost, new Target(0, "host3.example")));
            HostCommand before = Assert.IsType<HostCommand>(await ControlRun.ToldHce(hce));
            run.Current = new CurrentConfiguration(2, RenumberedFrom(run.Current.Configuration));
            ControlRun.Say(hce, new CommandAnswer(before.Number, CommandOutcome.OtherGeneration));
            await run.Pass(TimeSpan.FromMilliseconds(1));
            await run.Pass(TimeSpan.FromMilliseconds(20));

            HostCommand after = Assert.IsType<HostCommand>(await ControlRun.ToldHce(hce));

            Assert.Equal((1u, 3, 2u, 13), (before.Generation, before.HostId, after.Generation, after.HostId));
        });
    }

    [Fact]
    public void What_hce_says_by_itself_is_handed_on()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            ControlRun.Say(run.Hce(), new HostChanged(2, HostState.Down));
            await run.Pass(TimeSpan.Zero);

            Assert.Equal([new HostChanged(2, HostState.Down)], run.Heard);
        });
    }

    private static RelaydConfiguration RenumberedFrom(RelaydConfiguration configuration)
    {
        Table table = configuration.Tables[0];
        return configuration with { Tables = [table with { Hosts = [.. table.Hosts.Select(static host => host with { Id = host.Id + 10 })] }] };
    }
}
