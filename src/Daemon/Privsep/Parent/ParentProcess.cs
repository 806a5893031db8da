using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Sluice.Daemon.Logging;
using Sluice.Daemon.Names;
using Sluice.Daemon.Program;
using Sluice.Engine.Io;
using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>
/// The parent: keeps root's rights, reads the configuration, opens sockets and log files, starts the children and
/// replaces them. It meets no peer, and of what children send it understands a few numbers and log lines.
/// </summary>
internal sealed class ParentProcess
{
    // Longer than a worker takes to answer the queue of a listener that a reload removed.
    private static readonly TimeSpan _retirementTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _turn = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _leastBetweenExecutions = TimeSpan.FromSeconds(10);

    // Each worker may have as many connections as the system allows; nr_open of proc(5) is this by default.
    private const int DescriptorsWanted = 1 << 20;

    private const string MistakeOfOurs = "the parent failed, as it has logged";

    private readonly DaemonProgram _program;
    private readonly CommandLine _commandLine;
    private readonly EventLoop _loop;
    private readonly StartReport _report;
    private readonly Log _log;
    private readonly ServiceNotification _service;
    private readonly DaemonState _state;
    private readonly ListenerTable _listeners;
    private readonly DescriptorTable _descriptors = new();
    private readonly ConfigurationReader _reader;
    private readonly Family _family;
    private readonly Renewals _renewals;
    private readonly KeyTrials _trials;
    private readonly SteeringDesk _desk;
    private readonly Ending _ending;
    private readonly TimeSpan _started;

    private RunningConfiguration? _running;
    private IReadOnlyList<OpenListener> _removed = [];
    private Queue<Reminder> _reminders = [];
    private TimeSpan _newsDue;
    private Purpose _purpose = Purpose.Serve;
    private bool _isReading;
    private int _status;

    /// <summary>What the parent is about.</summary>
    private enum Purpose
    {
        Serve,
        End,
        ExecuteAnew,
    }

    public ParentProcess(DaemonProgram program, CommandLine commandLine, EventLoop loop, StartReport report, DaemonState state)
    {
        _program = program;
        _commandLine = commandLine;
        _loop = loop;
        _report = report;
        _log = report.Log;
        _state = state;
        _started = loop.Now;
        _service = new ServiceNotification(ProcessEnvironment.NotifySocket);
        _listeners = new ListenerTable(state);
        loop.TooManyFailures = () => GiveUp("the parent failed too often");
        _reader = new ConfigurationReader(
            program.Roles.Find(NameResolver.RoleName) is { } role ? new NameResolver(program.Name, role, loop) : null);
        _renewals = new Renewals(_log, Renew);
        _trials = new KeyTrials(loop, (keys, number) => _family!.TryKeys(keys, number));
        _desk = new SteeringDesk(program, commandLine, state, new SteeringPowers
        {
            MayChange = () => _purpose == Purpose.Serve,
            Reload = Reload,
            Feed = Feed,
            ChangeVerbosity = ChangeVerbosity,
            End = End,
        });
        _family = new Family(
            program.Name,
            BuildIdentity.Of(program.GetType().Assembly),
            loop,
            _log,
            new Briefing(program.Roles, state) { Verbosity = commandLine.Verbosity },
            new FamilyEvents { AllReady = AllReady, OtherBuild = OtherBuild, GivenUp = GiveUp, Steer = _desk.Steer, Judged = verdict => Guard(() => _renewals.Take(verdict)), Tried = _trials.Take });
        _ending = new Ending(loop, _log, _family) { Ended = Ended, EndedWithout = EndedWithout };
        program.Memory = state.OfProgram;
    }

    /// <summary>Everything from reading the configuration to the end of the daemon.</summary>
    /// <returns>The exit status.</returns>
    public int Run()
    {
        // Before anything else: a signal that comes during the start must not end the process half-way.
        using SignalSource signals = new(
            _loop, OnSignal, PosixSignal.SIGHUP, PosixSignal.SIGTERM, PosixSignal.SIGINT, HostSignals.User1);
        _loop.Spawn(Begin);
        _loop.Run();
        if (_running is not null)
        {
            _program.End();
            _log.Info(string.Create(CultureInfo.InvariantCulture, $"parent terminating, pid {Environment.ProcessId}"));
        }

        _report.Failed();
        return _status;
    }

