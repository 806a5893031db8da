using Sluice.Configuration;

namespace Sluice.Relayd.Configuration;

/// <summary>How one of several hosts is chosen (R-SCHED-01 to -06).</summary>
internal enum ScheduleMode
{
    RoundRobin,
    Random,

    /// <summary>The host with the fewest connections; redirections only.</summary>
    LeastStates,

    /// <summary>By the client's address.</summary>
    SourceHash,

    /// <summary>By the addresses of client and relay and the relay's port; relays only.</summary>
    LoadBalance,

    /// <summary>By what rules hash, and address and port of the relay; relays only.</summary>
    Hash,
}

/// <summary>That a section sends to the hosts of a table.</summary>
/// <param name="TableId">Id of the table, from 1.</param>
/// <param name="Mode">How a host is chosen.</param>
/// <param name="Key">The 16 bytes that key the hash; empty where they are drawn by lot when the configuration comes into use.</param>
internal sealed record TableUse(int TableId, ScheduleMode Mode, Sequence<byte> Key);
