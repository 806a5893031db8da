using System;

namespace Sluice.Relayd.Health;

/// <summary>Why a host gets no new sessions, whatever its checks say.</summary>
[Flags]
internal enum Withdrawal
{
    /// <summary>It gets some.</summary>
    None = 0,

    /// <summary>It is disabled: it is not checked either.</summary>
    Disabled = 1,

    /// <summary>It is drained: checked as before, and the sessions that it has go on.</summary>
    Draining = 2,

    /// <summary>Its table is disabled.</summary>
    TableDisabled = 4,
}