    private async ValueTask Begin()
    {
        try
        {
            _isReading = true;
            (LoadedConfiguration? loaded, string messages) = await _reader.Read(
                (names, writer) => _program.Load(_commandLine, running: null, names, writer));
            _isReading = false;
            _log.SayLines(loaded is null ? Severity.Error : Severity.Warning, messages);
            if (loaded is not null && _purpose == Purpose.Serve && Start(loaded) is { } failure)
            {
                _log.Error(failure);
            }
        }
        finally
        {
            if (_running is null)
            {
                _status = 1;
                _loop.Stop();
            }
        }

        if (_running is not null)
        {
            _log.Info("startup");
            _loop.Spawn(TickProgram);
            await Tick();
        }
    }

    // Null if the children are being started now.
    private string? Start(LoadedConfiguration loaded)
    {
        _ = DescriptorLimit.Increase(DescriptorsWanted);
        if (_state.Prefork == 0)
        {
            _state.Prefork = loaded.Prefork;
            _state.Root = loaded.Root;
        }

        IReadOnlyList<Role> roles = RolesOf(loaded);
        return HostChecks.Check(roles, _state.Root, out IReadOnlyDictionary<string, User> users)
            ?? Use(loaded, roles, users);
    }

    // Opens what the configuration needs, then uses it; on failure nothing is changed.
    private string? Use(LoadedConfiguration loaded, IReadOnlyList<Role> roles, IReadOnlyDictionary<string, User> users)
    {
        List<string> warnings = [.. loaded.Warnings];
        if (_listeners.Prepare(loaded.Listeners, warnings, out string failure) is not { } change)
        {
            return failure;
        }

        if (LogFiles.Open(loaded.LogFiles, out failure) is not { } logFiles)
        {
            change.Abandon();
            return failure;
        }

        if (_descriptors.Open(loaded.Descriptors) is { } refusal)
        {
            change.Abandon();
            LogFiles.Close(logFiles);
            return refusal;
        }

        warnings.ForEach(_log.Warning);
        _log.SayLines(Severity.Info, loaded.Remark);
        foreach (Role role in roles)
        {
            _family.Register(role, users[role.User], RootOf(role));
        }

        RunningConfiguration? before = _running;
        _listeners.Commit(change);
        _removed = [.. _removed, .. change.Removed];
        _state.Generation++;
        _running = new RunningConfiguration(_state.Generation, loaded, _state.Listeners, logFiles)
        {
            Root = _state.Root,
            News = MakeNews(loaded),
            Descriptors = _descriptors,
        };
        ChangeVerbosity(loaded.Verbosity ?? _log.Verbosity);
        _family.Use(roles, _state.Prefork, _running);
        LogFiles.Close(before?.LogFiles);
        before?.Loaded.Release();
        _descriptors.CloseOthers(loaded.Descriptors);
        _reminders = new Queue<Reminder>(loaded.Reminders);
        _renewals.Begin(loaded, _loop.Utc);
        return null;
    }

    // The configuration in use, with other payloads: what it names on the host was replaced.
    private void Renew(LoadedConfiguration loaded, int number)
    {
        LoadedConfiguration before = _running!.Loaded;
        KeyValuePair<string, SealedMemory>[] replaced =
            [.. before.Payloads.Where(payload => !ReferenceEquals(loaded.Payloads.GetValueOrDefault(payload.Key), payload.Value))];
        _running = _running with { Loaded = loaded, News = MakeNews(loaded) };
        _reminders = new Queue<Reminder>(loaded.Reminders);
        _family.Renew(_running, number, replaced.Select(static payload => payload.Key).ToHashSet(StringComparer.Ordinal));
        Array.ForEach(replaced, static payload => payload.Value.Dispose());
    }

