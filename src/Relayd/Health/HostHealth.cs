using System;

namespace Sluice.Relayd.Health;

/// <summary>All that the board says of a host.</summary>
internal readonly record struct HostHealth
{
    public HostState State { get; init; }

    public Withdrawal Withdrawal { get; init; }

    /// <summary>Number of the last check's result text (R-CHECK-30), 0 to 255.</summary>
    public int Result { get; init; }

    /// <summary>The status that the last check by HTTP was answered with; 0 for none.</summary>
    public int HttpStatus { get; init; }

    /// <summary>How many sessions failed one after the other and took it out of service; 0 where it was no session, or a check has ended since.</summary>
    public int FailedSessions { get; init; }

    /// <summary>Checks that gave a result.</summary>
    public long Checks { get; init; }

    /// <summary>Those of them that the host passed.</summary>
    public long Ups { get; init; }

    /// <summary>Failures that are tolerated still.</summary>
    public int RetriesLeft { get; init; }

    /// <summary>When the last check ended, to the millisecond; null before the first.</summary>
    public DateTimeOffset? LastCheck { get; init; }

    /// <summary>How long it took, to the microsecond.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>When the state changed last, to the millisecond; null before the first change.</summary>
    public DateTimeOffset? LastChange { get; init; }
}
