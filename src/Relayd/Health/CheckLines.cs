using System;
using System.Globalization;

using Sluice.Relayd.Configuration;

namespace Sluice.Relayd.Health;

/// <summary>The lines of the log about checks (R-LOG-03, -04), as upstream has them.</summary>
internal static class CheckLines
{
    /// <summary>The result of a check.</summary>
    /// <param name="host">Its name as it was written.</param>
    /// <param name="check">What was checked.</param>
    /// <param name="took">How long; shown in whole milliseconds.</param>
    /// <param name="before">The host before the check.</param>
    /// <param name="after">The host after it.</param>
    public static string Result(string host, Check? check, TimeSpan took, in HostHealth before, in HostHealth after)
    {
        CheckResult result = (CheckResult)after.Result;
        string status = result == CheckResult.HttpCodeMismatch ? string.Create(CultureInfo.InvariantCulture, $",{after.HttpStatus}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"host {host}, check {CheckName.Of(check)} ({(long)took.TotalMilliseconds}ms,{CheckResultText.Of(result)}{status}), state {Word(before.State)} -> {Word(after.State)}, availability {Availability(after)}");
    }

    /// <summary>A host that sessions found down.</summary>
    /// <param name="host">Its name as it was written.</param>
    /// <param name="failures">How many failed one after the other.</param>
    /// <param name="before">The host before.</param>
    public static string Failed(string host, int failures, in HostHealth before) => string.Create(
        CultureInfo.InvariantCulture, $"host {host}, {failures} {(failures == 1 ? "failure" : "failures")} of sessions, state {Word(before.State)} -> down, availability {Availability(before)}");

    /// <summary>The result of a check of a host that was disabled meanwhile.</summary>
    public static string Ignored(string host, Check? check) => $"host {host}, check {CheckName.Of(check)} (ignoring result, host disabled)";

    /// <summary>A failure that is tolerated, with how many more are.</summary>
    public static string Retry(string host, int left) => string.Create(CultureInfo.InvariantCulture, $"host {host} retry {left}");

    /// <summary>The share of its checks that a host passed, such as <c>66.67%</c>; empty before the first.</summary>
    public static string Availability(in HostHealth health) => health.Checks == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{100.0 * health.Ups / health.Checks:F2}%");

    private static string Word(HostState state) => state switch
    {
        HostState.Up => "up",
        HostState.Down => "down",
        _ => "unknown",
    };
}