    private string RootOf(Role role) => role.Root switch
    {
        RootKind.Empty => HostChecks.EmptyDirectory,
        RootKind.Configured => _state.Root,
        _ => "/",
    };

    private List<Role> RolesOf(LoadedConfiguration loaded) =>
        [.. _program.Roles.Roles.Where(role => loaded.Payloads.ContainsKey(role.Name))];

    private void OnSignal(PosixSignal signal)
    {
        switch (signal)
        {
            case PosixSignal.SIGHUP when _purpose == Purpose.Serve:
                _loop.Spawn(async () => _ = await Reload(_desk.Load));
                break;
            case HostSignals.User1 when _purpose == Purpose.Serve && _running is not null:
                ReopenLogFiles();
                break;
            case PosixSignal.SIGTERM or PosixSignal.SIGINT:
                End();
                break;
            default:
                break;
        }
    }

    // As the operator wants it.
    private void End()
    {
        _service.Stopping();
        Stop(Purpose.End);
    }

    // A mistake of ours refuses a configuration, no more.
    private LoadedConfiguration? Read(Reading reading, HostNames names, TextWriter messages)
    {
        LoadedConfiguration? loaded = null;
        string mistake = MistakeOfOurs;
        Guard(() =>
        {
            loaded = reading(_running!.Loaded, names, messages);
            mistake = "";
        });
        messages.Write(mistake);
        return loaded;
    }

    // What is wrong, or null; and all that was said of it. One after the other: each sees what the one before has made.
    private async ValueTask<(string? Failure, string Messages)> Reload(Reading reading)
    {
        while (_isReading)
        {
            await _loop.Sleep(_turn);
        }

        if (_purpose != Purpose.Serve)
        {
            return (_desk.Refusal, _desk.Refusal);
        }

        LoadedConfiguration? loaded;
        string messages;
        _isReading = true;
        try
        {
            _service.Reloading(_loop.Now);
            (loaded, messages) = await _reader.Read((names, writer) => Read(reading, names, writer));
            (loaded, messages) = await _trials.Judge(_running!.Loaded, loaded, messages);
        }
        finally
        {
            _isReading = false;
        }

        if (_purpose == Purpose.Serve)
        {
            return Judge(loaded, messages);
        }

        loaded?.Release();
        return (_desk.Refusal, _desk.Refusal);
    }

    // Sources of hosts say something new one after the other, and none before all work by what the one before has said.
    private async ValueTask<(string? Failure, string Messages)> Feed(Reading reading)
    {
        while (_purpose == Purpose.Serve && !_family.IsSettled)
        {
            await _loop.Sleep(_turn);
        }

        return await Reload(reading);
    }

    private (string? Failure, string Messages) Judge(LoadedConfiguration? loaded, string messages)
    {
        (string? Failure, string Messages) result = (MistakeOfOurs, MistakeOfOurs);
        Guard(() => result = Change(loaded, messages));
        if (result.Failure is { } failure)
        {
            _log.Error($"reload refused, the running configuration stays as it is: {failure}");
            _service.Ready($"Reload refused: {failure}");
        }

        return result;
    }

    private (string? Failure, string Messages) Change(LoadedConfiguration? loaded, string messages)
    {
        if (ReferenceEquals(loaded, _running!.Loaded))
        {
            _service.Ready(StatusInUse);
            return (null, messages);
        }

        _log.SayLines(loaded is null ? Severity.Error : Severity.Warning, messages);
        string? failure = loaded is null
            ? messages.Split('\n')[0]
            : HostChecks.Check(RolesOf(loaded), _state.Root, out IReadOnlyDictionary<string, User> users)
                ?? Use(_state.WithStartValues(loaded, _program.Name), RolesOf(loaded), users);
        if (failure is not null)
        {
            loaded?.Release();
        }

        return (failure, loaded is null || failure is null ? messages : messages + failure);
    }

