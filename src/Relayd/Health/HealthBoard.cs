using System;

using Sluice.Daemon.Privsep;
using Sluice.Engine.Processes;

namespace Sluice.Relayd.Health;

/// <summary>
/// The health of all hosts in memory that the health checks write and all others read without a message (D-16). Each host and each table has a place, which it keeps
/// over reloads and over the death of any process.
/// </summary>
/// <param name="pages">The area of <see cref="Roles.Health"/>; who writes needs it for writing.</param>
internal sealed class HealthBoard(SharedPages pages)
{
    private const int NumbersOfPlace = 8;

    // The first number has all that a scheduler asks for: state, withdrawal, result and status, from the lowest bits.
    private const int WithdrawalShift = 2;
    private const int ResultShift = 8;
    private const int StatusShift = 16;
    private const long StateMask = (1 << WithdrawalShift) - 1;
    private const long WithdrawalMask = 7 << WithdrawalShift;

    private const int SummaryIndex = 0;
    private const int ChecksIndex = 1;
    private const int UpsIndex = 2;
    private const int RetriesIndex = 3;
    private const int LastCheckIndex = 4;
    private const int LatencyIndex = 5;
    private const int LastChangeIndex = 6;
    private const int FailedSessionsIndex = 7;

    // Behind all places.
    private static readonly int _changesIndex = Places * NumbersOfPlace;

    /// <summary>How many places there are, for hosts and tables together; from 0.</summary>
    public static int Places => Roles.Health.Count / NumbersOfPlace;

    /// <summary>How often a place got another state or withdrawal so far: as long as it is the same, who may serve is the same.</summary>
    public long Changes => pages.Read(_changesIndex);

    /// <summary>Whether a host that is checked may be given a session: up and not withdrawn.</summary>
    public bool MayServe(int place) => (Summary(place) & (StateMask | WithdrawalMask)) == (long)HostState.Up;

    /// <summary>Whether a host of a table without check may be given a session: not withdrawn.</summary>
    public bool MayServeUnchecked(int place) => (Summary(place) & WithdrawalMask) == 0;

    /// <summary>Whether a host is down or withdrawn, be its table checked or not.</summary>
    public bool IsOut(int place) => State(place) == HostState.Down || WithdrawalOf(place) != Withdrawal.None;

    /// <summary>What the last checks say.</summary>
    public HostState State(int place) => (HostState)(Summary(place) & StateMask);

    /// <summary>Why it gets no new sessions.</summary>
    public Withdrawal WithdrawalOf(int place) => (Withdrawal)((Summary(place) & WithdrawalMask) >> WithdrawalShift);

    /// <summary>Everything; the numbers may be of two checks where one ends meanwhile.</summary>
    public HostHealth Read(int place)
    {
        long summary = Summary(place);
        return new HostHealth
        {
            State = (HostState)(summary & StateMask),
            Withdrawal = (Withdrawal)((summary & WithdrawalMask) >> WithdrawalShift),
            Result = (int)(summary >> ResultShift) & byte.MaxValue,
            HttpStatus = (int)(summary >> StatusShift) & ushort.MaxValue,
            FailedSessions = (int)Number(place, FailedSessionsIndex),
            Checks = Number(place, ChecksIndex),
            Ups = Number(place, UpsIndex),
            RetriesLeft = (int)Number(place, RetriesIndex),
            LastCheck = Time(place, LastCheckIndex),
            Latency = TimeSpan.FromMicroseconds(Number(place, LatencyIndex)),
            LastChange = Time(place, LastChangeIndex),
        };
    }

    /// <summary>Sets everything; for the health checks alone. The summary comes last, so that who sees a new state sees its reason; and behind it the number of changes, so that
    /// who sees another one sees what changed.</summary>
    public void Write(int place, in HostHealth health)
    {
        Set(place, FailedSessionsIndex, health.FailedSessions);
        Set(place, ChecksIndex, health.Checks);
        Set(place, UpsIndex, health.Ups);
        Set(place, RetriesIndex, health.RetriesLeft);
        Set(place, LastCheckIndex, health.LastCheck?.ToUnixTimeMilliseconds() ?? 0);
        Set(place, LatencyIndex, (long)health.Latency.TotalMicroseconds);
        Set(place, LastChangeIndex, health.LastChange?.ToUnixTimeMilliseconds() ?? 0);
        long summary = (long)health.State | ((long)health.Withdrawal << WithdrawalShift)
            | ((health.Result & (long)byte.MaxValue) << ResultShift) | ((health.HttpStatus & (long)ushort.MaxValue) << StatusShift);
        bool hasChanged = ((summary ^ Summary(place)) & (StateMask | WithdrawalMask)) != 0;
        Set(place, SummaryIndex, summary);
        if (hasChanged)
        {
            pages.Add(_changesIndex, 1);
        }
    }

    private long Summary(int place) => Number(place, SummaryIndex);

    private DateTimeOffset? Time(int place, int index) =>
        Number(place, index) is > 0 and { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private long Number(int place, int index) => pages.Read((place * NumbersOfPlace) + index);

    private void Set(int place, int index, long value) => pages.Write((place * NumbersOfPlace) + index, value);
}
