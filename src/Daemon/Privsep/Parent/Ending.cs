using System;

using Sluice.Daemon.Logging;
using Sluice.Engine.Loop;

namespace Sluice.Daemon.Privsep.Parent;

/// <summary>In the parent: how the children end. Servers first, then those that the servers need, and by force whoever takes too long.</summary>
internal sealed class Ending
{
    // What servers may take to finish their answers, and what the others may take to write what they have.
    private static readonly TimeSpan _firstTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _lastTime = TimeSpan.FromSeconds(3);

    // More than both, and what it takes to bury whom they kill.
    private static readonly TimeSpan _wholeTime = TimeSpan.FromSeconds(20);

    private readonly EventLoop _loop;
    private readonly Log _log;
    private readonly Family _family;
    private readonly Alarm _phaseLimit;
    private readonly Alarm _limit;
    private StopPhase? _phase;

    public Ending(EventLoop loop, Log log, Family family)
    {
        (_loop, _log, _family) = (loop, log, family);
        _phaseLimit = new Alarm(Kill);
        _limit = new Alarm(GoWithout);
    }

    /// <summary>Called when none is left.</summary>
    public required Action Ended { get; init; }

    /// <summary>Called where some are left that cannot be killed.</summary>
    public required Action EndedWithout { get; init; }

    /// <summary>Begins; asked twice, at once and by force.</summary>
    public void Begin()
    {
        if (_phase is not null)
        {
            Kill();
            return;
        }

        _phase = StopPhase.First;
        _limit.Arm(_loop.Timeouts(_wholeTime));
        _phaseLimit.Arm(_loop.Timeouts(_firstTime));
        _family.Stop(StopPhase.First, EndLast);
    }

    private void EndLast()
    {
        _phase = StopPhase.Last;
        _phaseLimit.Disarm();
        _phaseLimit.Arm(_loop.Timeouts(_lastTime));
        _family.Stop(StopPhase.Last, End);
    }

    private void End()
    {
        _phaseLimit.Disarm();
        _limit.Disarm();
        Ended();
    }

    // Whoever was killed is buried by now, unless something is wrong here.
    private void GoWithout()
    {
        _log.Error("children do not end: the parent ends without them");
        _family.Kill(StopPhase.First);
        _family.Kill(StopPhase.Last);
        EndedWithout();
    }

    private void Kill() => _family.Kill(_phase!.Value);
}