    private void ChangeVerbosity(int verbosity)
    {
        if (verbosity != _log.Verbosity)
        {
            _log.Verbosity = verbosity;
            _family.ChangeVerbosity(verbosity);
        }
    }

    private void ReopenLogFiles()
    {
        if (LogFiles.Open(_running!.Loaded.LogFiles, out string failure) is not { } logFiles)
        {
            _log.Error($"log files stay as they are: {failure}");
            return;
        }

        IReadOnlyList<AppendFile> before = _running.LogFiles;
        _running = _running with { LogFiles = logFiles };
        _family.UseLogFiles(_running);
        LogFiles.Close(before);
        _log.Info("log files reopened");
    }

    private void AllReady()
    {
        if (_purpose != Purpose.Serve)
        {
            return;
        }

        _log.Debug(StatusInUse);
        _service.Ready(StatusInUse);
        _report.Ready();

        // Text and records of the configuration are garbage now, and there may be no collection for months.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (_removed.Count > 0)
        {
            IReadOnlyList<OpenListener> removed = _removed;
            _removed = [];
            ListenerTable.Close(removed);
            _loop.Spawn(() => ForgetRemoved(removed));
        }
    }

    private string StatusInUse => string.Create(CultureInfo.InvariantCulture, $"configuration {_state.Generation} of {_commandLine.ConfigurationFile} in use");

    private async ValueTask ForgetRemoved(IReadOnlyList<OpenListener> removed)
    {
        await _loop.Sleep(_retirementTime);
        _listeners.Forget(removed);
    }

    private async ValueTask Tick()
    {
        while (true)
        {
            await _loop.Sleep(_tick);
            Guard(_family.Tick);
            Guard(TickSelf);
        }
    }

    private async ValueTask TickProgram()
    {
        while (true)
        {
            await _loop.Sleep(_running!.Loaded.TickPeriod);
            Guard(() => _program.Tick(_running.Loaded, _state.Areas.First, _log));
        }
    }

    private void TickSelf()
    {
        _report.Tick();
        Remind();
        if (!_isReading && _family.IsSettled)
        {
            _renewals.Tick();
        }

        if (_running!.Loaded.Supplement is not null && _loop.Now >= _newsDue)
        {
            _running = _running with { News = MakeNews(_running.Loaded) };
            _family.Tell(_running);
        }
    }

    // As a session: should anything escape, it is logged, and all else goes on.
    private void Guard(Action work) => _loop.Spawn(() =>
    {
        work();
        return ValueTask.CompletedTask;
    });

    private ReadOnlyMemory<byte> MakeNews(LoadedConfiguration loaded)
    {
        if (loaded.Supplement is not { } supplement)
        {
            return default;
        }

        _newsDue = _loop.Now + supplement.Period;
        return supplement.Make(_loop.Now);
    }

    private void Remind()
    {
        while (_reminders.TryPeek(out Reminder next) && next.Due <= _loop.Utc)
        {
            _log.Warning(_reminders.Dequeue().Text);
        }
    }

    private void GiveUp(string reason)
    {
        _log.Error($"{reason}: {_program.Name} ends");
        _status = 1;
        Stop(Purpose.End);
    }

    // After an upgrade of the files: this process becomes the new build as well, and keeps the listeners.
    private void OtherBuild()
    {
        if (_loop.Now - _started < _leastBetweenExecutions)
        {
            GiveUp("the files of the program are of different builds");
            return;
        }

        _log.Info("the program was upgraded: executing it anew");
        Stop(Purpose.ExecuteAnew);
    }

    private void Stop(Purpose purpose)
    {
        _purpose = purpose;
        _ending.Begin();
    }

    private void Ended()
    {
        // First, so that it ends too where it cannot be executed anew.
        _loop.Stop();
        if (_purpose == Purpose.ExecuteAnew)
        {
            _status = 1;
            Successor.Execute(_program, _commandLine, _state);
        }
    }

    private void EndedWithout()
    {
        _status = 1;
        _loop.Stop();
    }
}
