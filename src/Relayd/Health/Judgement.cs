using System;

namespace Sluice.Relayd.Health;

/// <summary>What a check makes of what was known of its host (R-CHECK-05, -06).</summary>
internal static class Judgement
{
    /// <summary>The host after a check.</summary>
    /// <param name="before">The host before it.</param>
    /// <param name="outcome">What came of the check.</param>
    /// <param name="retry">Failures in a row that are tolerated.</param>
    public static HostHealth Of(in HostHealth before, CheckOutcome outcome, int retry)
    {
        HostHealth after = before with { Result = (int)outcome.Result, HttpStatus = outcome.HttpStatus };
        if (outcome.Verdict == Verdict.None)
        {
            return after;
        }

        bool isTolerated = IsTolerated(before, outcome);
        HostState state = isTolerated ? before.State : outcome.Verdict switch
        {
            Verdict.Up => HostState.Up,
            Verdict.Down => HostState.Down,
            _ => HostState.Unknown,
        };
        return after with
        {
            State = state,
            FailedSessions = isTolerated ? before.FailedSessions : 0,
            RetriesLeft = isTolerated ? before.RetriesLeft - 1 : retry,
            Checks = before.Checks + (state == HostState.Unknown ? 0 : 1),
            Ups = before.Ups + (state == HostState.Up ? 1 : 0),
        };
    }

    /// <summary>Whether it is a failure that changes nothing yet.</summary>
    public static bool IsTolerated(in HostHealth before, CheckOutcome outcome) => outcome.Verdict == Verdict.Down && before.RetriesLeft > 0;

    /// <summary>The host when nothing is known of it any more: it was disabled.</summary>
    public static HostHealth Forget(in HostHealth before, int retry) => before with
    {
        State = HostState.Unknown,
        Result = 0,
        HttpStatus = 0,
        FailedSessions = 0,
        Checks = 0,
        Ups = 0,
        RetriesLeft = retry,
        LastCheck = null,
        Latency = TimeSpan.Zero,
    };
}
