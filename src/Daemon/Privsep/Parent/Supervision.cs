using System;
using System.Collections.Generic;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Privsep.Messages;
using Sluice.Engine;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>Starts a process.</summary>
/// <param name="options">What is started, and what it gets.</param>
/// <param name="error">Why it failed.</param>
/// <returns>Null on failure.</returns>
internal delegate ChildProcess? SpawnProcess(SpawnOptions options, out Errno error);

/// <summary>What becomes of supervised children, for the family to act on.</summary>
internal sealed record SupervisionEvents
{
    /// <summary>There is a process; it has said nothing yet.</summary>
    public required Action<Child> Started { get; init; }

    /// <summary>It says something; false for what it must not say now. What came with it is closed afterwards.</summary>
    public required Func<Child, Message, ReceivedDescriptors, bool> Said { get; init; }

    /// <summary>It is lost and wanted: why nobody can take its place, or null.</summary>
    public required Func<Child, string?> Lost { get; init; }

    /// <summary>It is gone and not wanted any more.</summary>
    public required Action<Child> Left { get; init; }

    /// <summary>It makes no sense to go on; why.</summary>
    public required Action<string> GivenUp { get; init; }
}

/// <summary>The lives of children: starts a process for each place, hears it, buries it, and starts its successor.</summary>
/// <param name="program">The daemon's name.</param>
/// <param name="loop">The parent's loop.</param>
/// <param name="log">The parent's log.</param>
/// <param name="events">The family.</param>
internal sealed class Supervision(string program, EventLoop loop, Log log, SupervisionEvents events)
{
    // Then others have their turn, so that one child that talks without end does not keep the parent.
    private const int MostMessagesAtOnce = 16;
    private static readonly TimeSpan _burialPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _dyingTime = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, DeathRecord> _deathsOfRoles = new(StringComparer.Ordinal);

    // Those whose place is not given up.
    private readonly HashSet<Child> _supervised = [];

    /// <summary>How a process is started.</summary>
    public SpawnProcess Spawn { get; set; } = ChildProcess.Spawn;

    /// <summary>Starts a process for a child, and successors as long as it is wanted.</summary>
    public void Begin(Child child)
    {
        _ = _supervised.Add(child);
        loop.Spawn(_ => Supervise(child), child, _ => GoOn(child));
    }

    // Where an exception ended it, which is logged by now: that costs the process, and neither its place nor the end of the daemon.
    private void GoOn(Child child)
    {
        if (_supervised.Contains(child))
        {
            child.Kill();
            loop.Spawn(_ => Resume(child), child, _ => GoOn(child));
        }
    }

    private async ValueTask Resume(Child child)
    {
        // What fails each time must not keep this turn from its end.
        await loop.NextTurn();
        string end = child.ProcessId == 0 ? $"cannot start {child.Description}" : await Lose(child);
        await Replace(child, end);
        await Supervise(child);
    }

    // The life of one place: a process, its successor, and so on.
    private async ValueTask Supervise(Child child)
    {
        while (child.IsWanted)
        {
            Errno error = child.Spawn(program, loop, Spawn);
            string end;
            if (error == Errno.None)
            {
                log.Debug($"{child.Description}: started, pid {child.ProcessId}");
                events.Started(child);
                await Converse(child);
                end = await Lose(child);
            }
            else
            {
                end = $"cannot start {child.Description}: {error.Describe()}";
            }

            await Replace(child, end);
        }

        _ = _supervised.Remove(child);
        events.Left(child);
    }

    private async ValueTask<string> Lose(Child child)
    {
        int processId = child.ProcessId;
        ChildExit exit = await Bury(child);
        if (!child.IsWanted)
        {
            log.Info($"{child.Description} exiting, pid {processId}");
        }

        return $"lost child: {child.Description} (pid {processId}) {exit.Describe()}";
    }

    private async ValueTask Replace(Child child, string end)
    {
        if (child.IsWanted)
        {
            log.Error(end);
            await AwaitSuccession(child);
        }
    }

    private async ValueTask Converse(Child child)
    {
        int messages = 0;
        while (true)
        {
            ChannelStatus status = child.TryReceive(out Message? message, out ReceivedDescriptors received);
            using ReceivedDescriptors descriptors = received;
            switch (status)
            {
                case ChannelStatus.Done when message is not null && events.Said(child, message, descriptors):
                    break;
                case ChannelStatus.Again:
                    _ = await child.Readable();
                    break;
                case ChannelStatus.Closed:
                    return;
                default:
                    log.Error($"{child.Description} (pid {child.ProcessId}) sent what is no message: it is killed and replaced");
                    child.Kill();
                    return;
            }

            if (++messages % MostMessagesAtOnce == 0)
            {
                await loop.NextTurn();
            }
        }
    }

    // The channel is closed: the process is about to end, or has closed it and must.
    private async ValueTask<ChildExit> Bury(Child child)
    {
        child.Release();
        TimeSpan deadline = loop.Now + _dyingTime;
        ChildExit? exit;
        while ((exit = child.TryBury()) is null)
        {
            if (loop.Now >= deadline)
            {
                child.Kill();
            }

            await loop.Sleep(_burialPause);
        }

        return exit.Value;
    }

    private async ValueTask AwaitSuccession(Child child)
    {
        DeathRecord ofRole = _deathsOfRoles.GetValueOrDefault(child.Role.Name) ?? new DeathRecord();
        _deathsOfRoles[child.Role.Name] = ofRole;
        ofRole.Add(loop.Now);
        child.Deaths.Add(loop.Now);
        if (events.Lost(child) is { } reason)
        {
            events.GivenUp(reason);
        }
        else if (ofRole.IsFull)
        {
            events.GivenUp($"{child.Role.Name} died {DeathRecord.MostPerMinute} times within a minute");
        }
        else if (child.Deaths.Pause > TimeSpan.Zero)
        {
            await loop.Sleep(child.Deaths.Pause);
        }
    }
}
