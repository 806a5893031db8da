using System;
using System.Collections.Generic;
using System.Linq;

using Sluice.Control;
using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;
using Sluice.Relayd.Configuration;
using Sluice.Relayd.Control;
using Sluice.Relayd.Health;

using Xunit;

namespace Sluice.Unit.Relayd.Control;

public sealed class MonitorTests
{
    [Fact]
    public void Whoever_watches_hears_of_commands_that_were_done()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel hce = run.Hce();
            Channel watcher = run.Client();
            ControlRun.Send(watcher, new MonitorRequest());
            Channel client = run.Client();
            ControlRun.Send(client, new CommandRequest(CommandWord.DisableHost, new Target(2, "")));
            HostCommand command = Assert.IsType<HostCommand>(await ControlRun.ToldHce(hce));
            ControlRun.Say(hce, new CommandAnswer(command.Number, CommandOutcome.Done));
            _ = await ControlRun.Answer(client);
            List<Reply> replies = [];

            _ = Reply.TryRead(await ControlRun.Receive(watcher), replies);

            Assert.Equal([new EventRow(EventKind.HostDisable, run.Loop.Utc) { Id = 2 }], replies);
        });
    }

    [Fact]
    public void Whoever_leaves_is_forgotten()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel watcher = run.Client();
            ControlRun.Send(watcher, new MonitorRequest());
            await run.Pass(TimeSpan.Zero);
            bool wasEmpty = run.Handler.Monitors.IsEmpty;

            watcher.Dispose();
            await run.Pass(TimeSpan.Zero);
            await run.Pass(TimeSpan.Zero);

            Assert.Equal((false, true), (wasEmpty, run.Handler.Monitors.IsEmpty));
        });
    }

    [Fact]
    public void Whoever_watches_may_be_silent()
    {
        using ControlRun run = new();
        run.Run(async () =>
        {
            Channel watcher = run.Client();
            ControlRun.Send(watcher, new MonitorRequest());
            await run.Pass(TimeSpan.Zero);
            await run.Pass(ClientSession.Silence * 2);
            run.Handler.Monitors.Say(new EventRow(EventKind.Sync, run.Loop.Utc));

            Assert.NotNull(await ControlRun.Receive(watcher));
        });
    }

    [Fact]
    public void Of_too_many_events_the_oldest_go_and_are_counted()
    {
        EventQueue queue = Filled(EventQueue.Most + 3);
        EventRow lost = queue.Next()!;

        Assert.Equal((EventKind.Lost, 3), (lost.Kind, lost.Id));
        Assert.Equal(4, queue.Next()!.Id);
    }

    [Fact]
    public void Each_check_is_news_once()
    {
        using SharedPages pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
        HealthBoard board = new(pages);
        RelaydConfiguration configuration = ControlRun.OneTable(3);
        CheckWatch watch = new(board);
        int before = watch.News(configuration, DateTimeOffset.UnixEpoch).Count;
        board.Write(2, new HostHealth { State = HostState.Down, Checks = 1, LastCheck = DateTimeOffset.UnixEpoch.AddDays(1) });

        IReadOnlyList<EventRow> first = watch.News(configuration, DateTimeOffset.UnixEpoch);
        IReadOnlyList<EventRow> second = watch.News(configuration, DateTimeOffset.UnixEpoch);

        Assert.Equal((0, 0), (before, second.Count));
        Assert.Equal(
            [
                new EventRow(EventKind.Sync, DateTimeOffset.UnixEpoch),
                new EventRow(EventKind.HostStatus, DateTimeOffset.UnixEpoch) { Id = 2, State = HostStatus.Down },
            ],
            first);
    }

    [Fact]
    public void A_host_that_is_checked_again_begins_a_round()
    {
        using SharedPages pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
        HealthBoard board = new(pages);
        RelaydConfiguration configuration = ControlRun.OneTable(3);
        CheckWatch watch = new(board);
        _ = watch.News(configuration, DateTimeOffset.UnixEpoch);

        EventKind[] first = Checked(1);
        EventKind[] second = Checked(2);
        EventKind[] again = Checked(1);

        Assert.Equal([EventKind.Sync, EventKind.HostStatus], first);
        Assert.Equal([EventKind.HostStatus], second);
        Assert.Equal([EventKind.Sync, EventKind.HostStatus], again);

        EventKind[] Checked(int place)
        {
            board.Write(place, new HostHealth { State = HostState.Up, LastCheck = (board.Read(place).LastCheck ?? DateTimeOffset.UnixEpoch).AddDays(1) });
            return [.. watch.News(configuration, DateTimeOffset.UnixEpoch).Select(static row => row.Kind)];
        }
    }

    [Fact]
    public void A_check_that_was_said_already_is_no_news()
    {
        using SharedPages pages = SharedPages.Create("health", Roles.Health.Count, CounterSpacing.Dense);
        HealthBoard board = new(pages);
        RelaydConfiguration configuration = ControlRun.OneTable(3);
        CheckWatch watch = new(board);
        _ = watch.News(configuration, DateTimeOffset.UnixEpoch);
        board.Write(2, new HostHealth { State = HostState.Down, Checks = 1, LastCheck = DateTimeOffset.UnixEpoch.AddDays(1) });

        watch.See(configuration.Tables[0].Hosts[1]);

        Assert.Empty(watch.News(configuration, DateTimeOffset.UnixEpoch));
    }

    private static EventQueue Filled(int events)
    {
        EventQueue queue = new();
        foreach (int id in Enumerable.Range(1, events))
        {
            queue.Add(new EventRow(EventKind.HostStatus, DateTimeOffset.UnixEpoch) { Id = id });
        }

        return queue;
    }
}
