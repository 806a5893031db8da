using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

using Sluice.Engine.Loop;
using Sluice.Engine.Processes;

namespace Sluice.Relayd.Health.Scripts;

/// <summary>A script and its argument, as the configuration has them.</summary>
/// <param name="Path">The program.</param>
/// <param name="Argument">The host's name.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ScriptCall(string Path, string Argument);

/// <summary>Runs check scripts, some at a time, each in a session of its own, and lets nothing of them outlive them.</summary>
/// <param name="loop">The loop of the process.</param>
/// <param name="warn">Tells the operator; called as often as something is wrong.</param>
/// <param name="endOrphans">Ends what is left of scripts that are over, <see cref="Descendants.EndOrphans"/>: it concerns all children of a process.</param>
internal sealed class ScriptKeeper(EventLoop loop, Action<string> warn, Func<IReadOnlySet<int>, int> endOrphans)
{
    /// <summary>How many scripts run at a time; the others wait.</summary>
    public const int MostAtOnce = 32;

    /// <summary>How many processes and threads scripts may have, all together, with those of the keeper.</summary>
    public const int MostProcesses = 512;

    // select(2) has no more, and programs that close all they could have are done soon.
    private const int MostDescriptors = 1024;

    // Far above any number of hosts: hce asks for each once at a time.
    private const int MostWaiting = 100_000;

    private static readonly TimeSpan _betweenSweeps = TimeSpan.FromMilliseconds(50);

    // A process that was killed is gone in no time, unless the kernel holds it.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Queue<Run> _waiting = new();
    private readonly HashSet<int> _running = [];

    // Asked for by a configuration that is not here yet; or by nobody's.
    private readonly List<Run> _early = [];
    private HashSet<ScriptCall> _allowed = [];
    private HashSet<ScriptCall> _allowedBefore = [];
    private int _count;
    private bool _isSweeping;

    /// <summary>Once, before the first script: limits for this process and whatever it starts.</summary>
    public static void PrepareProcess()
    {
        Descendants.Adopt();
        ProcessLimits.LimitDescriptors(MostDescriptors);
        ProcessLimits.LimitProcesses(MostProcesses);
        ProcessLimits.ForbidCores();
    }

    /// <summary>A new configuration: what it has may be run, and for a while what the one before had, by which hce may still work.</summary>
    public void Allow(IEnumerable<ScriptCall> calls)
    {
        (_allowedBefore, _allowed) = (_allowed, [.. calls]);
        Run[] early = [.. _early];
        _early.Clear();
        foreach (Run run in early)
        {
            Take(run, ScriptKnowledge.Final);
        }
    }

    /// <summary>Runs a script when its turn comes.</summary>
    /// <param name="question">What to run.</param>
    /// <param name="asker">Gets the answer.</param>
    public void Take(RunScript question, Outbox asker) => Take(new Run(question, asker), ScriptKnowledge.MayChange);

    /// <summary>Who asked is gone: what waits for its turn is not run.</summary>
    public void Forget(Outbox asker)
    {
        _ = _early.RemoveAll(run => run.Asker == asker);
        Run[] others = [.. _waiting.Where(run => run.Asker != asker)];
        _waiting.Clear();
        foreach (Run run in others)
        {
            _waiting.Enqueue(run);
        }
    }

    /// <summary>Ends all of them now.</summary>
    public void Stop()
    {
        _waiting.Clear();
        foreach (int leader in _running)
        {
            ChildProcess.KillGroup(leader);
        }

        _ = endOrphans(_running);
    }

    private void Take(Run run, ScriptKnowledge knowledge)
    {
        ScriptCall call = new(run.Question.Path, run.Question.Argument);
        if (_early.Count + _waiting.Count >= MostWaiting)
        {
            run.Answer(ScriptEnd.NotBegun);
        }
        else if (_allowed.Contains(call) || _allowedBefore.Contains(call))
        {
            _waiting.Enqueue(run);
            Begin();
        }
        else if (knowledge == ScriptKnowledge.MayChange)
        {
            _early.Add(run);
        }
        else
        {
            warn($"hce asked for the script {call.Path}, which no table has: not run");
            run.Answer(ScriptEnd.NotExecutable);
        }
    }

    private void Begin()
    {
        while (_count < MostAtOnce && _waiting.TryDequeue(out Run? run))
        {
            _count++;
            loop.SpawnVital(() => Execute(run));
        }
    }

    private async ValueTask Execute(Run run)
    {
        ChildProcess? child = ScriptStart.Spawn(run.Question.Path, run.Question.Argument, out ScriptEnd failure);
        if (child is null)
        {
            if (failure == ScriptEnd.NotExecutable)
            {
                warn($"the script {run.Question.Path} cannot be executed: the state of its hosts is unknown");
            }

            run.Answer(failure);
        }
        else
        {
            _ = _running.Add(child.ProcessId);
            await Watch(run, child);
            _ = _running.Remove(child.ProcessId);
        }

        _count--;
        Begin();
        Sweep();
    }

    private async ValueTask Watch(Run run, ChildProcess child)
    {
        ChildWatch? watch = ChildWatch.Begin(loop, child, out _);
        if (watch is null)
        {
            child.KillGroup();
            _ = child.Wait();
            run.Answer(ScriptEnd.NotBegun);
            return;
        }

        Wake wake = await watch.Ended(loop.Timeouts(run.Question.Timeout));

        // Its process id is its own until it is waited for: so this meets its group alone.
        child.KillGroup();
        if (wake != Wake.Ready)
        {
            run.Answer(ScriptEnd.TimedOut);
            _ = await watch.Ended(loop.Timeouts(_patience));
        }

        ChildExit? exit = child.TryWait();
        watch.End();
        if (wake == Wake.Ready && exit is { } ended)
        {
            run.Answer(ended.Signal == 0 ? ScriptEnd.Exited : ScriptEnd.Killed, ended.Status);
        }
    }

    // What a script started and left behind, in whatever session, is ended; what is started meanwhile, the next time.
    private void Sweep()
    {
        if (!_isSweeping)
        {
            _isSweeping = true;
            loop.SpawnVital(SweepUntilClean);
        }
    }

    private async ValueTask SweepUntilClean()
    {
        while (endOrphans(_running) > 0)
        {
            await loop.Sleep(_betweenSweeps);
        }

        _isSweeping = false;
    }

    private enum ScriptKnowledge
    {
        MayChange,
        Final,
    }

    private sealed record Run(RunScript Question, Outbox Asker)
    {
        public void Answer(ScriptEnd end, int status = 0) => _ = Asker.Send(new ScriptEnded(Question.Number, end, status));
    }
}
